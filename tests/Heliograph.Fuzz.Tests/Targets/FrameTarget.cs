using Heliograph.Links;
using Heliograph.Statistics;
using Heliograph.Tests.Links;

namespace Heliograph.Fuzz.Tests.Targets;

/// <summary>
/// Datagrams: random bytes; valid ones with random bytes; and those with a header that is random where it hurts but has the right CRC. Nothing is
/// thrown, and what is kept stays within what the options allow.
/// </summary>
sealed class FrameTarget : Target
{
    const int Longest = 2048, FewInputs = 100_000;

    readonly AssemblerOptions options = new() { MaxSymbols = 4096, MaxThumbnailPixels = 1024, MaxDevices = 64, MaxFrames = 32, MaxKept = 16 };
    readonly FrameAssembler assembler;
    readonly RandomStream passing = new(11, "time");
    long delivered, read, start = -1, greatest;
    TimeSpan now;

    public FrameTarget()
    {
        assembler = new(Deliver, options);
        var datagrams = new List<byte[]>();
        foreach (SampleFormat format in new[] { SampleFormat.Cf32, SampleFormat.Ci16 })
            foreach (int symbolCount in new[] { 1, 8, 64, 1001, 4096 })
                datagrams.AddRange(new FrameWriter(format).Datagrams(
                    Frames.Header(5, snr: Math.Min(symbolCount, 100), label: symbolCount), Frames.Symbols(symbolCount), symbolCount < 100 ? Frames.Thumbnail(32, 30) : null));
        // Frames of an elastic pair: asked about, and with symbols added.
        var elastic = new FrameWriter();
        byte[] buffer = new byte[elastic.DatagramBytes];
        foreach (int from in new[] { 0, 16, 32 })
        {
            for (int i = 0; i < elastic.Count(64 - from, elastic: true); i++)
                datagrams.Add(buffer[..elastic.Write(Frames.Header(5) with { Width = 1 }, Frames.Symbols(from == 0 ? 16 : 64), null, i, buffer, from, new(7, 0.5))]);
        }
        Corpus = datagrams;
    }

    public override string Name => "frames";

    public override IReadOnlyList<byte[]> Corpus { get; }

    // A frame is assembled in memory of its own, the symbols and the thumbnail of the options.
    public override long MostAllocated(int length) => 1 << 20;

    public override byte[] Change(byte[] origin, IReadOnlyList<byte[]> pool, RandomStream random)
    {
        byte[] datagram = [.. origin];
        switch (random.NextInt(9))
        {
            case 0:
                datagram = new byte[random.NextInt(400)];
                for (int i = 0; i < datagram.Length; i++)
                    datagram[i] = (byte)random.NextInt(256);
                return datagram;
            case 1:
                datagram[random.NextInt(datagram.Length)] ^= (byte)(1 << random.NextInt(8));
                return datagram;
            case 2:
                return datagram[..random.NextInt(datagram.Length + 1)];
            case 3:
                return [.. datagram, .. new byte[random.NextInt(Longest - datagram.Length)]];
            case 4:
                for (int i = 0; i < 4; i++)
                    datagram[random.NextInt(FrameFormat.HeaderBytes)] = (byte)random.NextInt(256);
                break;
            case 5:
                datagram = ByteChanges.Change(datagram, pool, random);
                break;
            default:
                // Plausible: some devices and streams, sequence numbers near each other, now and then far away.
                BitConverter.TryWriteBytes(datagram.AsSpan(FrameFormat.DeviceAt), (ulong)random.NextInt(100));
                BitConverter.TryWriteBytes(datagram.AsSpan(FrameFormat.StreamAt), random.NextInt(2));
                BitConverter.TryWriteBytes(datagram.AsSpan(FrameFormat.SequenceAt), random.NextInt(50) == 0 ? random.NextUInt64() : (ulong)random.NextInt(5000));
                BitConverter.TryWriteBytes(datagram.AsSpan(FrameFormat.SentAt), (long)random.NextInt(1_000_000));
                if (random.NextInt(10) == 0)
                    BitConverter.TryWriteBytes(datagram.AsSpan(FrameFormat.SymbolCountAt + 4 * random.NextInt(9)), random.NextInt(5000));
                break;
        }
        // The CRC is where the version, which may have been changed too, has it.
        if (datagram.Length >= FrameFormat.ElasticHeaderBytes)
            BitConverter.TryWriteBytes(datagram.AsSpan(FrameFormat.CrcAtOf(datagram[FrameFormat.VersionAt])), FrameFormat.HeaderCrc(datagram));
        return datagram.Length <= FrameFormat.MaxDatagramBytes ? datagram : datagram[..FrameFormat.MaxDatagramBytes];
    }

    public override void Place(byte[] input)
    {
        if (read % 20_000 == 0)
        {
            long used = GC.GetTotalMemory(forceFullCollection: true);
            if (start < 0)
                start = used;
            greatest = Math.Max(greatest, used - start);
        }
    }

    public override void Read(byte[] input)
    {
        read++;
        assembler.Add(input, now);
        now += TimeSpan.FromTicks(passing.NextInt(2_000));
        assembler.Advance(now);
        Assert.True(assembler.Assembling <= options.MaxFrames && assembler.Kept <= options.MaxKept && assembler.Devices <= options.MaxDevices);
    }

    public override bool Refuses(Exception error) => false;

    public override void Finish(long inputs)
    {
        // Frames in assembly with their symbols, thumbnails and coverage; devices with their windows; the inputs that the fuzzer keeps.
        long allowed = (options.MaxFrames + options.MaxKept) * (4096 * 4 + 1024 * 3 + 1024) + options.MaxDevices * 2048 + (1 << 20);
        Assert.True(greatest < allowed, $"{greatest} bytes, allowed are {allowed}");
        if (inputs < FewInputs)
            return;
        // The inputs reached every branch: it is no test otherwise.
        Assert.All(
            Enum.GetValues<Refusal>().Except([Refusal.UnknownDevice, Refusal.UnknownPair, Refusal.WrongLength, Refusal.UnknownMode, Refusal.Unauthenticated]),
            refusal => Assert.True(assembler.Counters[refusal] > inputs / 50_000, $"{refusal}: {assembler.Counters[refusal]}"));
        Assert.Equal(read, Enum.GetValues<Refusal>().Sum(refusal => assembler.Counters[refusal]));
        Assert.Equal(delivered, assembler.Counters.Frames + assembler.Counters.Dropped);
        Assert.True(delivered > inputs / 200, $"{delivered}");
    }

    bool Deliver(Frame frame)
    {
        delivered++;
        Assert.InRange(frame.Symbols.Length, 1, options.MaxSymbols);
        Assert.InRange(frame.Erased, 0, frame.Symbols.Length);
        Assert.True(MathF.Abs(frame.Symbols[^1]) <= FrameFormat.MaxMagnitude);
        return delivered % 3 != 0;
    }
}
