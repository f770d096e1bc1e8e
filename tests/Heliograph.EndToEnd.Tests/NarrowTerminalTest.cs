using System.Text.RegularExpressions;

namespace Heliograph.EndToEnd.Tests;

/// <summary>Tables in a terminal of 40 columns, which util-linux's script opens.</summary>
public sealed partial class NarrowTerminalTest : IDisposable
{
    readonly Place place = new();

    public void Dispose() => place.Dispose();

    [SkippableTheory]
    [InlineData(40)]
    [InlineData(120)]
    public void No_number_is_broken(int columns)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Programs.Find("script") is not null && Programs.Find("stty") is not null, "needs script (Debian: bsdutils) and stty");
        string program = string.Join(' ', HeliographProgram.Command.Select(word => $"'{word}'"));
        string shown = HeliographProgram.RunAny(place.Path, "script", "-qec", $"stty cols {columns}; {program} costs vgg16", "/dev/null").Succeeded().Output;
        string text = Escapes().Replace(shown, "");
        foreach (string number in new[] { "39,518,208", "64×16×16", "16,384", "313,196,544", "4,224" })
            Assert.Contains(number, text, StringComparison.Ordinal);
        string[] table = [.. text.Split('\n').Select(line => line.TrimEnd()).SkipWhile(line => !line.Contains("split", StringComparison.Ordinal))];
        Assert.All(table, line => Assert.InRange(line.Length, 0, columns));
        Assert.Equal(columns < 60, table.Contains("split: pool1"));
    }

    [GeneratedRegex(@"\e\[[?0-9;]*[a-zA-Z]|\e[=>]")]
    private static partial Regex Escapes();
}
