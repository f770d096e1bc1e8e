using Heliograph.Links;

namespace Heliograph.Tests.Links;

/// <summary>The bytes were made by another program (Python's struct and a bitwise CRC), not by the code under test.</summary>
public sealed class FrameFormatTests
{
    const string Ci16WithThumbnail =
        "484C4746010002010123456789ABCDEF2A000000000000003412ED5E02000000080000000000000040DC20464847060000000000020000000001003800006841FFFFFFFF1103863BFF7F00C0";

    const string ItsThumbnail =
        "484C4746010103010123456789ABCDEF2A000000000000003412ED5E02000000080000000000000040DC20464847060000000000020000000200010000006841FFFFFFFF00C83BAAFF00000000FF";

    static readonly FrameHeader Second = Frames.Header(8, sent: Frames.Sent + 40_000, snr: 14.5f);

    [Fact]
    public void The_documented_example_is_written()
    {
        byte[] datagram = Assert.Single(new FrameWriter().Datagrams(Frames.Header(7, label: 5), [1, -0.5f, 0.25f]));
        Assert.Equal(Convert.ToHexString(Frames.DocumentedExample()), Convert.ToHexString(datagram));
    }

    [Fact]
    public void The_documented_example_is_read()
    {
        Assert.Equal(Refusal.None, FrameReader.Read(Frames.DocumentedExample(), 3, 0, out DatagramHeader header, out var payload));
        Assert.Equal(new DatagramHeader(Frames.Header(7, label: 5), 3, false, false, SampleFormat.Cf32, 0, 3, 1, 0, 0), header);
        var symbols = new float[3];
        Assert.Equal(0, FrameReader.ReadSymbols(header, payload, symbols));
        Assert.Equal([1, -0.5f, 0.25f], symbols);
    }

    [Fact]
    public void Integers_and_a_thumbnail_are_written()
    {
        byte[][] datagrams = new FrameWriter(SampleFormat.Ci16).Datagrams(Second, [1, -0.5f], new Thumbnail(2, 1, [255, 0, 0, 0, 0, 255]));
        Assert.Equal([Ci16WithThumbnail, ItsThumbnail], datagrams.Select(Convert.ToHexString));
    }

    [Fact]
    public void Integers_and_a_thumbnail_are_read()
    {
        var frames = new List<Frame>();
        var assembler = new FrameAssembler(frame => { frames.Add(frame); return true; });
        Assert.Equal(Refusal.None, assembler.Add(Convert.FromHexString(ItsThumbnail), default));
        Assert.Equal(Refusal.None, assembler.Add(Convert.FromHexString(Ci16WithThumbnail), default));
        Frame frame = Assert.Single(frames);
        Assert.Equal(Second, frame.Header);
        Assert.Equal(1, frame.Symbols[0], 1e-6);
        Assert.Equal(-16384 / 32767f, frame.Symbols[1], 1e-6);
        Assert.Equal((2, 1), (frame.Thumbnail!.Width, frame.Thumbnail.Height));
        Assert.Equal([255, 0, 0, 0, 0, 255], frame.Thumbnail.Rgb);
    }

