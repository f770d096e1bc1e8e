using Heliograph.Files;
using Heliograph.Links;
using Heliograph.Statistics;

namespace Heliograph.Fuzz.Tests.Targets;

/// <summary>Answers of an edge, as a device reads them: with and without its key, mostly with the right CRC. Nothing is thrown, nothing senseless read, and without the key nothing at all.</summary>
sealed class AnswerTarget : Target
{
    static readonly DeviceKey Key = new([.. Enumerable.Range(0, 32).Select(i => (byte)i)]), Other = new(new byte[32]);

    long read;

    public AnswerTarget() => Corpus =
    [
        .. from key in new[] { null, Key, Other }
           from answer in new[] { new Answer(1, 2, 3, 4, 32, 7.5f, 0.25f), new Answer(ulong.MaxValue, uint.MaxValue, 0, 0, 0, null, 1) }
           select Written(answer, key),
    ];

    public override string Name => "answers";

    public override IReadOnlyList<byte[]> Corpus { get; }

    public override long MostAllocated(int length) => 1 << 16;

    public override byte[] Change(byte[] origin, IReadOnlyList<byte[]> pool, RandomStream random)
    {
        byte[] datagram = random.NextInt(3) == 0 ? ByteChanges.Change(origin, pool, random) : [.. origin];
        if (datagram.Length > 0)
            datagram[random.NextInt(datagram.Length)] ^= (byte)(1 << random.NextInt(8));
        if (datagram.Length >= AnswerFormat.Bytes && random.NextInt(4) > 0)
            BitConverter.TryWriteBytes(datagram.AsSpan(AnswerFormat.CrcAt), Crc32C.Of(datagram.AsSpan(0, AnswerFormat.CrcAt)));
        return datagram;
    }

    public override void Read(byte[] input)
    {
        foreach (var key in new[] { null, Key })
        {
            if (AnswerFormat.Read(input, key, out var answer) != Refusal.None)
                continue;
            read++;
            // Only what was signed: a change may have been undone, but none is hidden from the MAC.
            Assert.True(key is null || Corpus.Any(whole => whole.AsSpan().SequenceEqual(input)), "an answer that nobody signed");
            Assert.True(answer.Wish >= 0 && answer.Confidence is >= 0 and <= 1 && MathF.Abs(answer.SnrDb ?? 0) <= FrameFormat.MaxSnrDb);
        }
    }

    public override bool Refuses(Exception error) => false;

    public override void Finish(long inputs) => Assert.True(read > inputs / 100, $"{read} read");

    static byte[] Written(in Answer answer, DeviceKey? key)
    {
        byte[] buffer = new byte[AnswerFormat.MaxBytes];
        return buffer[..AnswerFormat.Write(answer, key, buffer)];
    }
}
