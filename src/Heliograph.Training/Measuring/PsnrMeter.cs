using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Measuring;

/// <summary>Mean over images of the peak signal-to-noise ratio of what was restored, as pixels from 0 to 255.</summary>
sealed class PsnrMeter(ImageSet images, Normalisation normalisation)
{
    // Where there is no difference, which no noisy channel leaves.
    const double Most = 100;

    double sum;
    int seen;

    /// <summary>The mean in dB.</summary>
    public double Mean => Math.Round(sum / seen, 4);

    /// <summary>10·log₁₀(255² / mean squared error) in dB; at most 100.</summary>
    public static double Of(ReadOnlySpan<byte> original, ReadOnlySpan<byte> restored)
    {
        long squares = 0;
        for (int i = 0; i < original.Length; i++)
            squares += (original[i] - restored[i]) * (original[i] - restored[i]);
        return squares == 0 ? Most : Math.Min(Most, 10 * Math.Log10(255.0 * 255 * original.Length / squares));
    }

    /// <summary>Sees the restored images of a batch.</summary>
    /// <param name="first">Place of its first image.</param>
    public Func<Layer, Tensor, Tensor> Tap(int first) => (layer, output) =>
    {
        if (layer.Name == ImageCode.RestoredLayer)
            Add(Tensors.ToArray(output), first);
        return output;
    };

    // Normalised, image after image, plane after plane.
    void Add(float[] restored, int first)
    {
        int elements = images.Shape.Elements, area = elements / images.Shape.Channels;
        byte[] pixels = new byte[elements];
        for (int i = 0; i < restored.Length / elements; i++)
        {
            for (int at = 0; at < elements; at++)
            {
                int channel = at / area;
                pixels[at] = (byte)Math.Clamp(Math.Round(255.0 * (restored[i * elements + at] * normalisation.Std[channel] + normalisation.Mean[channel])), 0, 255);
            }
            sum += Of(images.Image(first + i), pixels);
            seen++;
        }
    }
}
