namespace Heliograph.Wording;

/// <summary>Finds what a mistyped word was meant to be, for error messages.</summary>
static class Nearest
{
    /// <summary>
    /// The known word with the fewest edits (insertions, deletions, replacements; case ignored) from <paramref name="word"/>, the first of equals;
    /// null if none is near, that is, if it takes more edits than half of the longer word's letters.
    /// </summary>
    public static string? To(string word, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(known);
        string? nearest = null;
        int fewest = int.MaxValue;
        foreach (string candidate in known)
        {
            // Each extra letter is an edit: a long word from outside costs nothing.
            if (2 * Math.Abs(word.Length - candidate.Length) > Math.Max(word.Length, candidate.Length))
                continue;
            int edits = Edits(word.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (edits < fewest && 2 * edits <= Math.Max(word.Length, candidate.Length))
                (nearest, fewest) = (candidate, edits);
        }
        return nearest;
    }

    static int Edits(string a, string b)
    {
        int[] above = [.. Enumerable.Range(0, b.Length + 1)], row = new int[b.Length + 1];
        for (int i = 0; i < a.Length; i++)
        {
            row[0] = i + 1;
            for (int j = 0; j < b.Length; j++)
                row[j + 1] = Math.Min(Math.Min(row[j], above[j + 1]) + 1, above[j] + (a[i] == b[j] ? 0 : 1));
            (above, row) = (row, above);
        }
        return above[b.Length];
    }
}
