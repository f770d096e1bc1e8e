namespace Heliograph.Experiments.Clusters;

/// <summary>Words for a POSIX shell.</summary>
static class ShellText
{
    /// <summary>One word, whatever is in it.</summary>
    public static string Quoted(string word) => $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>Words with spaces between them.</summary>
    public static string Quoted(IEnumerable<string> words) => string.Join(' ', words.Select(Quoted));
}
