using System.IO.Compression;
using Heliograph.Experiments.Records;
using Heliograph.Networks;
using Heliograph.Training.Data;

namespace Heliograph.Evaluation.Schemes;

/// <summary>
/// JALAD (the paper's reference [4]): the map at the split point, each value in c bits between the map's minimum and maximum, losslessly coded (Deflate, which
/// ends in JALAD's Huffman code); minimum and maximum go with it as 32-bit floats.
/// </summary>
sealed class QuantisedScheme : IDigitalScheme
{
    // Maps of the whole set may not fit into the memory.
    const int Chunk = 500;

    public Arrival Send(DigitalWork work)
    {
        var split = work.Experiment.SplitOf(work.Backbone.Network);
        Model front = new(split.Device, work.Backbone.Weights), back = new(split.Edge, work.Backbone.Weights);
        int elements = front.Network.Output.Elements, levels = (1 << work.Experiment.Digital.Bits) - 1;
        byte[][] payloads = new byte[work.Images.Count][];
        bool[] hits = new bool[work.Images.Count], firstFive = new bool[work.Images.Count];
        for (int first = 0; first < work.Images.Count; first += Chunk)
        {
            var images = work.Images.Range(first, Math.Min(Chunk, work.Images.Count - first));
            float[] maps = work.Evaluator.Encode(front, images);
            Parallel.For(0, images.Count, new ParallelOptions { CancellationToken = work.Cancellation }, i => payloads[first + i] = Quantise(maps.AsSpan(i * elements, elements), levels));
            var measured = work.Evaluator.Classify(back, maps, images);
            measured.Hits.CopyTo(hits, first);
            measured.FirstFive.CopyTo(firstFive, first);
        }
        return new(work.Experiment.Split, front.Network.Cost().Macs, payloads,
            new(null, new(Percent(hits), Percent(firstFive)), hits) { FirstFive = firstFive });

        static double Percent(bool[] which) => Math.Round(100.0 * which.Count(hit => hit) / which.Length, 4);
    }

    /// <summary>Puts what the edge reads in the place of a map.</summary>
    /// <param name="map">One image's.</param>
    /// <param name="levels">2^c − 1.</param>
    /// <returns>The bytes that it was sent in.</returns>
    internal static byte[] Quantise(Span<float> map, int levels)
    {
        float low = float.PositiveInfinity, high = float.NegativeInfinity;
        foreach (float value in map)
            (low, high) = (MathF.Min(low, value), MathF.Max(high, value));
        float step = (high - low) / levels;
        byte[] values = new byte[map.Length];
        for (int i = 0; i < map.Length; i++)
        {
            values[i] = step > 0 ? (byte)MathF.Round((map[i] - low) / step) : (byte)0;
            map[i] = low + values[i] * step;
        }
        using var coded = new MemoryStream();
        coded.Write(BitConverter.GetBytes(low));
        coded.Write(BitConverter.GetBytes(high));
        using (var deflate = new DeflateStream(coded, CompressionLevel.SmallestSize, leaveOpen: true))
            deflate.Write(values);
        return coded.ToArray();
    }
}
