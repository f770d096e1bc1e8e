namespace Heliograph.Evaluation.Overview;

/// <summary>Names that tell groups of runs apart, as short as they can be.</summary>
public static class RunLabels
{
    // The first say what a curve is; the others are named only where it takes them to tell curves apart.
    static readonly string[] Telling = ["split", "symbols", "ratio", "scheme", "channel", "snr", "network"];
    const int Always = 2;

    /// <summary>A name for each group.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="by">What comes first in the name; null for whatever differs.</param>
    /// <param name="except">Keys that are not to be named, since an axis shows them.</param>
    /// <param name="distinct">Whether groups that no key tells apart are to be told apart by their folders.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<RunGroup> groups, RunKey? by, IReadOnlyCollection<string> except, bool distinct)
    {
        var keys = new RunKeys();
        RunKey[] others = [.. Telling.Where(name => name != by?.Name && !except.Contains(name)).Select(name => keys.Find(name, ""))];
        string[] labels = [.. groups.Select(group => by?.LabelOf(group.First) ?? "")];
        foreach (var key in others.Where(Differs))
        {
            string[] longer = [.. groups.Zip(labels, (group, label) => Join([label, key.LabelOf(group.First)]))];
            if (Array.IndexOf(Telling, key.Name) < Always || longer.Distinct().Count() > labels.Distinct().Count())
                labels = longer;
        }
        return distinct ? [.. labels.Select((label, i) => label.Length > 0 && labels.Count(other => other == label) == 1 ? label : Join([label, groups[i].First.Name]))] : labels;

        // What is the same in all that the first key does not tell apart says nothing.
        bool Differs(RunKey key) => groups.GroupBy(group => by?.Value(group.First)).Any(same => same.DistinctBy(group => key.Value(group.First)).Skip(1).Any());
    }

    static string Join(IEnumerable<string> parts) => string.Join(", ", parts.Where(part => part.Length > 0));
}