    [Fact]
    public void What_is_wrong_is_named()
    {
        byte[] good = Frames.DocumentedExample();
        Assert.Equal(Refusal.Truncated, Read(good[..71]));
        Assert.Equal(Refusal.Truncated, Read([]));
        Assert.Equal(Refusal.NotAFrame, Read(Changed(0, 0)));
        Assert.Equal(Refusal.Version, Read(Changed(4, 4)));
        Assert.Equal(Refusal.HeaderDamaged, Read(Changed(4, 3)));  // a header of version 3 has its CRC elsewhere
        Assert.Equal(Refusal.Length, Read(Changed(4, 2)));         // a MAC that is not there
        Assert.Equal(Refusal.HeaderDamaged, Read(Changed(20, 1, seal: false)));
        Assert.Equal(Refusal.Malformed, Read(Changed(5, 2)));      // kind
        Assert.Equal(Refusal.Malformed, Read(Changed(6, 0)));      // format
        Assert.Equal(Refusal.Malformed, Read(Changed(7, 2)));      // flags
        Assert.Equal(Refusal.Malformed, Read(Changed(28, 0)));     // no symbols
        Assert.Equal(Refusal.Malformed, Read(Changed(28, 4)));     // an odd part that is not the last
        Assert.Equal(Refusal.Malformed, Read(Changed(48, 1)));     // an odd offset
        Assert.Equal(Refusal.Malformed, Read(Changed(51, 0x80)));  // an offset beyond the end
        Assert.Equal(Refusal.Malformed, Read(Changed(52, 0)));     // an empty part
        Assert.Equal(Refusal.Malformed, Read(Changed(54, 1)));     // reserved
        Assert.Equal(Refusal.Malformed, Read(Changed(59, 0xbf)));  // a negative scale
        Assert.Equal(Refusal.Malformed, Read(Changed(62, 0x80)));  // an infinite SNR
        Assert.Equal(Refusal.Malformed, Read(Changed(67, 0x80)));  // a label below −1
        Assert.Equal(Refusal.TooLarge, Read(Changed(31, 1)));
        Assert.Equal(Refusal.TooLarge, Read(Changed(31, 0xff)));
        Assert.Equal(Refusal.Length, Read(good[..^1]));
        Assert.Equal(Refusal.Length, Read([.. good, 0]));

        static Refusal Read(byte[] datagram) => FrameReader.Read(datagram, 65_536, 64, out _, out _);

        byte[] Changed(int at, byte value, bool seal = true)
        {
            byte[] datagram = [.. good];
            datagram[at] = value;
            if (seal)
                Seal(datagram);
            return datagram;
        }
    }

    /// <summary>A value that anybody may send sizes the page's axis.</summary>
    [Theory]
    [InlineData(100f, Refusal.None)]
    [InlineData(-100f, Refusal.None)]
    [InlineData(float.NaN, Refusal.None)]
    [InlineData(100.0001f, Refusal.Malformed)]
    [InlineData(-101f, Refusal.Malformed)]
    [InlineData(3e38f, Refusal.Malformed)]
    [InlineData(float.NegativeInfinity, Refusal.Malformed)]
    public void An_SNR_is_within_100_dB(float decibels, Refusal expected)
    {
        byte[] datagram = Frames.DocumentedExample();
        BitConverter.TryWriteBytes(datagram.AsSpan(60), decibels);
        Seal(datagram);
        Assert.Equal(expected, FrameReader.Read(datagram, 65_536, 64, out _, out _));
        if (expected != Refusal.None)
            Assert.Throws<ArgumentException>(() => new FrameWriter().Datagrams(Frames.Header(snr: decibels), [1]));
    }

    [Theory]
    [InlineData(0, 1, Refusal.Malformed)]
    [InlineData(2, 0, Refusal.Malformed)]
    [InlineData(1, 1, Refusal.Malformed)]      // the part is longer than the picture
    [InlineData(65535, 65535, Refusal.TooLarge)]
    [InlineData(9, 8, Refusal.TooLarge)]
    [InlineData(8, 8, Refusal.None)]
    public void A_thumbnail_has_a_sensible_size(ushort width, ushort height, Refusal expected)
    {
        byte[] datagram = Convert.FromHexString(ItsThumbnail);
        BitConverter.TryWriteBytes(datagram.AsSpan(56), width);
        BitConverter.TryWriteBytes(datagram.AsSpan(58), height);
        Seal(datagram);
        Assert.Equal(expected, FrameReader.Read(datagram, 65_536, 64, out _, out _));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(1e30f)]
    [InlineData(-1025f)]
    public void What_is_no_sensible_number_is_erased(float value)
    {
        byte[] datagram = Assert.Single(new FrameWriter().Datagrams(Frames.Header(), [1, value, 2, -1024]));
        Frame? frame = null;
        new FrameAssembler(f => { frame = f; return true; }).Add(datagram, default);
        Assert.Equal([1, 0, 2, -1024], frame!.Symbols);
        Assert.Equal(1, frame.Erased);
    }

    static void Seal(byte[] datagram) => BitConverter.TryWriteBytes(datagram.AsSpan(68), FrameFormat.HeaderCrc(datagram));
}
