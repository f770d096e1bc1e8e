using Heliograph.Wording;

namespace Heliograph.Tests.Wording;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("größer, 大, 😀", "größer, 大, 😀")]
    [InlineData("two\r\nlines\u2028more", "two lines more")]
    [InlineData("\u001b[2Jgone\a", "\\u001b[2Jgone\\u0007")]
    [InlineData("\u009b2J", "\\u009b2J")]
    [InlineData("gnp.\u202eexe", "gnp.\\u202eexe")]
    [InlineData("a\tb\0", "a\\u0009b\\u0000")]
    public void What_steers_a_terminal_is_shown_as_its_code(string text, string shown) => Assert.Equal(shown, Printable.Line(text));
}
