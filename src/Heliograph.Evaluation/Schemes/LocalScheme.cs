using Heliograph.Networks;

namespace Heliograph.Evaluation.Schemes;

/// <summary>The whole network runs on the device, which sends the class in as few whole bits as tell the classes apart.</summary>
sealed class LocalScheme : IDigitalScheme
{
    public Arrival Send(DigitalWork work)
    {
        int bits = (int)Math.Ceiling(Math.Log2(work.Backbone.Network.Output.Elements));
        return new("output", work.Backbone.Network.Cost().Macs, [.. Enumerable.Repeat(bits, work.Images.Count)], work.Evaluator.Classify(work.Backbone, work.Images));
    }
}
