using Heliograph.Codes;

namespace Heliograph.Experiments.Recipes;

/// <summary>What a step leaves in its folder for the steps after it.</summary>
public enum Artifact
{
    /// <summary>A network from image to logits, pruned or not: <see cref="StepFiles.Backbone"/>.</summary>
    Backbone,

    /// <summary>The two halves of a pair: <see cref="StepFiles.Device"/> and <see cref="StepFiles.Edge"/>.</summary>
    Halves,
}

/// <summary>The networks in the folder of a step.</summary>
public static class StepFiles
{
    /// <summary>The backbone.</summary>
    public const string Backbone = "backbone.safetensors";

    /// <summary>From image to symbols.</summary>
    public const string Device = "device.safetensors";

    /// <summary>From received symbols to logits.</summary>
    public const string Edge = "edge.safetensors";

    /// <summary>From image to symbols, for a width of an elastic pair, as in its pair folder: <c>device-50.safetensors</c> for the one that lacks half of the filters.</summary>
    public static string DeviceOf(Modes modes, int width) => width == 0 ? Device : $"device-{modes.PercentOf(width)}.safetensors";
}

/// <summary>A step as recipes see it: what it needs and what it leaves. Its implementation is with the trainings.</summary>
/// <param name="Name">In small letters; names its folder, its checkpoints and its records.</param>
/// <param name="Needs">What an earlier step must have left; null for the first.</param>
/// <param name="Leaves">What it leaves.</param>
/// <param name="Options">Key of the experiment's group of options that it trains with, which may be another step's.</param>
public sealed record StepPlan(string Name, Artifact? Needs, Artifact Leaves, string Options)
{
    /// <summary>A step whose options have its name.</summary>
    public StepPlan(string name, Artifact? needs, Artifact leaves) : this(name, needs, leaves, name)
    {
    }

    const string PruneOptions = "prune";

    /// <summary>True where it removes filters of the device half, as the group <c>prune</c> says.</summary>
    public bool Prunes { get; init; } = Options == PruneOptions;

    /// <summary>True where filters leave in the middle of its training, and not before trainings of their own.</summary>
    public bool PrunesGradually => Prunes && Options != PruneOptions;

    /// <summary>True where filters are scored by what they mean to the whole pair, through code and channel.</summary>
    public bool ScoresThroughChannel => Prunes && Needs == Artifact.Halves;

    /// <summary>Key of a group of options that it reads beside those that it trains with; null for none.</summary>
    public string? AlsoReads { get; init; }

    /// <summary>Keys of all groups of options that it reads.</summary>
    public IReadOnlyList<string> Groups => [Options, .. ((string?[])[PrunesGradually ? PruneOptions : null, AlsoReads]).OfType<string>()];
}
