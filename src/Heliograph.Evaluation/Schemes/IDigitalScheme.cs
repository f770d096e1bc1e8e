using Heliograph.Experiments;
using Heliograph.Experiments.Recipes;
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
/// <param name="Left">The networks that the last step left, by the names of their files (<see cref="StepFiles"/>).</param>
/// <param name="Experiment">Its options.</param>
/// <param name="Images">On which it is measured.</param>
/// <param name="Evaluator">Measures, for images as those are.</param>
/// <param name="Cancellation">Asks to stop.</param>
sealed record DigitalWork(Func<string, Model> Left, Experiment Experiment, ImageSet Images, Evaluator Evaluator, CancellationToken Cancellation)
{
    /// <summary>From image to logits, where the recipe has no code.</summary>
    public Model Backbone => field ??= Left(StepFiles.Backbone);
}

/// <summary>What a scheme sent, and what the edge made of it.</summary>
/// <param name="Place">Where the network is cut: <c>input</c>, a split point or <c>output</c>.</param>
/// <param name="DeviceMacs">On the device, for an image.</param>
/// <param name="Payloads">Sent for each image.</param>
/// <param name="Measured">Of what arrives if nothing is lost.</param>
sealed record Arrival(string Place, long DeviceMacs, byte[][] Payloads, Measurement Measured)
{
    /// <summary>Bits of every payload, where they are not whole bytes; null where they are.</summary>
    public int? BitsEach { get; init; }

    /// <summary>Mean bits an image.</summary>
    public double Bits => BitsEach ?? Payloads.Average(payload => 8.0 * payload.Length);
}
