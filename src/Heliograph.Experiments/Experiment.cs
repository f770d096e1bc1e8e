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

    /// <summary>Which steps are done, in which order: one of <see cref="RecipeCatalogue.Names"/>, in whose place an alias may be given.</summary>
    public string Recipe { get; init => field = RecipeCatalogue.Find(value)?.Name ?? value; } = RecipeCatalogue.Paper.Name;

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

    /// <summary>The code of the image, where the recipe sends that.</summary>
    public ImageOptions Image { get; init; } = new();

    /// <summary>Joint training for retrieval, where the recipe retrieves.</summary>
    public RetrievalOptions Retrieval { get; init; } = new();

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

    /// <summary>What step 3 minimises: what <see cref="AutoencoderOptions.Loss"/> says, else what was published for the recipe's code.</summary>
    public AutoencoderLoss Loss() => Autoencoder.Loss ?? (Steps().Code is CodeKind.BottleNet or CodeKind.BottleNetPlus ? AutoencoderLoss.OfLabels : AutoencoderLoss.Paper);

    /// <summary>The code's part on the device: from the map at the split point, or from the image, to the symbols, or to the values that are sent in bits.</summary>
    public Network Encoder(Shape map) => Encoder(map, Code.Channels);

    /// <summary>The code's part at the edge, the inverse of <see cref="Encoder(Shape)"/>.</summary>
    public Network Decoder(Shape map) => Steps().Code switch
    {
        CodeKind.Dense => DenseCode.Decoder(map, Code.Channels),
        CodeKind.Image => ImageCode.Decoder(map, Code.Channels),
        CodeKind.BottleNet => BottleNet.Decoder(map, Code.Channels, Code.Stride),
        CodeKind.BottleNetPlus => BottleNetPlus.Decoder(map, Code.Channels, Code.Stride),
        _ => JointCode.Decoder(map, Code.Channels),
    };

    /// <summary>All that the device computes: the backbone up to the split point, and the encoder where the recipe has a code.</summary>
    public Network DeviceHalf(Network front) => Steps().Code is null ? front : front.Then(Encoder(front.Output));

    /// <summary>The experiment as a run that it starts records it: what other options decide is decided.</summary>
    /// <param name="backbone">For images of the size in question.</param>
    /// <exception cref="UsageException">The code does not suit the split point.</exception>
    public Experiment Resolved(Network backbone)
    {
        var map = Carried(backbone);
        if (Steps().Code is CodeKind.BottleNet or CodeKind.BottleNetPlus && Code.Stride == 2 && !SpatialReduction.CanHalve(map))
        {
            string[] suit = [.. backbone.SplitPoints.Where(split => SpatialReduction.CanHalve(backbone.ShapeOf(split)))];
            throw new OptionException("code.stride", $": {Split} has a map of {map}, whose height and width cannot be halved; {(suit.Length == 0 ? "" : $"those of {string.Join(", ", suit)} can; ")}code.stride=1 keeps them");
        }
        // Of an elastic pair the largest code; the smaller ones are its beginnings.
        var code = Modes() is { } modes ? new() { Symbols = modes.MostSymbols } : Code;
        return Resolved(code.At(Place, backbone.Input, Encoder(map, 1).Output.Elements));
    }

    /// <summary>The same with the code of a run that was started.</summary>
    public Experiment Resolved(CodeOptions code) => this with { Code = code, Autoencoder = Autoencoder with { Loss = Loss() } };

    /// <summary>Where the image is what is sent, as records name the split point.</summary>
    public const string InputPlace = "input";

    /// <summary>Where the network is cut, as records name it: the split point, or the input, where the image is sent.</summary>
    public string Place => Steps().Code == CodeKind.Image ? InputPlace : Split;

    /// <summary>What the code carries: the map at the split point, or the image.</summary>
    /// <param name="backbone">For images of the size in question.</param>
    /// <exception cref="UsageException">It has no such split point, or the recipe does not suit it.</exception>
    public Shape Carried(Network backbone)
    {
        if (Steps().Code == CodeKind.Image)
            return backbone.Input;
        CheckRecipe(backbone);
        return backbone.SplitAt(Split).Device.Output;
    }

    // Of features further forward a dense code would be larger than the backbone.
    void CheckRecipe(Network backbone)
    {
        if (Steps().Code == CodeKind.Dense && backbone.Cuts.Contains(Split) && Split != backbone.SplitPoints[^1])
            throw new OptionException("split", $": recipe {Recipe} sends the features of the last layers, at {backbone.SplitPoints[^1]}, not at {Split}; the map there needs a recipe with a convolutional code ({string.Join(", ", RecipeCatalogue.All.Where(recipe => recipe.Sends == Sent.Symbols && recipe.Code == CodeKind.Joint).Select(recipe => recipe.Name))})");
    }

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
        RefuseOptionsOfOtherCodes(check);
        RefuseOptionsOfOtherSteps(check);
        RefuseOptionsOfOtherPruning(check);
        RefuseOptionsOfOtherSchemes(check);
        Autoencoder.CheckLoss(new("autoencoder."), Loss());
        if (Network.Onnx is null && Steps().Code != CodeKind.Image)
        {
            var network = Backbones.Build(Network.Name, 2, new Shape(3, 32, 32), Network.Width, Network.Dropout);
            _ = SplitOf(network);
            CheckRecipe(network);
        }
        check.That(Steps().Code != CodeKind.Image || Code.Symbols is not null || Code.Channels % Image.Layers == 0, "image.layers", $": {Code.Channels} channels of the code cannot be divided into {Image.Layers} layers of equally many");
        check.That(Network.Onnx is null || Network.Onnx.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase), "network.onnx", $": {OneLine.Of(Network.Onnx ?? "")} does not end with .onnx");
    }

    Network Encoder(Shape map, int channels) => Steps().Code switch
    {
        CodeKind.Dense => DenseCode.Encoder(map, channels),
        CodeKind.Image => ImageCode.Encoder(map, channels),
        CodeKind.BottleNet => BottleNet.Encoder(map, channels, Code.Stride),
        CodeKind.BottleNetPlus => BottleNetPlus.Encoder(map, channels, Code.Stride, Code.Power),
        _ => JointCode.Encoder(map, channels),
    };

    // A file may be used with several recipes; an override that has no effect is a mistake.
    void RefuseOptionsOfOtherSteps(OptionCheck check)
    {
        var steps = Steps().Steps;
        foreach (string group in RecipeCatalogue.All.SelectMany(recipe => recipe.Steps).SelectMany(step => step.Groups).Distinct().Where(options => steps.All(step => !step.Groups.Contains(options))))
        {
            if (check.Overridden.FirstOrDefault(key => key.StartsWith(group + ".", StringComparison.Ordinal)) is { } key)
                throw new OptionException(key, $"has no effect: recipe {Recipe} does not have this step; its steps are {string.Join(", ", Steps().StepNames)}");
        }
    }

    void RefuseOptionsOfOtherPruning(OptionCheck check)
    {
        const string prefix = "prune.";
        foreach (string key in check.Overridden.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Select(key => key[prefix.Length..]))
        {
            if (key is "draws" or "snr" && !Prunes(step => step.ScoresThroughChannel))
                throw new OptionException(prefix + key, $"has no effect: recipe {Recipe} scores filters before there is a channel; {Those(step => step.ScoresThroughChannel)} score them through it");
            if (key.StartsWith("gradual.", StringComparison.Ordinal) && !Prunes(step => step.PrunesGradually))
                throw new OptionException(prefix + key, $"has no effect: in recipe {Recipe} no filters leave in the middle of a training; they do in {Those(step => step.PrunesGradually)}");
            if (Prunes(step => step.PrunesGradually) && !PruneOptions.IsOfRemoval(key))
                throw new OptionException(prefix + key, $"has no effect: in recipe {Recipe} filters leave in the middle of the joint training; give {(key == "perIteration" ? "prune.gradual.removals" : "joint." + key)}");
        }

        bool Prunes(Func<StepPlan, bool> how) => Steps().Steps.Any(how);
        static string Those(Func<StepPlan, bool> prune) => string.Join(" and ", RecipeCatalogue.All.Where(recipe => recipe.Steps.Any(prune)).Select(recipe => recipe.Name));
    }

    void RefuseOptionsOfOtherSchemes(OptionCheck check)
    {
        var sends = Steps().Sends;
        foreach (var (key, uses) in ((string, Func<Recipes.Recipe, bool>)[])
        [
            ("digital.quality", recipe => recipe.Sends is Sent.Jpeg or Sent.Webp or Sent.Tiles),
            ("digital.bits", recipe => recipe.Sends == Sent.Features),
            ("evaluation.constellation", recipe => recipe.Sends == Sent.Symbols),
            ("digital.link", recipe => recipe.Sends != Sent.Symbols),
            ("code.stride", recipe => recipe.Code is CodeKind.BottleNet or CodeKind.BottleNetPlus),
            ("code.power", recipe => recipe.Code == CodeKind.BottleNetPlus),
            ("prune.splitRatio", recipe => recipe == LearnedRecipes.TwoStep),
        ])
        {
            if (check.Overridden.Contains(key) && !uses(Steps()))
                throw new OptionException(key, $"has no effect: recipe {Recipe} does not use it; {string.Join(", ", RecipeCatalogue.All.Where(uses).Select(recipe => recipe.Name))} would");
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
