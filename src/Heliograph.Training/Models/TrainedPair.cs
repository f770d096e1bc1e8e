using Heliograph.Codes;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Training.Data;
using Heliograph.Training.Recipes;

namespace Heliograph.Training.Models;

/// <summary>The two halves that a run has trained or that a pair folder holds, and what is known about them.</summary>
/// <param name="Name">Of the run or the pair.</param>
/// <param name="Split">The split point.</param>
/// <param name="Device">From image to symbols.</param>
/// <param name="Edge">From symbols to logits, or to the embedding where there is a <see cref="Gallery"/>.</param>
/// <param name="BackboneTop1">Accuracy of the unpruned backbone, in percent, or null if unknown.</param>
public sealed record TrainedPair(string Name, string Split, Model Device, Model Edge, double? BackboneTop1)
{
    /// <summary>On which images <see cref="BackboneTop1"/> was measured, <see cref="SetNames.Test"/> or <see cref="SetNames.Validation"/>.</summary>
    public string BackboneMeasuredOn { get; init; } = SetNames.Test;

    /// <summary>Path of the unpruned backbone, where the pair is a run's.</summary>
    public string? BackboneFile { get; init; }

    /// <summary>Name of the step that a run's pair is of; null for a pair folder.</summary>
    public string? Step { get; init; }

    /// <summary>The gallery of a pair folder that retrieves; null for other pairs, and for runs, which embed theirs whenever they are measured.</summary>
    public Gallery? Gallery { get; init; }

    /// <summary>What an elastic pair serves; null for a pair of one mode.</summary>
    public Modes? Modes { get; init; }

    /// <summary>The device halves of an elastic pair, the widest first; as long as it is not finished only that one.</summary>
    public ValueList<Model> Widths { get; init; } = [];

    /// <summary>In which mode <see cref="Device"/> is; null for a pair of one mode.</summary>
    public Mode? Mode { get; init; }

    /// <summary>The normalisation that it was trained with; null for a run of an earlier version: it is that of the run's data.</summary>
    public Normalisation? Normalisation { get; init; }

    /// <summary>The classes that it was trained with; null for a run of an earlier version.</summary>
    public ValueList<string>? Classes { get; init; }

    /// <summary>The pair that a run's last finished step left.</summary>
    /// <exception cref="UsageException">The run has no pair yet.</exception>
    /// <exception cref="InvalidDataException">A file of the run is damaged.</exception>
    public static TrainedPair Of(RunFolder run)
    {
        var experiment = run.ReadExperiment();
        if (experiment.Steps().Sends != Sent.Symbols)
            throw new UsageException($"the run {run.Path} has no pair: recipe {experiment.Recipe} sends bits");
        string[] steps = [.. experiment.Steps().Steps.Where(step => step.Leaves == Artifact.Halves).Select(step => step.Name)];
        string step = steps.LastOrDefault(name => run.ResultOf(name) is not null)
            ?? throw new UsageException($"the run {run.Path} has no pair yet: its step {steps[0]} is not finished");
        var backbone = run.ResultOf(CommonSteps.Pretrain.Name);
        var data = RunData.Of(run);
        var modes = experiment.Modes();
        var device = run.LoadModel(step, StepFiles.Device);
        return new(run.Name, experiment.Place, device, run.LoadModel(step, StepFiles.Edge), backbone?.Top1)
        {
            Step = step,
            Modes = modes,
            Mode = modes?.Largest,
            Widths = modes is null ? [] : [device, .. step == Elastic.Modes.Name ? Enumerable.Range(1, modes.Ratios.Count - 1).Select(width => run.LoadModel(step, StepFiles.DeviceOf(modes, width))) : []],
            BackboneMeasuredOn = backbone?.MeasuredOn ?? SetNames.Test,
            BackboneFile = run.StepPath(CommonSteps.Pretrain.Name, StepFiles.Backbone),
            Normalisation = data?.Normalisation,
            Classes = data?.Classes,
        };
    }

    /// <summary>The pair of a pair folder, verified.</summary>
    /// <exception cref="InvalidDataException">A file is not the one that <c>pair.json</c> describes.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static TrainedPair Of(Pair pair)
    {
        pair.Verify();
        var known = pair.Description;
        return new(known.Name, known.Split, pair.Device.Model, pair.Edge, known.Accuracy?.BackboneTop1)
        {
            BackboneMeasuredOn = known.Accuracy?.MeasuredOn ?? SetNames.Test,
            Normalisation = known.Normalisation,
            Classes = known.Classes,
            Gallery = pair.Gallery,
            Modes = known.Modes,
            Mode = known.Modes?.Largest,
            Widths = known.Modes is { } modes ? [.. modes.Ratios.Select((_, width) => pair.DeviceOf(new(width, modes.MostSymbols)).Model)] : [],
        };
    }

    /// <summary>An elastic pair in one of its modes: the device half of that width, which computes only what is sent.</summary>
    /// <param name="ratio">A pruning ratio; null for the widest.</param>
    /// <param name="symbols">A number of symbols; null for the most.</param>
    /// <exception cref="UsageException">The pair does not have the mode; the message says which it has.</exception>
    public TrainedPair In(double? ratio, int? symbols)
    {
        if (Modes is null)
            throw new UsageException($"{Name} has one mode only, of {Device.Network.Output.Elements} symbols");
        var mode = Modes.Find(ratio, symbols, Name);
        if (mode.Width >= Widths.Count)
            throw new UsageException($"{Name} has only its widest device half yet: step {Elastic.Modes.Name} is not finished");
        var network = ElasticCode.First(Widths[mode.Width].Network, mode.Symbols);
        return this with { Mode = mode, Device = new(network, Widths[mode.Width].Weights.BeginningFor(network)) };
    }

    /// <summary>Refuses data that are not of the pair's kind.</summary>
    /// <exception cref="UsageException">They have other classes or another size.</exception>
    public void Check(DataSet data)
    {
        if (data.Test.Shape != Device.Network.Input && !ImageCode.ReadsFeedback(Device.Network, data.Test.Shape))
            throw new UsageException($"{Name} reads images of {Device.Network.Input}, but those of {data.Name} are {data.Test.Shape}");
        int classes = Gallery is null ? Edge.Network.Output.Elements : Classes!.Count;
        if (data.Classes.Count != classes)
            throw new UsageException($"{Name} knows {classes} classes, but {data.Name} has {data.Classes.Count}");
        if (Classes?.Zip(data.Classes).FirstOrDefault(names => names.First != names.Second) is ({ } mine, { } other))
            throw new UsageException($"{Name} was trained on classes other than those of {data.Name}: its '{OneLine.Of(mine)}' is '{OneLine.Of(other)}' there");
    }
}
