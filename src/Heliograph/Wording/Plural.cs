using System.Globalization;

namespace Heliograph.Wording;

/// <summary>Counts as people say them.</summary>
static class Plural
{
    /// <summary>"1 frame", "2 frames", "0 frames".</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">The word for one.</param>
    /// <param name="many">The plural; by default the word with an s.</param>
    public static string Of(long count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many ?? one + "s")}");
}
