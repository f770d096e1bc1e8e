using System.Text;

namespace Heliograph.Files;

/// <summary>Names of files and folders as people mean them.</summary>
static class FileNames
{
    // Stands for bytes of a name that are not UTF-8; such a name cannot be passed back to the system.
    const char Unreadable = '\uFFFD';

    // Korean syllables are computed from their letters (The Unicode Standard, section 3.12).
    const int Syllables = 0xAC00, Leads = 0x1100, Vowels = 0x1161, Trails = 0x11A7, LeadCount = 19, VowelCount = 21, TrailCount = 28;

    /// <summary>The file that a path leads to, past symbolic links: .NET gives the length and the times of a link itself.</summary>
    public static FileInfo Target(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
    }

    /// <summary>
    /// The name with its letters and marks composed (Unicode's normalisation form C): macOS writes é as e and a mark, others as one character,
    /// and the two look the same. .NET's own normalisation does nothing without a system's library for it, which the device has none of.
    /// </summary>
    public static string Compose(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (System.Text.Ascii.IsValid(name))
            return name;
        var composed = new StringBuilder(name.Length);
        int starter = -1;
        foreach (char c in name)
        {
            if (starter >= 0 && Together(composed[starter], c) is { } together)
            {
                composed[starter] = together;
                continue;
            }
            composed.Append(c);
            // After a mark that does not combine, the letter can still combine with the next one.
            if (starter < 0 || !IsMark(c))
                starter = composed.Length - 1;
        }
        return composed.ToString();
    }

    /// <summary>
    /// Why there seems to be no file or folder of this name, if the name itself is the cause; appended to a message. Otherwise an empty text.
    /// </summary>
    public static string WhyMissing(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Contains(Unreadable))
            return " (the name is not valid UTF-8, so the file cannot be opened: rename it)";
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string? folder = Path.GetDirectoryName(full);
        if (folder is null || !Directory.Exists(folder))
            return "";
        string name = Path.GetFileName(full), composed = Compose(name);
        return Directory.EnumerateFileSystemEntries(folder).Select(entry => Path.GetFileName(entry)!).Any(entry => entry != name && Compose(entry) == composed)
            ? " (there is one whose name looks the same but has other Unicode characters, such as é as one character or as two)"
            : "";
    }

    /// <summary>True if the system's name could not be decoded, so the file cannot be opened by it.</summary>
    internal static bool IsUnreadable(string path) => path.Contains(Unreadable) && !File.Exists(path) && !Directory.Exists(path);

    static bool IsMark(char c) => char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark;

    static char? Together(char first, char second)
    {
        if (first - Leads is >= 0 and < LeadCount && second - Vowels is >= 0 and < VowelCount)
            return (char)(Syllables + ((first - Leads) * VowelCount + second - Vowels) * TrailCount);
        if (first - Syllables is >= 0 and < LeadCount * VowelCount * TrailCount && (first - Syllables) % TrailCount == 0 && second - Trails is > 0 and < TrailCount)
            return (char)(first + second - Trails);
        if (!Compositions.OfMark.TryGetValue(second, out string? pairs))
            return null;
        for (int i = 0; i < pairs.Length; i += 2)
        {
            if (pairs[i] == first)
                return pairs[i + 1];
        }
        return null;
    }
}
