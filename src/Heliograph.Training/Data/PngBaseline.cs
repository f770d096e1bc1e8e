using Heliograph.Channels;

namespace Heliograph.Training.Data;

/// <summary>
/// The paper's baseline (section 3.2): each image is sent as a PNG file over a channel used at its capacity, and recognised at the edge without
/// loss. The files are those of <see cref="ImageFolder"/>.
/// </summary>
/// <param name="Data">Name of the data set.</param>
/// <param name="Images">Test images.</param>
/// <param name="MeanBytes">Mean size of an image as a PNG file.</param>
/// <param name="Points">What they take at each SNR, in the order asked for.</param>
public sealed record PngBaseline(string Data, int Images, double MeanBytes, ValueList<PngPoint> Points)
{
    /// <summary>Encodes all test images.</summary>
    /// <param name="data">The images.</param>
    /// <param name="snrs">Finite.</param>
    public static PngBaseline Of(DataSet data, params IEnumerable<Snr> snrs)
    {
        ArgumentNullException.ThrowIfNull(data);
        double bytes = Enumerable.Range(0, data.Test.Count).AsParallel().Sum(i => (long)ImageFolder.Png(data.Test, i).Length) / (double)data.Test.Count;
        return new(data.Name, data.Test.Count, bytes, [.. snrs.Select(snr => new PngPoint(snr.Decibels, snr.Capacity, 8 * bytes / snr.Capacity))]);
    }
}

/// <summary>The baseline at one SNR.</summary>
/// <param name="SnrDb">P/σ² per real symbol in dB (docs/snr.md).</param>
/// <param name="BitsPerSymbol">The channel's capacity in bits per real symbol.</param>
/// <param name="Symbols">Real symbols for the mean image: 8 · mean bytes / capacity.</param>
public sealed record PngPoint(double SnrDb, double BitsPerSymbol, double Symbols);
