namespace Heliograph.Device;

/// <summary>The pictures of a folder that could not be read.</summary>
sealed class Unreadable
{
    // More would fill the screen.
    const int MostNamed = 3;

    readonly OrderedDictionary<string, string> reasons = new(StringComparer.Ordinal);

    public int Count => reasons.Count;

    /// <summary>Counts a picture, once however often it is tried.</summary>
    public void Add(Picture picture, Exception reason) => reasons.TryAdd(picture.Source, reason.Message.TrimEnd('.'));

    /// <summary>Says in one line how many there were, and what is wrong with the first of them.</summary>
    /// <param name="of">Pictures of the folder.</param>
    public string Say(int of) => $"{Count} of {of} pictures could not be read and {(Count == 1 ? "was" : "were")} left out: "
        + string.Join("; ", reasons.Values.Take(MostNamed)) + (Count > MostNamed ? $"; and {Count - MostNamed} more" : "");
}
