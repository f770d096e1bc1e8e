namespace Heliograph.Edge.Security;

/// <summary>Text files with one entry a line; empty lines and those that begin with # say nothing.</summary>
static class ListFile
{
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IEnumerable<(string Line, int Number)> Lines(string path) =>
        File.ReadLines(path).Select((line, i) => (Line: line.Trim(), Number: i + 1)).Where(entry => entry.Line.Length > 0 && entry.Line[0] != '#');
}
