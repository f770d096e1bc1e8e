namespace Heliograph.Links;

/// <summary>Where the samples of a recording are in its data file.</summary>
/// <param name="SampleBytes">Bytes of a sample.</param>
/// <param name="Offset"><c>core:offset</c>: the index of the file's first sample.</param>
/// <param name="Chunks">Samples from an index on lie behind so many bytes of headers in all; ascending.</param>
/// <param name="End">Where the samples end in the file, in bytes: trailing bytes are none.</param>
sealed record SigmfLayout(int SampleBytes, ulong Offset, ValueList<(ulong Start, long Headers)> Chunks, long End)
{
    /// <summary>The pieces of the file that hold samples; null if not all of them are there.</summary>
    /// <param name="first">Index of the first sample.</param>
    /// <param name="count">How many, 1 or more.</param>
    public List<(long At, int Bytes)>? Find(ulong first, int count)
    {
        if (first < Offset || first - Offset > (ulong)(long.MaxValue / 64) || first > ulong.MaxValue - (ulong)count)
            return null;
        var pieces = new List<(long, int)>();
        while (count > 0)
        {
            int next = 0;
            while (next < Chunks.Count && Chunks[next].Start <= first)
                next++;
            long headers = next == 0 ? 0 : Chunks[next - 1].Headers;
            int here = next < Chunks.Count ? (int)Math.Min((ulong)count, Chunks[next].Start - first) : count;
            long at = (long)(first - Offset) * SampleBytes + headers;
            if (at > End - (long)here * SampleBytes)
                return null;
            pieces.Add((at, here * SampleBytes));
            first += (ulong)here;
            count -= here;
        }
        return pieces;
    }
}
