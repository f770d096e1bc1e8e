using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Heliograph.Experiments.Trainings;

/// <summary>What step 3 minimises, a weighted sum of <see cref="LossTerms"/>. Written <c>l1</c>, or for instance <c>l1 + 0.5*distillation</c>.</summary>
public sealed class AutoencoderLoss : IParsable<AutoencoderLoss>, IEquatable<AutoencoderLoss>
{
    readonly double[] weights;

    AutoencoderLoss(double[] weights) => this.weights = weights;

    /// <summary>L1 alone (section 2.4).</summary>
    public static AutoencoderLoss Paper { get; } = Parse(LossTerms.L1.Name, null);

    /// <summary>Cross-entropy alone.</summary>
    public static AutoencoderLoss OfLabels { get; } = Parse(LossTerms.CrossEntropy.Name, null);

    /// <summary>The terms with a weight above 0, in the order of the catalogue.</summary>
    public IEnumerable<(LossTerm Term, double Weight)> Terms => LossTerms.All.Zip(weights).Where(term => term.Second > 0);

    /// <summary>The weight of a term; 0 if it is not part of the sum.</summary>
    public double this[LossTerm term] => weights[LossTerms.All.ToList().IndexOf(term)];

    /// <summary>True when the rest of the network is computed to name classes.</summary>
    public bool NamesClasses => Terms.Any(term => term.Term.NamesClasses);

    /// <summary>True when a teacher's logits are compared with.</summary>
    public bool HasTeacher => Terms.Any(term => term.Term.HasTeacher);

    /// <inheritdoc/>
    public static AutoencoderLoss Parse(string s, IFormatProvider? provider) => TryParse(s, provider, out var loss) ? loss
        : throw new FormatException($"one of {string.Join(", ", LossTerms.All.Select(term => term.Name))}, or a sum with weights above 0 such as {LossTerms.L1.Name} + 0.5*{LossTerms.Distillation.Name}");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out AutoencoderLoss result)
    {
        result = null;
        double[] weights = new double[LossTerms.All.Count];
        foreach (string term in (s ?? "").Split('+'))
        {
            string[] parts = term.Split('*', 2, StringSplitOptions.TrimEntries);
            double weight = 1;
            if (parts.Length == 2 && !double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out weight))
                return false;
            int index = LossTerms.All.ToList().FindIndex(known => known.Name.Equals(parts[^1], StringComparison.OrdinalIgnoreCase));
            if (index < 0 || weights[index] > 0 || !(weight > 0 && double.IsFinite(weight)))
                return false;
            weights[index] = weight;
        }
        result = new(weights);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(AutoencoderLoss? other) => other is not null && weights.AsSpan().SequenceEqual(other.weights);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AutoencoderLoss);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => string.Join(" + ", Terms.Select(term =>
        term.Weight == 1 ? term.Term.Name : string.Create(CultureInfo.InvariantCulture, $"{term.Weight:R}*{term.Term.Name}")));
}
