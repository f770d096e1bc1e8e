using Heliograph.Links;
using Heliograph.Pairs;
using Heliograph.Statistics;

namespace Heliograph.Tests.Links;

public sealed class FrameAssemblerTests
{
    static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);
    static readonly FrameWriter Writer = new(datagramBytes: 72 + 32);   // 8 symbols a datagram

    readonly List<Frame> frames = [];

    FrameAssembler Assembler(AssemblerOptions? options = null) => new(frame => { frames.Add(frame); return true; }, options);

    static byte[][] Cut(ulong sequence, int symbolCount = 16, ulong device = 42, uint stream = 1, long sent = 0, Thumbnail? thumbnail = null) =>
        Writer.Datagrams(
            Frames.Header(sequence, device, stream, Frames.Sent + (sent == 0 ? (long)(sequence % 1_000_000) : sent)),
            Frames.Symbols(symbolCount, (long)sequence), thumbnail);

    ulong[] Sequences => [.. frames.Select(frame => frame.Sequence)];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(1023)]
    public void Every_length_survives_any_order(int symbolCount)
    {
        Thumbnail thumbnail = Frames.Thumbnail(7, 5);
        FrameAssembler assembler = Assembler();
        byte[][] datagrams = Cut(0, symbolCount, thumbnail: thumbnail);
        var order = Enumerable.Range(0, datagrams.Length).ToArray();
        new RandomStream(1, "order", symbolCount).Shuffle(order);
        foreach (int i in order)
            Assert.Equal(Refusal.None, assembler.Add(datagrams[i], default));
        Frame frame = Assert.Single(frames);
        Assert.Equal(Frames.Symbols(symbolCount), frame.Symbols);
        Assert.Equal(thumbnail.Rgb, frame.Thumbnail!.Rgb);
        Assert.Equal(0, frame.Erased);
        Assert.Equal((0, 1), (assembler.Assembling, assembler.Counters.Frames));
    }

    [Fact]
    public void What_is_missing_is_erased_when_the_patience_is_over()
    {
        FrameAssembler assembler = Assembler();
        byte[][] datagrams = Cut(0, 21);
        assembler.Add(datagrams[1], 5 * Millisecond);
        assembler.Advance(104 * Millisecond);
        Assert.Empty(frames);
        assembler.Advance(105 * Millisecond);
        Frame frame = Assert.Single(frames);
        float[] expected = Frames.Symbols(21);
        expected.AsSpan(0, 8).Clear();
        expected.AsSpan(16).Clear();
        Assert.Equal(expected, frame.Symbols);
        Assert.Equal(13, frame.Erased);
        Assert.Equal((1, 13), (assembler.Counters.FramesWithErasures, assembler.Counters.ErasedSymbols));
        Assert.Equal(Refusal.Replayed, assembler.Add(datagrams[0], 106 * Millisecond));
    }

    [Fact]
    public void A_frame_may_be_overtaken_by_one_but_not_by_two()
    {
        FrameAssembler assembler = Assembler();
        assembler.Add(Cut(0)[0], default);
        foreach (byte[] datagram in Cut(1))
            assembler.Add(datagram, default);
        Assert.Equal([1UL], Sequences);
        foreach (byte[] datagram in Cut(2))
            assembler.Add(datagram, default);
        Assert.Equal([1UL, 0, 2], Sequences);
        Assert.Equal(8, frames[1].Erased);
        Assert.Equal(0, assembler.Counters.Lost);
    }

    [Fact]
    public void A_lost_thumbnail_does_not_lose_the_frame_and_a_lost_image_does()
    {
        FrameAssembler assembler = Assembler();
        byte[][] first = Cut(0, 8, thumbnail: Frames.Thumbnail(2, 2)), second = Cut(1, 8, thumbnail: Frames.Thumbnail(2, 2));
        assembler.Add(first[0], default);
        assembler.Add(second[^1], default);
        assembler.Flush();
        Frame frame = Assert.Single(frames);
        Assert.Null(frame.Thumbnail);
        Assert.Equal((0UL, 0), (frame.Sequence, frame.Erased));
    }

    [Fact]
    public void Duplicates_and_replays_are_refused_and_told_apart()
    {
        FrameAssembler assembler = Assembler();
        byte[][] datagrams = Cut(0);
        Assert.Equal(Refusal.None, assembler.Add(datagrams[0], default));
        Assert.Equal(Refusal.Duplicate, assembler.Add(datagrams[0], default));
        Assert.Equal(Refusal.None, assembler.Add(datagrams[1], default));
        Assert.Equal(Refusal.Replayed, assembler.Add(datagrams[1], default));
        Assert.Single(frames);
    }

    [Fact]
    public void The_replay_window_holds_1024_numbers()
    {
        FrameAssembler assembler = Assembler();
        Send(assembler, 5000, 5001);
        Assert.Equal(Refusal.None, assembler.Add(Cut(5001 - 1023, 8)[0], default));
        Assert.Equal(Refusal.Replayed, assembler.Add(Cut(5001 - 1023, 8)[0], default));
        Assert.Equal(Refusal.Replayed, assembler.Add(Cut(5001 - 1024, 8)[0], default));
        Send(assembler, ulong.MaxValue);
        Assert.Equal(Refusal.Replayed, assembler.Add(Cut(5002, 8)[0], default));
    }

    [Fact]
    public void Against_a_model_that_remembers_everything_the_window_errs_never()
    {
        var random = new RandomStream(1, "window");
        var window = new ReplayWindow();
        var seen = new HashSet<ulong>();
        ulong highest = 0, lowest = ulong.MaxValue;
        long lost = 0;
        for (int i = 0; i < 20_000; i++)
        {
            ulong sequence = Math.Max(highest, 1500) + (ulong)random.NextInt(i % 100 == 0 ? 3000 : 40) - (ulong)random.NextInt(i % 10 == 0 ? 1500 : 30);
            bool expected = seen.Contains(sequence) || (seen.Count > 0 && sequence < highest && highest - sequence >= 1024);
            Assert.Equal(expected, window.Contains(sequence));
            if (expected)
                continue;
            lost += window.Mark(sequence);
            seen.Add(sequence);
            (lowest, highest) = (Math.Min(lowest, sequence), Math.Max(highest, sequence));
            Assert.Equal((long)(highest - lowest) + 1 - seen.Count, lost);
        }
    }

    [Fact]
    public void A_restarted_device_counts_from_0_again()
    {
        FrameAssembler assembler = Assembler();
        assembler.Add(Cut(3)[0], default);
        Assert.Equal(Refusal.None, assembler.Add(Cut(0, 8, stream: 9, sent: 4)[0], default));
        Assert.Equal([3UL, 0], Sequences);   // what the old stream left is handed over first
        Assert.Equal(Refusal.OldStream, assembler.Add(Cut(3)[1], default));
        Assert.Equal(2, assembler.Counters.Streams);
    }

    [Fact]
    public void A_recording_cannot_displace_a_running_device_but_takes_over_from_a_silent_one()
    {
        FrameAssembler assembler = Assembler();
        assembler.Add(Cut(0, 8, sent: 1000)[0], default);
        byte[] recorded = Cut(0, 8, stream: 9, sent: 1000)[0];
        Assert.Equal(Refusal.OldStream, assembler.Add(recorded, default));
        // Stepping back within the running stream is allowed, and counts.
        assembler.Add(Cut(1, 8, sent: 500)[0], 59_000 * Millisecond);
        assembler.Advance(60_000 * Millisecond);
        Assert.Equal(Refusal.OldStream, assembler.Add(Cut(0, 8, stream: 9, sent: 500)[0], 60_000 * Millisecond));
        assembler.Advance(130_000 * Millisecond);
        Assert.Equal(0, assembler.Devices);
        Assert.Equal(Refusal.None, assembler.Add(Cut(0, 8, stream: 9, sent: 500)[0], 130_000 * Millisecond));
    }

    [Fact]
    public void Datagrams_that_contradict_their_frame_are_refused()
    {
        FrameAssembler assembler = Assembler();
        FrameHeader header = Frames.Header();
        float[] symbols = Frames.Symbols(24);
        byte[][] datagrams = Writer.Datagrams(header, symbols);
        assembler.Add(datagrams[0], default);
        Assert.Equal(Refusal.Inconsistent, assembler.Add(Writer.Datagrams(header with { Pair = new PairId(1) }, symbols)[1], default));
        Assert.Equal(Refusal.Inconsistent, assembler.Add(Writer.Datagrams(header with { Label = 1 }, symbols)[1], default));
        Assert.Equal(Refusal.Inconsistent, assembler.Add(Writer.Datagrams(header, symbols[..23])[1], default));
        Assert.Equal(Refusal.Inconsistent, assembler.Add(Writer.Datagrams(header, symbols, Frames.Thumbnail(1, 1))[1], default));
        Assert.Equal(Refusal.Inconsistent, assembler.Add(new FrameWriter(datagramBytes: 72 + 48).Datagrams(header, symbols)[0], default));
        assembler.Add(datagrams[1], default);
        assembler.Add(datagrams[2], default);
        Assert.Equal(symbols, Assert.Single(frames).Symbols);
    }

    [Fact]
    public void A_device_may_change_its_pair_between_frames()
    {
        FrameAssembler assembler = Assembler();
        assembler.Add(Writer.Datagrams(Frames.Header(0), Frames.Symbols(8))[0], default);
        assembler.Add(Writer.Datagrams(Frames.Header(1) with { Pair = new PairId(2) }, Frames.Symbols(6))[0], default);
        Assert.Equal([8, 6], frames.Select(frame => frame.Symbols.Length));
        Assert.Equal(new PairId(2), frames[1].Pair);
    }

    [Fact]
    public void Limits_make_room_by_handing_over_the_oldest()
    {
        FrameAssembler assembler = Assembler(new() { MaxFrames = 3, MaxFramesPerDevice = 2, MaxDevices = 3, Admit = header => header.Frame.Device < 5 ? Refusal.None : Refusal.UnknownDevice });
        for (ulong sequence = 0; sequence < 3; sequence++)
            assembler.Add(Cut(sequence, device: 1)[0], default);
        Assert.Equal([0UL], Sequences);
        assembler.Add(Cut(7, device: 2)[0], default);
        assembler.Add(Cut(8, device: 2)[0], default);
        Assert.Equal([0UL, 1], Sequences);
        Assert.Equal(3, assembler.Assembling);
        Assert.Equal(Refusal.None, assembler.Add(Cut(7, 8, device: 3)[0], default));
        Assert.Equal(Refusal.None, assembler.Add(Cut(7, 8, device: 4)[0], default));
        Assert.Equal(3, assembler.Devices);
        Assert.Equal(Refusal.UnknownDevice, assembler.Add(Cut(7, device: 5)[0], default));
    }

    [Fact]
    public void Frames_for_which_the_consumer_has_no_room_are_counted()
    {
        var assembler = new FrameAssembler(_ => false);
        assembler.Add(Cut(0, 8)[0], default);
        Assert.Equal((0, 1), (assembler.Counters.Frames, assembler.Counters.Dropped));
    }

    /// <summary>Whatever a network does, each frame comes at most once, its symbols are the sent ones or 0, and Erased says how many are missing.</summary>
    [Fact]
    public void Loss_reordering_and_duplication()
    {
        for (int trial = 0; trial < 200; trial++)
        {
            var random = new RandomStream(7, "network", trial);
            double loss = random.NextDouble() * 0.5, duplication = random.NextDouble() * 0.5;
            int reach = random.NextInt(trial % 3 == 0 ? 1 : 6) + 1;
            frames.Clear();
            FrameAssembler assembler = Assembler();
            var arrivals = new List<(double Time, byte[] Datagram)>();
            var sent = new Dictionary<ulong, float[]>();
            var arrived = new HashSet<(ulong, int)>();
            double time = 0;
            for (ulong sequence = 0; sequence < 60; sequence++)
            {
                int symbolCount = 1 + random.NextInt(40);
                byte[][] datagrams = Cut(sequence, symbolCount);
                sent[sequence] = Frames.Symbols(symbolCount, (long)sequence);
                for (int i = 0; i < datagrams.Length; i++)
                {
                    time++;
                    if (random.NextDouble() < loss)
                        continue;
                    arrived.Add((sequence, i));
                    arrivals.Add((time + random.NextInt(reach), datagrams[i]));
                    if (random.NextDouble() < duplication)
                        arrivals.Add((time + random.NextInt(reach), datagrams[i]));
                }
            }
            foreach ((double when, byte[] datagram) in arrivals.OrderBy(arrival => arrival.Time))
            {
                assembler.Add(datagram, when * Millisecond);
                assembler.Advance(when * Millisecond);
            }
            assembler.Flush();

            Assert.Equal(arrived.Select(part => part.Item1).Distinct().Count(), Sequences.Distinct().Count());
            Assert.Equal(frames.Count, Sequences.Distinct().Count());
            foreach (Frame frame in frames)
            {
                float[] expected = sent[frame.Sequence];
                Assert.Equal(expected.Length, frame.Symbols.Length);
                int missing = 0;
                for (int i = 0; i < expected.Length; i++)
                {
                    missing += frame.Symbols[i] == 0 ? 1 : 0;
                    Assert.True(frame.Symbols[i] == 0 || frame.Symbols[i] == expected[i]);
                }
                Assert.Equal(frame.Erased, missing);
                if (reach == 1)
                    Assert.Equal(Enumerable.Range(0, expected.Length).Count(i => !arrived.Contains((frame.Sequence, i / 8))), missing);
            }
            Assert.Equal(0, assembler.Assembling);
        }
    }

    [Theory]
    [InlineData(SampleFormat.Cf32)]
    [InlineData(SampleFormat.Ci16)]
    public void Bit_errors_in_the_payload_drop_no_frame(SampleFormat format)
    {
        var random = new RandomStream(3, "bits");
        FrameAssembler assembler = Assembler();
        var writer = new FrameWriter(format);
        for (uint i = 0; i < 2000; i++)
        {
            float[] symbols = Frames.Symbols(64, i);
            byte[] datagram = writer.Datagrams(Frames.Header(i), symbols)[0];
            for (int flips = random.NextInt(200); flips >= 0; flips--)
                datagram[72 + random.NextInt(datagram.Length - 72)] ^= (byte)(1 << random.NextInt(8));
            Assert.Equal(Refusal.None, assembler.Add(datagram, default));
            Frame frame = frames[(int)i];
            Assert.All(frame.Symbols, symbol => Assert.True(MathF.Abs(symbol) <= 1024));
            Assert.True(frame.Erased <= frame.Symbols.Count(symbol => symbol == 0));
        }
        Assert.Equal(2000, frames.Count);
    }

    [Fact]
    public void A_single_flipped_bit_of_the_header_is_always_noticed()
    {
        byte[] datagram = Frames.DocumentedExample();
        for (int bit = 0; bit < 72 * 8; bit++)
        {
            datagram[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(Refusal.None, Assembler().Add(datagram, default));
            datagram[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void A_memory_link_suffers_what_it_is_told()
    {
        float[] symbols = Frames.Symbols(1000);
        using (var link = new MemoryLink(frame => { frames.Add(frame); return true; }, faults: new() { Loss = 0.2, Duplication = 0.1, BitErrors = 1e-3 }))
        {
            for (uint i = 0; i < 1000; i++)
                Assert.Equal(4 * 72 + 4000, link.Send(Frames.Header(i), symbols));
            Assert.InRange(link.Counters[Refusal.None], 3100, 3300);
            Assert.InRange(link.Counters[Refusal.Duplicate] + link.Counters[Refusal.Replayed], 260, 380);
        }
        Assert.InRange(frames.Count, 990, 1000);
        int differing = frames.Sum(frame => frame.Symbols.Zip(symbols).Count(pair => pair.First != 0 && pair.First != pair.Second));
        int arrived = frames.Sum(frame => frame.Symbols.Count(symbol => symbol != 0));
        Assert.InRange((double)differing / arrived, 0.028, 0.034);   // 32 bits, 1e-3 each
    }

    [Fact]
    public void Stamps_count_and_name()
    {
        var first = new FrameStamper(42);
        var second = new FrameStamper(42);
        Assert.NotEqual(first.Stream, second.Stream);
        long before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000;
        FrameHeader header = first.Next(new PairId(5), 3, 1);
        Assert.Equal(new FrameHeader(new PairId(5), 42, first.Stream, 0, header.SentMicroseconds, 3, 1), header);
        Assert.InRange(header.SentMicroseconds, before, before + 10_000_000);
        Assert.Equal(1UL, first.Next(new PairId(5)).Sequence);
    }

    static void Send(FrameAssembler assembler, params ulong[] sequences)
    {
        foreach (ulong sequence in sequences)
            Assert.Equal(Refusal.None, assembler.Add(Cut(sequence, 8)[0], default));
    }
}
