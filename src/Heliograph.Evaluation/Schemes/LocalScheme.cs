using Heliograph.Networks;

namespace Heliograph.Evaluation.Schemes;

/// <summary>The whole network runs on the device, which sends the class in as few whole bits as tell the classes apart.</summary>
sealed class LocalScheme : IDigitalScheme
{
    public Arrival Send(DigitalWork work)
    {
        int bits = (int)Math.Ceiling(Math.Log2(work.Backbone.Network.Output.Elements));
        // Which class it is changes nothing about whether it arrives.
        return new("output", work.Backbone.Network.Cost().Macs, [.. work.Images.Labels.Select(label => BitConverter.GetBytes(label)[..((bits + 7) / 8)])], work.Evaluator.Classify(work.Backbone, work.Images)) { BitsEach = bits };
    }
}
