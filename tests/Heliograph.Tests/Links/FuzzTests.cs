using Heliograph.Links;

namespace Heliograph.Tests.Links;

/// <summary>Runs while no other test does: it measures the memory of the process.</summary>
[CollectionDefinition(nameof(FuzzTests), DisableParallelization = true)]
public sealed class AloneCollection;

/// <summary>Over a million hostile datagrams: nothing is thrown, and memory stays within what the options allow.</summary>
[Collection(nameof(FuzzTests))]
public sealed class FuzzTests
{
    const int Datagrams = 1_200_000;

    [Fact]
    public void Hostile_datagrams_do_no_harm()
    {
        var options = new AssemblerOptions { MaxSymbols = 4096, MaxThumbnailPixels = 1024, MaxDevices = 64, MaxFrames = 32 };
        long delivered = 0;
        var assembler = new FrameAssembler(
            frame =>
            {
                delivered++;
                Assert.InRange(frame.Symbols.Length, 1, options.MaxSymbols);
                Assert.InRange(frame.Erased, 0, frame.Symbols.Length);
                Assert.True(MathF.Abs(frame.Symbols[^1]) <= FrameFormat.MaxMagnitude);
                return delivered % 3 != 0;
            },
            options);
        var random = new RandomStream(11, "fuzz");
        byte[][] corpus = Corpus();
        var buffer = new byte[2048];
        long start = GC.GetTotalMemory(forceFullCollection: true), greatest = 0;
        TimeSpan now = default;
        TimeSpan spent = Environment.CpuUsage.TotalTime;   // a busy machine is no failure
        for (int i = 0; i < Datagrams; i++)
        {
            int length = Make(corpus, random, buffer);
            assembler.Add(buffer.AsSpan(0, length), now);
            now += TimeSpan.FromTicks(random.NextInt(2_000));
            assembler.Advance(now);
            Assert.True(assembler.Assembling <= options.MaxFrames && assembler.Devices <= options.MaxDevices);
            if (i % 100_000 == 0)
                greatest = Math.Max(greatest, GC.GetTotalMemory(forceFullCollection: true) - start);
        }
        spent = Environment.CpuUsage.TotalTime - spent;
        Assert.True(spent < TimeSpan.FromSeconds(20), $"{spent}");
        // Frames in assembly with their symbols, thumbnails and coverage; devices with their windows.
        long allowed = options.MaxFrames * (4096 * 4 + 1024 * 3 + 1024) + options.MaxDevices * 2048;
        Assert.True(greatest < allowed, $"{greatest} bytes, allowed are {allowed}");
        // The input reached every branch: it is no test otherwise.
        Assert.All(
            Enum.GetValues<Refusal>().Except([Refusal.UnknownDevice, Refusal.UnknownPair, Refusal.WrongLength, Refusal.Unauthenticated]),
            refusal => Assert.True(assembler.Counters[refusal] > 50, $"{refusal}: {assembler.Counters[refusal]}"));
        Assert.Equal(Datagrams, Enum.GetValues<Refusal>().Sum(refusal => assembler.Counters[refusal]));
        Assert.Equal(delivered, assembler.Counters.Frames + assembler.Counters.Dropped);
        Assert.True(delivered > 10_000, $"{delivered}");
    }

    static byte[][] Corpus()
    {
        var datagrams = new List<byte[]>();
        foreach (SampleFormat format in new[] { SampleFormat.Cf32, SampleFormat.Ci16 })
            foreach (int symbolCount in new[] { 1, 8, 64, 1001, 4096 })
                datagrams.AddRange(new FrameWriter(format).Datagrams(
                    Frames.Header(5, snr: Math.Min(symbolCount, 100), label: symbolCount), Frames.Symbols(symbolCount), symbolCount < 100 ? Frames.Thumbnail(32, 30) : null));
        return [.. datagrams];
    }

    /// <summary>Random bytes; valid datagrams with random bytes; and those with a header that is random where it hurts but has the right CRC.</summary>
    static int Make(byte[][] corpus, RandomStream random, byte[] buffer)
    {
        byte[] origin = corpus[random.NextInt(corpus.Length)];
        int length = origin.Length;
        origin.CopyTo(buffer, 0);
        Span<byte> datagram = buffer;
        switch (random.NextInt(8))
        {
            case 0:
                length = random.NextInt(400);
                for (int i = 0; i < length; i++)
                    datagram[i] = (byte)random.NextInt(256);
                return length;
            case 1:
                datagram[random.NextInt(length)] ^= (byte)(1 << random.NextInt(8));
                return length;
            case 2:
                return random.NextInt(length + 1);
            case 3:
                return length + random.NextInt(buffer.Length - length);
            case 4:
                for (int i = 0; i < 4; i++)
                    datagram[random.NextInt(72)] = (byte)random.NextInt(256);
                break;
            default:
                // Plausible: some devices and streams, sequence numbers near each other, now and then far away.
                BitConverter.TryWriteBytes(datagram[16..], (ulong)random.NextInt(100));
                BitConverter.TryWriteBytes(datagram[24..], random.NextInt(2));
                BitConverter.TryWriteBytes(datagram[32..], random.NextInt(50) == 0 ? random.NextUInt64() : (ulong)random.NextInt(5000));
                BitConverter.TryWriteBytes(datagram[40..], (long)random.NextInt(1_000_000));
                if (random.NextInt(10) == 0)
                    BitConverter.TryWriteBytes(datagram[(28 + 4 * random.NextInt(9))..], random.NextInt(5000));
                break;
        }
        if (length >= 72)
            BitConverter.TryWriteBytes(datagram[68..], FrameFormat.HeaderCrc(datagram));
        return length;
    }
}
