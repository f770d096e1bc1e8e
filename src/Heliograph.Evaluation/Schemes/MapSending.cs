using Heliograph.Experiments.Records;
using Heliograph.Networks;

namespace Heliograph.Evaluation.Schemes;

/// <summary>Puts what arrives of one image's values in their place.</summary>
/// <returns>The bytes that they were sent in.</returns>
delegate byte[] MapCoder(Span<float> values);

/// <summary>Schemes whose device computes a map or less and sends it in bits.</summary>
static class MapSending
{
    // Maps of the whole set may not fit into the memory.
    const int Chunk = 500;

    /// <summary>Sends all images.</summary>
    /// <param name="work">What there is to send.</param>
    /// <param name="front">On the device.</param>
    /// <param name="back">At the edge.</param>
    /// <param name="code">Between them; called from several threads.</param>
    public static Arrival Send(DigitalWork work, Model front, Model back, MapCoder code)
    {
        int elements = front.Network.Output.Elements;
        byte[][] payloads = new byte[work.Images.Count][];
        bool[] hits = new bool[work.Images.Count], firstFive = new bool[work.Images.Count];
        for (int first = 0; first < work.Images.Count; first += Chunk)
        {
            var images = work.Images.Range(first, Math.Min(Chunk, work.Images.Count - first));
            float[] maps = work.Evaluator.Encode(front, images);
            Parallel.For(0, images.Count, new ParallelOptions { CancellationToken = work.Cancellation }, i => payloads[first + i] = code(maps.AsSpan(i * elements, elements)));
            var measured = work.Evaluator.Classify(back, maps, images);
            measured.Hits.CopyTo(hits, first);
            measured.FirstFive.CopyTo(firstFive, first);
        }
        return new(work.Experiment.Split, front.Network.Cost().Macs, payloads,
            new(null, new(Percent(hits), Percent(firstFive)), hits) { FirstFive = firstFive });

        static double Percent(bool[] which) => Math.Round(100.0 * which.Count(hit => hit) / which.Length, 4);
    }
}
