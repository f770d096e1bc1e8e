using Heliograph.Links;

namespace Heliograph.Edge.Security;

/// <summary>Text files with one entry a line; empty lines and those that start with # are ignored.</summary>
static class ListFile
{
    /// <exception cref="InvalidDataException">Everyone may change the file, or it is too large.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IEnumerable<(string Line, int Number)> Lines(string path) => Entries(KeyFile.Read(path));

    /// <summary>Reads a file of secrets.</summary>
    /// <exception cref="InvalidDataException">Someone other than its owner may read the file, or it is too large.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IEnumerable<(string Line, int Number)> SecretLines(string path) => Entries(KeyFile.ReadSecret(path));

    static IEnumerable<(string Line, int Number)> Entries(string text) =>
        text.Split('\n').Select((line, i) => (Line: line.Trim(), Number: i + 1)).Where(entry => entry.Line.Length > 0 && entry.Line[0] != '#');
}
