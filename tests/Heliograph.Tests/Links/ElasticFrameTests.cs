using Heliograph.Links;

namespace Heliograph.Tests.Links;

public sealed class ElasticFrameTests
{
    static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);
    static readonly Question Asked = new(0x1122334455667788, 0.8);
    static readonly DeviceKey Key = new([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    // 8 symbols a datagram.
    static readonly FrameWriter Writer = new(datagramBytes: 84 + 32);

    readonly List<Frame> frames = [];

    FrameAssembler Assembler(AssemblerOptions? options = null) => new(frame => { frames.Add(frame); return true; }, options);

    static FrameHeader Header(ulong sequence = 0, ulong device = 42, byte? width = 2) => Frames.Header(sequence, device) with { Width = width };

    static byte[][] Cut(in FrameHeader header, float[] symbols, int from = 0, Question? question = null, FrameWriter? with = null)
    {
        var writer = with ?? Writer;
        var datagrams = new byte[writer.Count(symbols.Length - from, elastic: true)][];
        var buffer = new byte[writer.DatagramBytes];
        for (int i = 0; i < datagrams.Length; i++)
            datagrams[i] = buffer[..writer.Write(header, symbols, null, i, buffer, from, question)];
        return datagrams;
    }

    static void Add(FrameAssembler assembler, byte[][] datagrams, Refusal expected = Refusal.None, TimeSpan now = default) =>
        Assert.All(datagrams, datagram => Assert.Equal(expected, assembler.Add(datagram, now)));

    [Theory]
    [InlineData(SampleFormat.Cf32, false)]
    [InlineData(SampleFormat.Ci16, true)]
    public void A_frame_says_its_width_and_what_it_asks(SampleFormat format, bool keyed)
    {
        float[] symbols = Frames.Symbols(25);
        var writer = new FrameWriter(format, 84 + 8 + 32, keyed ? Key : null);
        var assembler = Assembler(new() { Keys = _ => keyed ? Key : null });
        Add(assembler, Cut(Header(7), symbols, question: Asked, with: writer));
        var frame = Assert.Single(frames);
        Assert.Equal(Header(7), frame.Header);
        Assert.Equal((Asked.Nonce, 0, keyed), (frame.Question!.Value.Nonce, frame.Known, frame.Authenticated));
        Assert.Equal(0.8, frame.Question!.Value.Confidence, 1.0 / 255);
        for (int i = 0; i < symbols.Length; i++)
            Assert.Equal(symbols[i], frame.Symbols[i], format == SampleFormat.Cf32 ? 0 : 1e-4f);
    }

    [Fact]
    public void The_documented_example_is_written_and_read()
    {
        byte[] documented = Frames.DocumentedExample("## Examples of version 3");
        var header = Frames.Header(7, label: 5) with { Width = 1 };
        float[] symbols = [9, 9, 0.25f, -1, 0.5f, 2];
        byte[] datagram = Assert.Single(Cut(header, symbols, 2, Asked, new FrameWriter()));
        Assert.Equal(Convert.ToHexString(documented), Convert.ToHexString(datagram));
        Assert.Equal(Refusal.None, FrameReader.Read(documented, 6, 0, out var read, out var payload));
        Assert.Equal(new DatagramHeader(header, 6, false, false, SampleFormat.Cf32, 2, 4, 1, 0, 0, From: 2, Question: Asked), read);
        float[] sent = new float[4];
        Assert.Equal(0, FrameReader.ReadSymbols(read, payload, sent));
        Assert.Equal(symbols[2..], sent);
    }

    [Fact]
    public void Frames_of_a_pair_with_one_mode_are_what_they_were_and_others_say_a_version_that_old_readers_refuse()
    {
        Assert.Equal(1, Cut(Header(width: null), Frames.Symbols(8))[0][4]);
        Assert.Equal(3, Cut(Header(width: 0), Frames.Symbols(8))[0][4]);
        Assert.Throws<ArgumentException>(() => Cut(Header(width: null), Frames.Symbols(8), question: Asked));
        Assert.Throws<ArgumentException>(() => Cut(Header(width: null), Frames.Symbols(8), from: 4));
        Assert.Throws<ArgumentException>(() => new FrameWriter().Write(Header(), Frames.Symbols(8), null, 0, new byte[1400], from: 8));
        Assert.Throws<InvalidOperationException>(() => new FrameWriter(datagramBytes: 80).Count(8, elastic: true));
    }

    [Theory]
    [InlineData(28, 0, Refusal.Malformed)]     // no symbols
    [InlineData(7, 8, Refusal.Malformed)]      // an unknown flag
    [InlineData(7, 0, Refusal.Malformed)]      // a nonce without a question
    [InlineData(7, 5, Refusal.Malformed)]      // symbols added, with a thumbnail
    [InlineData(7, 6, Refusal.Length)]         // a MAC that is not there
    [InlineData(68, 24, Refusal.Malformed)]    // nothing left to send
    [InlineData(68, 18, Refusal.Malformed)]    // a part before the first symbol that is sent
    [InlineData(48, 17, Refusal.Malformed)]    // half a sample
    [InlineData(68, 15, Refusal.Malformed)]    // the same
    [InlineData(4, 4, Refusal.Version)]
    public void What_makes_no_sense_is_refused(int at, byte value, Refusal expected)
    {
        byte[] datagram = Cut(Header(), Frames.Symbols(24), from: 16, question: Asked)[0];
        Assert.Equal(Refusal.None, FrameReader.Read(datagram, 100, 0, out var header, out _));
        Assert.Equal((16, 16, 8, 24), (header.From, header.Offset, header.Count, header.SymbolCount));
        datagram[at] = value;
        BitConverter.TryWriteBytes(datagram.AsSpan(80), FrameFormat.HeaderCrc(datagram));
        Assert.Equal(expected, FrameReader.Read(datagram, 100, 0, out _, out _));
        Assert.Equal(Refusal.Truncated, FrameReader.Read(Cut(Header(), Frames.Symbols(8))[0].AsSpan(0, 83), 100, 0, out _, out _));
    }

    [Fact]
    public void Symbols_are_added_to_a_frame_that_was_asked_about_once()
    {
        var assembler = Assembler();
        float[] symbols = Frames.Symbols(64);
        var (first, second, third) = (Cut(Header(), symbols[..16], question: Asked), Cut(Header(), symbols[..32], 16, Asked with { Nonce = 2 }), Cut(Header(), symbols, 32));
        Add(assembler, first);
        Add(assembler, [.. second.Reverse()]);
        Assert.Equal((16, 2ul), (frames[1].Known, frames[1].Question!.Value.Nonce));
        Assert.Equal(symbols[..32], frames[1].Symbols);
        Add(assembler, first, Refusal.Replayed);
        Add(assembler, second, Refusal.NothingToRefine);
        Add(assembler, third);
        Assert.Equal((32, 0), (frames[2].Known, frames[2].Erased));
        Assert.Equal(symbols, frames[2].Symbols);
        Add(assembler, third, Refusal.NothingToRefine);
        // One frame, delivered three times; the last asks nothing and is not kept.
        Assert.Equal((3, 2, 0, 0, 0), (frames.Count, (int)assembler.Counters.Refinements, assembler.Kept, (int)assembler.Counters.Lost, assembler.Assembling));
    }

    [Fact]
    public void Symbols_are_added_to_nothing_else()
    {
        var assembler = Assembler(new() { Keeping = 10 * Millisecond });
        float[] symbols = Frames.Symbols(32);
        Add(assembler, Cut(Header(), symbols, 16), Refusal.NothingToRefine);   // nobody knows the device
        Assert.Equal(0, assembler.Devices);
        Add(assembler, Cut(Header(), symbols[..16]));                          // it did not ask
        Add(assembler, Cut(Header(), symbols, 16), Refusal.NothingToRefine);
        Add(assembler, Cut(Header(1), symbols[..16], question: Asked));
        Add(assembler, Cut(Header(1), symbols, 8), Refusal.NothingToRefine);   // another number of known symbols
        Add(assembler, Cut(Header(2), symbols, 16), Refusal.NothingToRefine);
        Add(assembler, Cut(Header(1) with { Stream = 9 }, symbols, 16), Refusal.NothingToRefine);
        Add(assembler, Cut(Header(1) with { SentMicroseconds = 9 }, symbols, 16), Refusal.Inconsistent);
        Add(assembler, Cut(Header(1, width: 1), symbols, 16), Refusal.Inconsistent);
        assembler.Advance(10 * Millisecond);
        Add(assembler, Cut(Header(1), symbols, 16), Refusal.NothingToRefine);  // too late
        Add(assembler, Cut(Header(3), symbols[..16], question: Asked), now: 10 * Millisecond);
        Add(assembler, Cut(Header() with { Stream = 9, SentMicroseconds = Frames.Sent + 9 }, symbols[..16], question: Asked), now: 10 * Millisecond);
        Assert.Equal(1, assembler.Kept);                                       // what the device's last start left is forgotten
        Add(assembler, Cut(Header(3), symbols, 16), Refusal.NothingToRefine, 10 * Millisecond);
    }

    [Fact]
    public void What_is_kept_is_bounded_and_established_devices_are_kept_longest()
    {
        var assembler = Assembler(new() { MaxKept = 8, MaxKeptPerDevice = 2 });
        float[] symbols = Frames.Symbols(16);
        for (ulong i = 0; i < 16; i++)
            Add(assembler, Cut(Header(i, device: 1), symbols[..8], question: Asked), now: TimeSpan.FromSeconds(i));
        Assert.Equal(2, assembler.Kept);
        for (ulong device = 2; device < 100; device++)
        {
            Add(assembler, Cut(Header(device: device), symbols[..8], question: Asked), now: TimeSpan.FromSeconds(15));
            Assert.InRange(assembler.Kept, 2, 8);
        }
        Add(assembler, Cut(Header(2, device: 2), symbols, 8), Refusal.NothingToRefine, TimeSpan.FromSeconds(15));
        Add(assembler, Cut(Header(15, device: 1), symbols, 8), now: TimeSpan.FromSeconds(15));
        Add(assembler, Cut(Header(13, device: 1), symbols, 8), Refusal.NothingToRefine, TimeSpan.FromSeconds(15));
        // Nothing is kept for symbols that would be too many.
        assembler.MaxSymbols = 8;
        Add(assembler, Cut(Header(16, device: 1), symbols[..8], question: Asked), now: TimeSpan.FromSeconds(16));
        assembler.MaxSymbols = 16;
        Add(assembler, Cut(Header(16, device: 1), symbols, 8), Refusal.NothingToRefine, TimeSpan.FromSeconds(16));
    }

    [Fact]
    public void Added_symbols_that_are_lost_are_erased_and_those_without_the_key_refused()
    {
        var assembler = Assembler(new() { Keys = device => device == 1 ? Key : null });
        float[] symbols = Frames.Symbols(32);
        var withKey = new FrameWriter(datagramBytes: 84 + 8 + 32, key: Key);
        Add(assembler, Cut(Header(device: 1), symbols[..16], question: Asked), Refusal.Unauthenticated);
        Add(assembler, Cut(Header(device: 1), symbols[..16], question: Asked, with: withKey));
        Add(assembler, Cut(Header(device: 1), symbols, 16), Refusal.Unauthenticated);
        byte[][] rest = Cut(Header(device: 1), symbols, 16, with: withKey);
        Add(assembler, [rest[1]]);
        assembler.Advance(100 * Millisecond);
        var frame = frames[^1];
        Assert.Equal((16, 8, 0, true), (frame.Known, frame.Erased, frame.KnownErased, frame.Authenticated));
        Assert.Equal([.. symbols[..16], .. new float[8], .. symbols[24..]], frame.Symbols);
        Assert.Equal(8, assembler.Counters.ErasedSymbols);
    }

    [Fact]
    public void A_recording_keeps_the_width()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("heliograph-").FullName, "a.sigmf-meta");
        try
        {
            using (var recorder = new SigmfRecorder(path))
            {
                recorder.Send(Header(1, width: 200), Frames.Symbols(16));
                recorder.Send(Header(2, width: null), Frames.Symbols(16));
            }
            Assert.Equal([Header(1, width: 200), Header(2, width: null)], SigmfReader.Open(path).Frames().Select(frame => frame.Header));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }
}
