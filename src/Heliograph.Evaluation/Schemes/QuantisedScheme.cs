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
        int[] bits = new int[work.Images.Count];
        bool[] hits = new bool[work.Images.Count];
        double firstFive = 0;
        for (int first = 0; first < work.Images.Count; first += Chunk)
        {
            var images = work.Images.Range(first, Math.Min(Chunk, work.Images.Count - first));
            float[] maps = work.Evaluator.Encode(front, images);
            Parallel.For(0, images.Count, new ParallelOptions { CancellationToken = work.Cancellation }, i => bits[first + i] = Quantise(maps.AsSpan(i * elements, elements), levels));
            var measured = work.Evaluator.Classify(back, maps, images);
            measured.Hits.CopyTo(hits, first);
            firstFive += measured.Accuracy.Top5 * images.Count;
        }
        return new(work.Experiment.Split, front.Network.Cost().Macs, bits,
            new(null, new(Math.Round(100.0 * hits.Count(hit => hit) / hits.Length, 4), Math.Round(firstFive / hits.Length, 4)), hits));
    }

    /// <summary>Puts what the edge reads in the place of a map.</summary>
    /// <param name="map">One image's.</param>
    /// <param name="levels">2^c − 1.</param>
    /// <returns>How many bits it was sent in.</returns>
    internal static int Quantise(Span<float> map, int levels)
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
        using (var deflate = new DeflateStream(coded, CompressionLevel.SmallestSize, leaveOpen: true))
            deflate.Write(values);
        return 8 * (2 * sizeof(float) + (int)coded.Length);
    }
}
