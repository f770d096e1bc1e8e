using Heliograph.Codes;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Data;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Wording;

namespace Heliograph.Experiments;

/// <summary>Everything a run needs, bound from YAML and from overrides. Defaults are the paper's hyper-parameters on CIFAR-100.</summary>
public sealed record Experiment : IValidated
{
    /// <summary>Every random draw of the run is a function of it.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Where to compute.</summary>
    [MayChange(Binding.MayChange.Always)]
    public DeviceChoice Device { get; init; }

    /// <summary>Number format of convolutions and linear layers; a choice that the program made is kept when the run resumes.</summary>
    [MayChange(Binding.MayChange.Always)]
    public Precision Precision { get; init; }

    /// <summary>
    /// Threads of one operation; 0: one, or all processors where a trial at the beginning of the run finds that clearly faster. Kept when the
    /// run resumes: another number gives slightly different results.
    /// </summary>
    [MayChange(Binding.MayChange.Always)]
    public int Threads { get; init; }

    /// <summary>The data set.</summary>
    public DataOptions Data { get; init; } = new() { Name = "cifar100" };

    /// <summary>How training images are varied.</summary>
    public AugmentOptions Augment { get; init; } = new();

    /// <summary>The backbone.</summary>
    public NetworkOptions Network { get; init; } = new();

    /// <summary>The split point, <c>pool1</c> … <c>pool5</c>.</summary>
    public string Split { get; init; } = "pool4";

    /// <summary>Which steps are done, in which order: one of <see cref="RecipeCatalogue.Names"/>.</summary>
    public string Recipe { get; init; } = RecipeCatalogue.Paper.Name;

    /// <summary>The joint code.</summary>
    public CodeOptions Code { get; init; } = new();

    /// <summary>What an elastic pair serves, where the recipe trains one.</summary>
    public ElasticOptions Elastic { get; init; } = new();

    /// <summary>The channel in training.</summary>
    public ChannelOptions Channel { get; init; } = new();

    /// <summary>How bits are made, where the recipe sends bits.</summary>
    public DigitalOptions Digital { get; init; } = new();

    /// <summary>Step 1.</summary>
    public PretrainOptions Pretrain { get; init; } = new();

    /// <summary>Step 2.</summary>
    public PruneOptions Prune { get; init; } = new();

    /// <summary>Step 3.</summary>
    public AutoencoderOptions Autoencoder { get; init; } = new();

    /// <summary>Step 4.</summary>
    public JointOptions Joint { get; init; } = new();

    /// <summary>What is measured at the end.</summary>
    [MayChange(Binding.MayChange.Always)]
    public EvaluationOptions Evaluation { get; init; } = new();

    /// <summary>How often the run can be resumed.</summary>
    [MayChange(Binding.MayChange.Always)]
    public CheckpointOptions Checkpoint { get; init; } = new();

    /// <summary>The steps that <see cref="Recipe"/> names.</summary>
    public Recipes.Recipe Steps() => RecipeCatalogue.Find(Recipe) ?? throw new OptionException("recipe", NoSuchRecipe());

    /// <summary>The modes of the pair that <see cref="Recipe"/> trains; null where it has only one.</summary>
    public Modes? Modes() => Steps() == Recipes.Elastic.Recipe ? Elastic.Modes(Channel) : null;

    /// <summary>The options that a step trains with.</summary>
    public TrainingOptions OptionsOf(StepPlan step) => (TrainingOptions)OptionsSchema.Of(typeof(Experiment)).Find(step.Options)!.Property.GetValue(this)!;

    /// <summary>The split point in a network, its name checked.</summary>
    /// <exception cref="OptionException">The network has none of that name.</exception>
    public Split SplitOf(Network network)
    {
        try
        {
            return network.SplitAt(Split);
        }
        catch (UsageException e)
        {
            throw new OptionException("split", $": {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Validate(OptionCheck check)
    {
        check.That(Threads >= 0, nameof(Threads), $"must be 0 (choose by a trial) or more, not {Threads}");
        if (Evaluation.Set == EvaluationSet.Validation && Data.Validation == 0)
            throw EvaluationOptions.NothingHeldOut();
        RefuseOptionsOfOtherSteps(check);
        RefuseOptionsOfOtherSchemes(check);
        RefuseOptionsOfOtherCodes(check);
        if (Network.Onnx is null)
            _ = SplitOf(Backbones.Build(Network.Name, 2, new Shape(3, 32, 32), Network.Width, Network.Dropout));
        check.That(Network.Onnx is null || Network.Onnx.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase), "network.onnx", $": {OneLine.Of(Network.Onnx ?? "")} does not end with .onnx");
    }

    // A file may be used with several recipes; an override that has no effect is a mistake.
    void RefuseOptionsOfOtherSteps(OptionCheck check)
    {
        var steps = Steps().Steps;
        foreach (string group in RecipeCatalogue.All.SelectMany(recipe => recipe.Steps).Select(step => step.Options).Distinct().Where(options => steps.All(step => step.Options != options)))
        {
            if (check.Overridden.FirstOrDefault(key => key.StartsWith(group + ".", StringComparison.Ordinal)) is { } key)
                throw new OptionException(key, $"has no effect: recipe {Recipe} does not have this step; its steps are {string.Join(", ", Steps().StepNames)}");
        }
    }

    void RefuseOptionsOfOtherSchemes(OptionCheck check)
    {
        var sends = Steps().Sends;
        foreach (var (key, users) in ((string, Sent[])[])[("digital.quality", [Sent.Jpeg, Sent.Webp]), ("digital.bits", [Sent.Features]), ("digital.link", [.. Enum.GetValues<Sent>().Except([Sent.Symbols])])])
        {
            if (check.Overridden.Contains(key) && !users.Contains(sends))
                throw new OptionException(key, $"has no effect: recipe {Recipe} does not use it; {string.Join(", ", RecipeCatalogue.All.Where(recipe => users.Contains(recipe.Sends)).Select(recipe => recipe.Name))} would");
        }
        check.That(sends == Sent.Symbols || Digital.Link != DigitalLinkName.Capacity || Channel.Name == "awgn", "channel.name", $": recipe {Recipe} sends bits at the capacity of an AWGN channel, not of {OneLine.Of(Channel.Name)}; digital.link=ldpc sends them over any channel");
    }

    // The modes of an elastic pair say how much is removed and how many symbols there are.
    void RefuseOptionsOfOtherCodes(OptionCheck check)
    {
        string[] useless = Modes() is null ? ["elastic."] : ["code.", "prune.ratio", "prune.macs", "prune.uniform", "prune.by", "prune.penalty", "prune.perIteration", "prune.epochs"];
        if (check.Overridden.FirstOrDefault(key => useless.Any(key.StartsWith)) is { } key)
            throw new OptionException(key, Modes() is null ? $"has no effect: recipe {Recipe} trains a pair of one mode; recipe=elastic would use it" : "has no effect: elastic.widths and elastic.symbols say what recipe elastic trains");
    }

    string NoSuchRecipe() => $": there is no recipe '{OneLine.Of(Recipe)}'; "
        + (Nearest.To(Recipe, RecipeCatalogue.Names) is { } near ? $"did you mean {near}? " : "") + $"known are {string.Join(", ", RecipeCatalogue.Names)}";
}
