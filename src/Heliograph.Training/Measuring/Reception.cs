using Heliograph.Channels;
using Heliograph.Networks;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Measuring;

/// <summary>What the edge receives of the images of a set.</summary>
interface IReception : IDisposable
{
    /// <summary>Sends some images.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="n">How many.</param>
    /// <param name="snr">In the convention of docs/snr.md.</param>
    /// <param name="draw">Of the noise.</param>
    /// <param name="received">Image after image; 0 what does not arrive.</param>
    void Receive(int first, int n, Snr snr, int draw, Span<float> received);
}

/// <summary>Symbols that do not depend on the noise, in one transmission an image.</summary>
/// <param name="symbolsAt">Image after image, at an SNR.</param>
/// <param name="images">How many there are.</param>
/// <param name="channel">Between the two.</param>
sealed class SentOnce(Func<Snr, float[]> symbolsAt, int images, NoisyChannel channel) : IReception
{
    /// <summary>The mode in which an elastic pair is used; null for a pair of one mode.</summary>
    public ModeInUse? Mode { get; init; }

    /// <summary>Share of each image's symbols that arrives, from the first on.</summary>
    public double Arriving { get; init; } = 1;

    public void Receive(int first, int n, Snr snr, int draw, Span<float> received)
    {
        float[] symbols = symbolsAt(snr);
        int reads = received.Length / n, each = symbols.Length / images;
        float[] sent = new float[Mode?.Mode.Symbols ?? each];
        for (int i = 0; i < n; i++)
        {
            symbols.AsSpan((first + i) * each, sent.Length).CopyTo(sent);
            channel.Transmit(sent, snr, draw, first + i);
            sent.AsSpan((int)Math.Round(Arriving * sent.Length)).Clear();
            var input = received.Slice(i * reads, reads);
            if (Mode is null)
                sent.CopyTo(input);
            else
                Mode.Modes.WriteEdgeInput(sent, Mode.Mode, snr, input);
        }
    }

    public void Dispose()
    {
    }
}

/// <summary>Layer after layer, each in view of the image as it is restored from those before it (DeepJSCC-f: Kurka and Gündüz, 2020). The feedback has no noise.</summary>
/// <param name="device">From image and restored image to the symbols of all layers, of which one is sent.</param>
/// <param name="decoder">From received symbols to the restored image.</param>
/// <param name="layers">That there are.</param>
/// <param name="imagesOf">Some images [N, C, H, W], by the first and their number.</param>
/// <param name="channel">Between the two.</param>
sealed class SentWithFeedback(NetworkModule device, NetworkModule decoder, int layers, Func<int, int, Tensor> imagesOf, NoisyChannel channel) : IReception
{
    /// <summary>Layers that are sent.</summary>
    public required int Arriving { get; init; }

    public void Receive(int first, int n, Snr snr, int draw, Span<float> received)
    {
        received.Clear();
        int count = device.Network.Output.Elements, length = count / layers;
        var images = imagesOf(first, n);
        var restored = zeros_like(images);
        for (int layer = 0; layer < Arriving; layer++)
        {
            if (layer > 0)
                restored = decoder.Forward(Tensors.FromSpan<float>(received, [n, count], ScalarType.Float32).to(images.device), training: false);
            float[] symbols = Tensors.ToArray(device.Forward(cat([images, restored], 1), training: false));
            for (int i = 0; i < n; i++)
            {
                var part = received.Slice(i * count + layer * length, length);
                symbols.AsSpan(i * count + layer * length, length).CopyTo(part);
                channel.Transmit(part, snr, draw, first + i, layer);
            }
        }
    }

    public void Dispose()
    {
        device.Dispose();
        decoder.Dispose();
    }
}
