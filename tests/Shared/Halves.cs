using Heliograph.Networks;

namespace Heliograph.Tests.Shared;

/// <summary>Both halves of a narrow VGG16 with the joint code between them.</summary>
/// <param name="Device">Image to symbols.</param>
/// <param name="Edge">Symbols to logits.</param>
sealed record Halves(Network Device, Network Edge)
{
    /// <summary>Cuts a VGG16; a pruning ratio gives odd widths up to the split point.</summary>
    public static Halves Of(string splitPoint, double ratio = 0, int code = 3, int classes = 10, double width = 0.125, Shape? input = null)
    {
        var split = UniformPruning.Prune(Vgg.Build(16, classes, input ?? (3, 32, 32), width), splitPoint, ratio).SplitAt(splitPoint);
        return new(split.Device.Then(JointCode.Encoder(split.Device.Output, code)), JointCode.Decoder(split.Device.Output, code).Then(split.Edge));
    }
}
