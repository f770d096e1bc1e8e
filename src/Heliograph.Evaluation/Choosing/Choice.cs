namespace Heliograph.Evaluation.Choosing;

/// <summary>A candidate and what speaks against it.</summary>
/// <param name="Candidate">Which.</param>
/// <param name="IsOnFront">True where it fits and no other that fits is as good in everything and better in something.</param>
/// <param name="Reasons">Every budget that it does not meet; none where it fits.</param>
/// <param name="Excess">The worst of its relative excesses (<see cref="Budget.Excess"/>); null where one is not known.</param>
public sealed record Judged(Candidate Candidate, bool IsOnFront, ValueList<string> Reasons, double? Excess);

/// <summary>Which candidates meet some budgets.</summary>
/// <param name="Fitting">Those that do, by falling accuracy, then rising MACs, symbols and memory.</param>
/// <param name="Others">Those that do not, the nearest first.</param>
public sealed record Choice(ValueList<Judged> Fitting, ValueList<Judged> Others)
{
    /// <summary>Where nothing fits: what comes nearest, that is, with the smallest worst relative excess; null where that is not known of any.</summary>
    public Judged? Nearest => Fitting.Count == 0 && Others is [{ Excess: not null } first, ..] ? first : null;

    /// <summary>Weighs candidates.</summary>
    /// <param name="candidates">In any order.</param>
    /// <param name="budgets">All of which are to be met.</param>
    public static Choice Of(IEnumerable<Candidate> candidates, IReadOnlyList<Budget> budgets)
    {
        Judged[] judged = [.. candidates.Select(candidate => Judge(candidate, budgets))];
        Candidate[] fitting = [.. judged.Where(one => one.Reasons.Count == 0).Select(one => one.Candidate)];
        return new(
            [.. judged.Where(one => one.Reasons.Count == 0).Select(one => one with { IsOnFront = !fitting.Any(other => Beats(other, one.Candidate)) })
                .OrderByDescending(one => one.Candidate.Accuracy?.Top1).ThenBy(one => one.Candidate.Cost.Macs).ThenBy(one => one.Candidate.Cost.Symbols)
                .ThenBy(one => one.Candidate.Cost.RamBytes).ThenBy(one => one.Candidate.Name, StringComparer.Ordinal)],
            [.. judged.Where(one => one.Reasons.Count > 0).OrderBy(one => one.Excess ?? double.PositiveInfinity).ThenBy(one => one.Candidate.Name, StringComparer.Ordinal)]);
    }

    /// <summary>True where the first is nowhere worse (accuracy, MACs, symbols, memory) and somewhere better. What is not known of one alone is worse.</summary>
    internal static bool Beats(Candidate a, Candidate b)
    {
        double?[] first = Figures(a), second = Figures(b);
        return first.Zip(second).All(pair => pair.First <= pair.Second || pair is (null, null)) && first.Zip(second).Any(pair => pair.First < pair.Second);

        static double?[] Figures(Candidate candidate) => [-candidate.Accuracy?.Top1, candidate.Cost.Macs, candidate.Cost.Symbols, candidate.Cost.RamBytes];
    }

    static Judged Judge(Candidate candidate, IReadOnlyList<Budget> budgets)
    {
        // One reason is enough for what was not measured; without its accuracy, nothing is known of the drop.
        var asked = candidate.Missing is null ? budgets : budgets.Where(budget => budget.Excess(candidate) is not null).ToList();
        string[] reasons = [.. candidate.Missing is { } missing ? [missing] : Array.Empty<string>(), .. asked.Select(budget => budget.Violation(candidate)).OfType<string>()];
        double?[] excesses = [.. budgets.Select(budget => budget.Excess(candidate))];
        return new(candidate, false, [.. reasons], candidate.Missing is not null || excesses.Contains(null) ? null : excesses.DefaultIfEmpty(0).Max());
    }
}
