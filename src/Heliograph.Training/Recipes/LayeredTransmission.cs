using Heliograph.Channels;
using Heliograph.Networks;
using Heliograph.Training.Channels;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Recipes;

/// <summary>Images through encoder, channel and decoder, layer after layer, as part of the training graph.</summary>
/// <param name="encoder">From image, and with feedback the image as restored so far, to the symbols of all layers.</param>
/// <param name="decoder">From received symbols to the image; 0 what has not arrived.</param>
/// <param name="channel">Between the two.</param>
sealed class LayeredTransmission(NetworkModule encoder, NetworkModule decoder, DifferentiableChannel channel)
{
    /// <summary>Layers in which an image is sent.</summary>
    public int Layers { get; } = ImageCode.LayersOf(encoder.Network, decoder.Network);

    /// <summary>The images as they are restored after the first layer, the first two, and so on; later ones are computed when they are asked for.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <param name="snrs">One for all, or one for each.</param>
    /// <param name="training">Of both networks.</param>
    public IEnumerable<Tensor> Restored(Tensor images, IReadOnlyList<Snr> snrs, bool training)
    {
        bool feedback = encoder.Network.Input.Channels > images.shape[1];
        long length = encoder.Network.Output.Elements / Layers;
        Tensor? symbols = null, arrived = null, restored = null;
        for (int layer = 0; layer < Layers; layer++)
        {
            if (symbols is null || feedback)
                symbols = encoder.Forward(feedback ? cat([images, restored ?? zeros_like(images)], 1) : images, training);
            var part = channel.Transmit(symbols.narrow(1, layer * length, length), snrs);
            arrived = arrived is null ? part : cat([arrived, part], 1);
            restored = decoder.Forward(layer + 1 == Layers ? arrived : nn.functional.pad(arrived, [0, (Layers - layer - 1) * length]), training);
            yield return restored;
        }
    }
}
