using System.Security.Cryptography;
using Heliograph.Experiments.Records;
using Heliograph.Statistics;

namespace Heliograph.Fuzz.Tests.Targets;

/// <summary>Files of hits, mostly with the right hash of their bits.</summary>
sealed class HitsTarget : FileTarget
{
    const string HashKey = "\"sha256\":\"";

    public HitsTarget()
    {
        bool[] hits = [.. Enumerable.Range(0, 21).Select(i => i % 3 == 0)], others = [.. hits.Select(hit => !hit)];
        HitsFile.Write(Input, new("test", new string('0', 64), 7, [new(null, [hits]), new(-2.5, [hits, others])]));
        byte[] several = System.IO.File.ReadAllBytes(Input);
        HitsFile.Write(Input, new("validation", new string('0', 64), 0, [new(null, [hits[..8]])]));
        Corpus = [several, System.IO.File.ReadAllBytes(Input)];
    }

    public override string Name => "hits";

    public override IReadOnlyList<byte[]> Corpus { get; }

    protected override string File => "result.hits";

    public override byte[] Change(byte[] origin, IReadOnlyList<byte[]> pool, RandomStream random)
    {
        int header = origin.AsSpan().IndexOf((byte)'\n');
        return header < 0 || random.NextInt(4) == 0 ? ByteChanges.Change(origin, pool, random) : [.. TextChanges.Change(origin[..header], pool, random), .. origin.AsSpan(header)];
    }

    public override byte[] Pack(byte[] changed, RandomStream random)
    {
        int header = changed.AsSpan().IndexOf((byte)'\n'), hash = changed.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(HashKey)) + HashKey.Length;
        if (random.NextInt(8) == 0 || hash < HashKey.Length || header < hash + 2 * SHA256.HashSizeInBytes)
            return changed;
        byte[] packed = [.. changed];
        System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(packed.AsSpan(header + 1)))).CopyTo(packed.AsSpan(hash));
        return packed;
    }

    public override void Read(byte[] input)
    {
        Hits hits = HitsFile.Read(Input);
        if (hits.MeasuredOn is null || hits.Data is null || hits.Points.Any(point => point.Draws.Any(draw => draw.Length != hits.Images)))
            throw new InvalidOperationException("hits that are incomplete");
    }

    public override bool Refuses(Exception error) => error is InvalidDataException;
}
