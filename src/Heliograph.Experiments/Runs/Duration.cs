namespace Heliograph.Experiments.Runs;

/// <summary>Lengths of time as people read them.</summary>
public static class Duration
{
    /// <summary>For instance <c>7 h 05 min</c>, <c>31 min 08 s</c> or <c>12 s</c>.</summary>
    public static string Text(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => FormattableString.Invariant($"{(int)time.TotalHours} h {time.Minutes:00} min"),
        { TotalMinutes: >= 1 } => FormattableString.Invariant($"{time.Minutes} min {time.Seconds:00} s"),
        _ => FormattableString.Invariant($"{time.Seconds} s"),
    };
}
