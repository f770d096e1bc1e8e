using System.Security.Cryptography;
using Heliograph.Links;

namespace Heliograph.Tests.Links;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class DeviceKeyTests
{
    static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)(7 * i))];

    readonly List<Frame> frames = [];

    FrameAssembler Assembler(params ulong[] keyed) =>
        new(frame => { frames.Add(frame); return true; }, new() { Keys = device => keyed.Contains(device) ? new DeviceKey(Secret) : null });

    /// <summary>The framework's HMAC is the truth; every length of the last block is met.</summary>
    [Fact]
    public void The_MAC_is_the_beginning_of_HMAC_SHA_256_over_all_before_it()
    {
        var writer = new FrameWriter(key: new(Secret));
        for (int count = 1; count <= 80; count++)
        {
            byte[] datagram = Assert.Single(writer.Datagrams(Frames.Header(), Frames.Symbols(count)));
            byte[] plain = Assert.Single(new FrameWriter().Datagrams(Frames.Header(), Frames.Symbols(count)));
            Assert.Equal(plain.Length + 8, datagram.Length);
            Assert.Equal(HMACSHA256.HashData(Secret, datagram.AsSpan(..^8))[..8], datagram[^8..]);
            // All else but the version and the CRC that covers it is as without a key.
            Assert.Equal((1, 2), (plain[4], datagram[4]));
            Assert.Equal(plain[5..68], datagram[5..68]);
            Assert.Equal(plain[72..], datagram[72..^8]);
        }
    }

    [Fact]
    public void Every_datagram_of_a_device_with_a_key_needs_its_MAC_and_a_frame_says_so()
    {
        var assembler = Assembler(42);
        float[] symbols = Frames.Symbols(1000);
        byte[][] right = new FrameWriter(key: new(Secret)).Datagrams(Frames.Header(5), symbols, Frames.Thumbnail(30, 20));
        Assert.All(right, datagram => Assert.InRange(datagram.Length, 80, 1400));
        byte[][][] wrong =
        [
            new FrameWriter().Datagrams(Frames.Header(5), symbols),
            new FrameWriter(key: new(new byte[32])).Datagrams(Frames.Header(5), symbols),
            [.. right.Select(datagram => { byte[] other = [.. datagram]; other[^20] ^= 1; return other; })],
            [.. right.Select(datagram => { byte[] other = [.. datagram]; other[^1] ^= 0x80; return other; })],
        ];
        Assert.All(wrong.SelectMany(datagrams => datagrams), datagram => Assert.Equal(Refusal.Unauthenticated, assembler.Add(datagram, default)));
        // Nothing was kept of them.
        Assert.Equal((0, 0, 0L), (assembler.Devices, assembler.Assembling, assembler.Counters.Streams));
        Assert.All(right, datagram => Assert.Equal(Refusal.None, assembler.Add(datagram, default)));
        Frame frame = Assert.Single(frames);
        Assert.True(frame.Authenticated);
        Assert.Equal(symbols, frame.Symbols);
        Assert.Equal(30, frame.Thumbnail!.Width);

        // A device without a key here is as before, whatever it sends.
        Assert.Equal(Refusal.None, assembler.Add(new FrameWriter(key: new(Secret)).Datagrams(Frames.Header(device: 43), [1, 2])[0], default));
        Assert.Equal(Refusal.None, assembler.Add(new FrameWriter().Datagrams(Frames.Header(device: 44), [1, 2])[0], default));
        Assert.All(frames.Skip(1), other => Assert.False(other.Authenticated));
        Assert.Equal(3, frames.Count);
    }

    [Theory]
    [InlineData(0, long.MaxValue, 99)]                     // a stream from the end of time
    [InlineData(ulong.MaxValue, Frames.Sent, 0x5eed1234)]   // the last sequence number of the running stream
    public void What_is_forged_silences_a_device_without_a_key_and_none_with_one(ulong sequence, long sent, uint stream)
    {
        byte[] forged = new FrameWriter().Datagrams(Frames.Header(sequence, sent: sent, stream: stream), [1, 2])[0];
        foreach (bool keyed in new[] { false, true })
        {
            var assembler = keyed ? Assembler(42) : Assembler();
            var writer = new FrameWriter(key: keyed ? new(Secret) : null);
            Refusal Send(ulong number) => assembler.Add(writer.Datagrams(Frames.Header(number, sent: Frames.Sent + (long)number), [1, 2])[0], default);
            Assert.Equal(Refusal.None, Send(1));
            assembler.Add(forged, default);
            Assert.Equal(keyed, Send(2) == Refusal.None);
        }
    }

    [Fact]
    public void A_key_is_read_from_a_file_that_its_owner_alone_may_read()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, Convert.ToHexString(Secret) + "\n");
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            byte[] signed = new FrameWriter(key: DeviceKey.Read(file)).Datagrams(Frames.Header(), [1, 2])[0];
            Assert.Equal(new FrameWriter(key: new(Secret)).Datagrams(Frames.Header(), [1, 2])[0], signed);
            foreach (var mode in new[] { UnixFileMode.GroupRead, UnixFileMode.OtherRead, UnixFileMode.OtherWrite })
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | mode);
                Assert.Contains("chmod 600", Assert.Throws<InvalidDataException>(() => DeviceKey.Read(file)).Message, StringComparison.Ordinal);
            }
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.WriteAllText(file, "0123");
            Assert.Contains("64 hexadecimal digits", Assert.Throws<InvalidDataException>(() => DeviceKey.Read(file)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>1,030 datagrams were enough to shut every new device out for a minute.</summary>
    [Fact]
    public void Made_up_devices_shut_out_nobody_and_drive_out_none_that_sends()
    {
        var admitted = Frames.Header().Pair;
        var assembler = new FrameAssembler(frame => { frames.Add(frame); return true; }, new()
        {
            Admit = header => header.Frame.Pair != admitted ? Refusal.UnknownPair : header.SymbolCount != 2 ? Refusal.WrongLength : Refusal.None,
        });
        var writer = new FrameWriter(datagramBytes: 72 + 8);
        var now = TimeSpan.Zero;
        // A device that has sent for a while.
        for (ulong i = 0; i < 20; i++)
            assembler.Add(writer.Datagrams(Frames.Header(i), [1, 2])[0], now += TimeSpan.FromSeconds(1));
        Assert.Equal(Refusal.UnknownPair, assembler.Add(writer.Datagrams(Frames.Header(device: 1) with { Pair = new(1) }, [1, 2])[0], now));
        Assert.Equal(Refusal.WrongLength, assembler.Add(writer.Datagrams(Frames.Header(device: 1), [1, 2, 3])[0], now));
        Assert.Equal(1, assembler.Devices);
        for (ulong device = 1000; device < 21_000; device++)
            Assert.Equal(Refusal.None, assembler.Add(writer.Datagrams(Frames.Header(device: device), [1, 2])[0], now));
        Assert.Equal(1024, assembler.Devices);
        // It is still known, for what was seen is told from what is new.
        Assert.Equal(Refusal.Replayed, assembler.Add(writer.Datagrams(Frames.Header(19), [1, 2])[0], now));
        Assert.Equal(Refusal.None, assembler.Add(writer.Datagrams(Frames.Header(20), [1, 2])[0], now));
        Assert.Equal(Refusal.None, assembler.Add(writer.Datagrams(Frames.Header(device: 7), [1, 2])[0], now));
        Assert.Equal(7ul, frames[^1].Device);
    }

    [Fact]
    public void New_devices_that_send_parts_of_frames_break_no_frame_of_one_that_sends()
    {
        var assembler = new FrameAssembler(frame => { frames.Add(frame); return true; });
        var writer = new FrameWriter(datagramBytes: 72 + 8);
        var now = TimeSpan.Zero;
        for (ulong i = 0; i < 20; i++)
            assembler.Add(writer.Datagrams(Frames.Header(i), [1, 2])[0], now += TimeSpan.FromSeconds(1));
        byte[][] whole = writer.Datagrams(Frames.Header(20), [1, 2, 3, 4]);
        assembler.Add(whole[0], now);
        for (ulong device = 1000; device < 2000; device++)
            assembler.Add(writer.Datagrams(Frames.Header(device: device), [1, 2, 3, 4])[0], now);
        assembler.Add(whole[1], now);
        Assert.Equal([1f, 2, 3, 4], frames.Single(frame => frame.Device == 42 && frame.Sequence == 20).Symbols);
    }
}
