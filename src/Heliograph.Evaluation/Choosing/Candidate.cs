using Heliograph.Evaluation.Overview;

namespace Heliograph.Evaluation.Choosing;

/// <summary>Something that could be put on a device: a run with its seeds, or an exported pair.</summary>
/// <param name="Name">The folder, of several seeds the first.</param>
/// <param name="Cost">On the device.</param>
public sealed record Candidate(string Name, DeviceCost Cost)
{
    /// <summary>The folders, one a seed.</summary>
    public ValueList<string> Folders { get; init; } = [Name];

    /// <summary>The seeds, where they are known.</summary>
    public ValueList<ulong> Seeds { get; init; } = [];

    /// <summary>The split point; null where it is not known.</summary>
    public string? Split { get; init; }

    /// <summary>Share of the filters up to the split point that was removed, in [0, 1); null where it is not known.</summary>
    public double? Ratio { get; init; }

    /// <summary>At the SNR of the choice; null where it was not measured.</summary>
    public MeanAccuracy? Accuracy { get; init; }

    /// <summary>Of the unpruned backbone on the same images, in percent; null where it is not known.</summary>
    public double? BackboneTop1 { get; init; }

    /// <summary>Why there is no accuracy; null where there is.</summary>
    public string? Missing { get; init; }

    /// <summary>Percentage points below the backbone; null where it is not known.</summary>
    public double? Drop => BackboneTop1 - Accuracy?.Top1;
}
