using System.IO.Compression;

namespace Heliograph.Evaluation.Schemes;

/// <summary>
/// JALAD (the paper's reference [4]): the map at the split point, each value in c bits between the map's minimum and maximum, losslessly coded (Deflate, which
/// ends in JALAD's Huffman code); minimum and maximum go with it as 32-bit floats.
/// </summary>
sealed class QuantisedScheme : IDigitalScheme
{
    public Arrival Send(DigitalWork work)
    {
        var split = work.Experiment.SplitOf(work.Backbone.Network);
        int levels = (1 << work.Experiment.Digital.Bits) - 1;
        return MapSending.Send(work, new(split.Device, work.Backbone.Weights), new(split.Edge, work.Backbone.Weights), map => Quantise(map, levels));
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
