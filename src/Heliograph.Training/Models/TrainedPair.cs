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
/// <param name="Edge">From symbols to logits.</param>
/// <param name="BackboneTop1">Accuracy of the unpruned backbone, in percent, or null if unknown.</param>
public sealed record TrainedPair(string Name, string Split, Model Device, Model Edge, double? BackboneTop1)
{
    /// <summary>On which images <see cref="BackboneTop1"/> was measured, <see cref="SetNames.Test"/> or <see cref="SetNames.Validation"/>.</summary>
    public string BackboneMeasuredOn { get; init; } = SetNames.Test;

    /// <summary>Path of the unpruned backbone, where the pair is a run's.</summary>
    public string? BackboneFile { get; init; }

    /// <summary>Name of the step that a run's pair is of; null for a pair folder.</summary>
    public string? Step { get; init; }

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
        return new(run.Name, experiment.Place, run.LoadModel(step, StepFiles.Device), run.LoadModel(step, StepFiles.Edge), backbone?.Top1)
        {
            Step = step,
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
        { BackboneMeasuredOn = known.Accuracy?.MeasuredOn ?? SetNames.Test, Normalisation = known.Normalisation, Classes = known.Classes };
    }

    /// <summary>Refuses data that are not of the pair's kind.</summary>
    /// <exception cref="UsageException">They have other classes or another size.</exception>
    public void Check(DataSet data)
    {
        if (data.Test.Shape != Device.Network.Input && !ImageCode.ReadsFeedback(Device.Network, data.Test.Shape))
            throw new UsageException($"{Name} reads images of {Device.Network.Input}, but those of {data.Name} are {data.Test.Shape}");
        int logits = Edge.Network.Output.Elements;
        if (data.Classes.Count != logits)
            throw new UsageException($"{Name} knows {logits} classes, but {data.Name} has {data.Classes.Count}");
        if (Classes?.Zip(data.Classes).FirstOrDefault(names => names.First != names.Second) is ({ } mine, { } other))
            throw new UsageException($"{Name} was trained on classes other than those of {data.Name}: its '{OneLine.Of(mine)}' is '{OneLine.Of(other)}' there");
    }
}
