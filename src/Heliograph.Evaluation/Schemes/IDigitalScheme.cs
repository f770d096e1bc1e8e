using Heliograph.Experiments;
using Heliograph.Experiments.Records;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Measuring;

namespace Heliograph.Evaluation.Schemes;

/// <summary>A scheme that sends bits, without loss on the link: what the device makes of each image, and how the edge fares with what arrives.</summary>
interface IDigitalScheme
{
    /// <summary>Sends images.</summary>
    /// <param name="work">What there is to send, and with what.</param>
    /// <exception cref="UsageException">The scheme does not suit the network or the images.</exception>
    Arrival Send(DigitalWork work);
}

/// <summary>What a scheme works with.</summary>
/// <param name="Backbone">From image to logits.</param>
/// <param name="Experiment">Its options.</param>
/// <param name="Images">On which it is measured.</param>
/// <param name="Evaluator">Measures, for images as those are.</param>
/// <param name="Cancellation">Asks to stop.</param>
sealed record DigitalWork(Model Backbone, Experiment Experiment, ImageSet Images, Evaluator Evaluator, CancellationToken Cancellation);

/// <summary>What a scheme sent, and what the edge made of it.</summary>
/// <param name="Place">Where the network is cut: <c>input</c>, a split point or <c>output</c>.</param>
/// <param name="DeviceMacs">On the device, for an image.</param>
/// <param name="Bits">Sent for each image.</param>
/// <param name="Measured">Of what arrived.</param>
sealed record Arrival(string Place, long DeviceMacs, int[] Bits, Measurement Measured);
