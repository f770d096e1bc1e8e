using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Heliograph.Experiments.Trainings;

/// <summary>What step 3 minimises, a weighted sum of losses. Written <c>l1</c>, or for instance <c>l1 + 0.5*distillation</c>.</summary>
/// <param name="L1">Weight of the mean absolute difference between map and restored map.</param>
/// <param name="CrossEntropy">Weight of the cross-entropy of the logits for the restored map with the labels.</param>
/// <param name="Distillation">Weight of the distillation of those logits from a teacher's.</param>
public readonly record struct AutoencoderLoss(double L1, double CrossEntropy, double Distillation) : IParsable<AutoencoderLoss>
{
    const string L1Name = "l1", CrossEntropyName = "crossEntropy", DistillationName = "distillation";

    /// <summary>L1 alone (section 2.4).</summary>
    public static AutoencoderLoss Paper { get; } = new(1, 0, 0);

    /// <summary>True when the rest of the network is computed to name classes.</summary>
    public bool NamesClasses => CrossEntropy > 0 || Distillation > 0;

    /// <inheritdoc/>
    public static AutoencoderLoss Parse(string s, IFormatProvider? provider) => TryParse(s, provider, out var loss) ? loss
        : throw new FormatException($"one of {L1Name}, {CrossEntropyName}, {DistillationName}, or a sum with weights above 0 such as {L1Name} + 0.5*{DistillationName}");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out AutoencoderLoss result)
    {
        result = default;
        var weights = new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase);
        foreach (string term in (s ?? "").Split('+'))
        {
            string[] parts = term.Split('*', 2, StringSplitOptions.TrimEntries);
            double weight = 1;
            if (parts.Length == 2 && !double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out weight))
                return false;
            if (!(weight > 0 && double.IsFinite(weight)) || !weights.TryAdd(parts[^1], weight))
                return false;
        }
        double Take(string name) => weights.Remove(name, out double weight) ? weight : 0;
        result = new(Take(L1Name), Take(CrossEntropyName), Take(DistillationName));
        return weights.Count == 0;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        (string Name, double Weight)[] terms = [(L1Name, L1), (CrossEntropyName, CrossEntropy), (DistillationName, Distillation)];
        return string.Join(" + ", terms.Where(term => term.Weight > 0)
            .Select(term => term.Weight == 1 ? term.Name : string.Create(CultureInfo.InvariantCulture, $"{term.Weight:R}*{term.Name}")));
    }
}
