using Heliograph.Experiments.Binding;

namespace Heliograph.Experiments.Trainings;

/// <summary>The code of the image, trained for the least mean squared error, on images that are not cropped. Defaults are near those of Bourtsoulatze, Kurka and Gündüz, 2019.</summary>
public sealed record ImageOptions : TrainingOptions
{
    /// <summary>100 epochs of Adam at 1e-3, ×0.1 after 80, in batches of 64.</summary>
    public ImageOptions() => (Epochs, Batch, Optimizer, Rate, Decay, Milestones) = (100, 64, OptimizerName.Adam, 1e-3, 0, [80]);

    /// <summary>Layers of equally many symbols that are sent one after another, each of which refines the image (Kurka and Gündüz, 2019).</summary>
    public int Layers { get; init; } = 1;

    /// <summary>The device knows what the edge has received, without noise, and sends each layer in view of the image as it is restored so far (DeepJSCC-f, 2020).</summary>
    public bool Feedback { get; init; }

    /// <inheritdoc/>
    public override void Validate(OptionCheck check)
    {
        base.Validate(check);
        check.That(Layers >= 1, nameof(Layers), $"must be at least 1, not {Layers}");
        check.That(!Feedback || Layers > 1, nameof(Feedback), $"needs at least 2 layers: it tells of a layer that was sent before; give {check.Prefix}layers too");
        check.That(Smoothing == 0, nameof(Smoothing), $"is of cross-entropy, which this step does not minimise");
        check.That(MeasureEvery == 1, nameof(MeasureEvery), $"has no effect: this step does not measure accuracy while it trains");
    }
}
