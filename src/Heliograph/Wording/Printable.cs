using System.Globalization;
using System.Text;

namespace Heliograph.Wording;

/// <summary>
/// Makes text from outside safe for a terminal: names of files and classes, and descriptions in files, can hold anything.
/// </summary>
static class Printable
{
    /// <summary>
    /// The text on one line, with what would control the terminal (control characters) or reverse the order of letters (format characters, such as
    /// U+202E) as its code: <c>\u001b</c>.
    /// </summary>
    /// <param name="text">Any text. Its line breaks become spaces.</param>
    public static string Line(string text)
    {
        text = text.ReplaceLineEndings(" ");
        if (!text.Any(Steers))
            return text;
        var shown = new StringBuilder(text.Length + 16);
        foreach (char letter in text)
        {
            if (Steers(letter))
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            else
                shown.Append(letter);
        }
        return shown.ToString();
    }

    static bool Steers(char letter) => char.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
