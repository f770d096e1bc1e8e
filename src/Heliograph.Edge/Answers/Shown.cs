using System.Globalization;

namespace Heliograph.Edge.Answers;

/// <summary>Words of strangers in messages.</summary>
static class Shown
{
    const int MostLetters = 100;

    /// <summary>A word, bounded and on one line; nothing for null.</summary>
    public static string Of(string? word) => word is null ? "" : string.Concat((word.Length > MostLetters ? word[..MostLetters] + "…" : word).Select(Of));

    // Control characters, and those that turn the direction of a text.
    static string Of(char letter) => char.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        ? FormattableString.Invariant($"\\u{(int)letter:x4}") : letter.ToString();
}
