namespace Heliograph.Images;

/// <summary>Counts what was left out, by kind, so that it can be reported once.</summary>
public sealed class LeftOut
{
    readonly SortedDictionary<string, int> kinds = new(StringComparer.Ordinal);

    /// <summary>How many of each kind, by the kind's name.</summary>
    public IReadOnlyDictionary<string, int> Kinds => kinds;

    /// <summary>Counts one more of a kind.</summary>
    public void Add(string kind) => Add(kind, 1);

    /// <summary>Counts all that another counted.</summary>
    public void Add(LeftOut other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var (kind, count) in other.kinds)
            Add(kind, count);
    }

    /// <summary>For people, such as <c>2 .gif, 1 broken link</c>; empty if nothing was left out.</summary>
    public override string ToString() => string.Join(", ", kinds.Select(kind => $"{kind.Value} {kind.Key}"));

    void Add(string kind, int count) => kinds[kind] = kinds.GetValueOrDefault(kind) + count;
}
