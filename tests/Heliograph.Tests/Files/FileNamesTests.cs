using Heliograph.Files;

namespace Heliograph.Tests.Files;

public sealed class FileNamesTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("heliograph-names-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Forms D and C as Python's unicodedata has them.</summary>
    [Theory]
    [InlineData("cafe\u0301", "caf\u00e9")]
    [InlineData("A\u030angstro\u0308m", "\u00c5ngstr\u00f6m")]
    [InlineData("Vie\u0323\u0302t Nam", "Vi\u1ec7t Nam")]
    [InlineData("ha\u0308u\u0308ser", "h\u00e4\u00fcser")]
    [InlineData("\u0438\u0306\u0435\u0308", "\u0439\u0451")]
    [InlineData("\u03b1\u0313\u0301", "\u1f04")]
    [InlineData("\u304b\u3099\u306f\u309a", "\u304c\u3071")]
    [InlineData("\u1112\u1161\u11ab\u1100\u1173\u11af", "\ud55c\uae00")]
    [InlineData("x\u0327\u0301", "x\u0327\u0301")]
    [InlineData("plain.png", "plain.png")]
    [InlineData("", "")]
    public void Composes(string decomposed, string composed)
    {
        Assert.Equal(composed, FileNames.Compose(decomposed));
        Assert.Equal(composed, FileNames.Compose(composed));
    }

    [Fact]
    public void The_name_is_named_where_it_is_the_cause()
    {
        File.WriteAllText(Path.Combine(folder, "cafe\u0301.png"), "");
        Assert.Contains("has other Unicode characters", FileNames.WhyMissing(Path.Combine(folder, "caf\u00e9.png")), StringComparison.Ordinal);
        Assert.Contains("not valid UTF-8", FileNames.WhyMissing("caf\uFFFD.png"), StringComparison.Ordinal);
        Assert.Equal("", FileNames.WhyMissing(Path.Combine(folder, "tea.png")));
        Assert.Equal("", FileNames.WhyMissing(Path.Combine(folder, "nowhere", "tea.png")));
    }
}
