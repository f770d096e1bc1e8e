using Heliograph.Experiments.Binding;
using Heliograph.Images;
using Heliograph.Wording;

namespace Heliograph.Experiments.Data;

/// <summary>Which data a run uses: the experiment's <c>data</c> section.</summary>
public sealed record DataOptions : IValidated
{
    /// <summary>The sides that images of a folder may be brought to, in pixels.</summary>
    public const int SmallestSide = 8, LargestSide = 1024;

    /// <summary>The data sets by name.</summary>
    public static IReadOnlyList<string> Names { get; } = ["signs", "cifar10", "cifar100", "folder"];

    /// <summary>The data set: <c>signs</c> (drawn by the program), <c>cifar10</c>, <c>cifar100</c> or <c>folder</c>.</summary>
    public string Name { get; init; } = "signs";

    /// <summary>Where it is: an archive or its folder (cifar10, cifar100), or a folder with <c>train</c> and <c>test</c> (folder).</summary>
    [MayChange(Binding.MayChange.Always)]
    public string? Path { get; init; }

    /// <summary>Uses only so many images of each split, classes mixed; all when not given. At least 1.</summary>
    public int? Limit { get; init; }

    /// <summary>Training images that are held out for validation, classes mixed.</summary>
    public int Validation { get; init; }

    /// <summary>
    /// Draws the signs, and chooses what a limit keeps and what is held out; the run's own seed when not given. Runs of several seeds that
    /// give this one hold out the same images.
    /// </summary>
    public ulong? Seed { get; init; }

    /// <summary>Height and width of the images, <see cref="SmallestSide"/> to <see cref="LargestSide"/>: 64, 48x64 or [48, 64] (folder; 32 when not given).</summary>
    public ImageSize? Size { get; init; }

    /// <summary>Leaves out unreadable images and classes that are broken links, and reports them; otherwise they are refused (folder).</summary>
    public bool Skip { get; init; }

    /// <summary>Number of training images that are drawn (signs), at least 1.</summary>
    public int Train { get; init; } = 8000;

    /// <summary>Number of test images that are drawn (signs), at least 1.</summary>
    public int Test { get; init; } = 2000;

    /// <inheritdoc/>
    public void Validate(OptionCheck check)
    {
        if (!Names.Contains(Name))
            throw Unknown(Name, check.Prefix);
        check.That(Limit is not < 1, nameof(Limit), $"must be at least 1, or left out, not {Limit}");
        check.That(Size is not { } size || size.IsWithin(SmallestSide, LargestSide), nameof(Size), $"must be from {SmallestSide} to {LargestSide} pixels a side, not {Size}");
        check.That(Train >= 1, nameof(Train), $"must be at least 1, not {Train}");
        check.That(Test >= 1, nameof(Test), $"must be at least 1, not {Test}");
    }

    /// <summary>Of a name that is not in <see cref="Names"/>.</summary>
    public static OptionException Unknown(string name, string prefix = "data.") => new(prefix + "name",
        $": there is no data set '{name}'; {(Nearest.To(name, Names) is { } known ? $"did you mean {known}? " : "")}Known: {string.Join(", ", Names)}.");
}
