using Heliograph.Wording;

namespace Heliograph.Edge.Answers;

/// <summary>Foreign text in messages.</summary>
static class Shown
{
    const int MostLetters = 100;

    /// <summary>A word, bounded and on one line; nothing for null.</summary>
    public static string Of(string? word) => word is null ? "" : Printable.Line(word.Length > MostLetters ? word[..MostLetters] + "…" : word);
}
