namespace Heliograph.Device.Tests;

/// <summary>Programs whose reader goes: <c>… | head</c>.</summary>
public sealed class PipeTest : IDisposable
{
    readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [SkippableTheory]
    [InlineData("send --pair pair --dry-run --repeat 0 a.ppm")]
    [InlineData("send --pair pair --dry-run --repeat 0 --json a.ppm")]
    [InlineData("send --pair pair --dry-run --repeat 0 --rate 200 --record sky.sigmf-meta a.ppm")]
    [InlineData("send --help")]
    [InlineData("bench --pair pair --rounds 50")]
    public void A_closed_pipe_ends_it_quietly(string arguments)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows does not tell of a closed pipe");
        place.Picture("a.ppm", 32, 32, 1);
        string program = string.Join(' ', DevicePrograms.Built);
        // The first line is read where there are more, and none where there is one: true ends at once, long before the program writes.
        string reader = arguments.Contains("--repeat 0", StringComparison.Ordinal) ? "head -1" : "true";
        var result = Programs.Run(place.Path, ["bash", "-c", $"{program} {arguments} | {reader} > first.txt; echo ${{PIPESTATUS[0]}}"], patience: TimeSpan.FromSeconds(60));
        Assert.Equal("141", result.Output.Trim());
        Assert.Empty(result.Error);
        Assert.Equal(reader == "true" ? 0 : 1, File.ReadAllLines(place.In("first.txt")).Length);
        if (File.Exists(place.In("sky.sigmf-meta")))
            Assert.InRange(Links.SigmfReader.Open(place.In("sky.sigmf-meta")).Count, 1, 1000);
    }
}
