using Heliograph.Channels;
using Heliograph.Experiments;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Runs;
using Heliograph.Networks;
using Heliograph.Training.Channels;
using Heliograph.Training.Data;
using Heliograph.Training.Tracking;
using static TorchSharp.torch;

namespace Heliograph.Training.Loop;

/// <summary>What all steps of one call share.</summary>
public sealed record TrainingSession
{
    /// <summary>Where they read and write.</summary>
    public required RunFolder Run { get; init; }

    /// <summary>What they shall do.</summary>
    public required Experiment Experiment { get; init; }

    /// <summary>The steps, in order.</summary>
    public Recipe Recipe => Experiment.Steps();

    /// <summary>The images.</summary>
    public required DataSet Data { get; init; }

    /// <summary>On which of them accuracy is measured after epochs and steps.</summary>
    public MeasuredSet Measured => MeasuredSet.ForChoices(Data);

    /// <summary>Where they compute.</summary>
    public required Device Device { get; init; }

    /// <summary>Not <see cref="Precision.Auto"/>.</summary>
    public required Precision Precision { get; init; }

    /// <summary>Who watches.</summary>
    public required IRunReporter Reporter { get; init; }

    /// <summary>Follows the values as they come; nobody does unless it is set.</summary>
    public ITracker Tracker { get; init; } = new Trackers([]);

    /// <summary>Asks to stop at the next batch, with a checkpoint.</summary>
    public required CancellationToken Cancellation { get; init; }

    /// <summary>The channel of the experiment.</summary>
    public DifferentiableChannel Channel => DifferentiableChannel.Of(ChannelCatalogue.Parse(Experiment.Channel.Name));

    /// <summary>What the values of a pair pass on their way: the channel, or where bits are sent the codec.</summary>
    /// <param name="edge">The edge half, or its decoder.</param>
    public IChannel WayTo(Network edge) => Recipe.Sends == Sent.Tiles ? TiledJpeg.Before(edge, Experiment.Digital.JpegQuality) : ChannelCatalogue.Parse(Experiment.Channel.Name);

    /// <summary>Runs since the step began in this call, plus what earlier calls spent on it.</summary>
    public StepClock Clock { get; } = new();

    /// <summary>How fast the training loops over images have been in this call.</summary>
    public Throughput Throughput { get; init; } = new();
}

/// <summary>Images trained and the seconds that took.</summary>
public sealed class Throughput
{
    /// <summary>Images.</summary>
    public long Images { get; private set; }

    /// <summary>Seconds in the training loop, waiting for data included, validation and checkpoints not.</summary>
    public double Seconds { get; private set; }

    /// <summary>Null before the first batch.</summary>
    public double? ImagesPerSecond => Seconds > 0 ? Images / Seconds : null;

    /// <summary>Counts a batch.</summary>
    public void Add(int images, double seconds) => (Images, Seconds) = (Images + images, Seconds + seconds);
}
