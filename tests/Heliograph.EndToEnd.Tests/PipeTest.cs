namespace Heliograph.EndToEnd.Tests;

/// <summary>Programs whose reader goes: <c>… | head</c>. Each ends, without a word, as other programs do.</summary>
public sealed class PipeTest : IDisposable
{
    readonly Place place = new();

    public void Dispose() => place.Dispose();

    [SkippableTheory]
    [InlineData("--help")]
    [InlineData("costs vgg16 --json")]
    [InlineData("costs vgg16")]
    [InlineData("data info signs")]
    [InlineData("data images signs --to photos --count 3")]
    [InlineData("pair info PAIR")]
    [InlineData("pair info PAIR --json")]
    [InlineData("evaluate PAIR --snr 4 --draws 1 --json")]
    [InlineData("runs .")]
    [InlineData("serve --pairs PAIR --http 0")]
    [InlineData("serve new-key garden")]
    [InlineData("relay --pair PAIR --udp 0 --zmq tcp://127.0.0.1:*")]
    [InlineData("demo --pair PAIR --http 0")]
    public void A_closed_pipe_ends_every_command_quietly(string arguments)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows does not tell of a closed pipe");
        string words = arguments.Replace("PAIR", Path.Combine(Repository.Root, "pairs", "signs"), StringComparison.Ordinal);
        // true ends at once, long before the program writes.
        var result = HeliographProgram.RunAny(place.Path, "bash", "-c", $"{string.Join(' ', HeliographProgram.Command)} {words} | true; echo ${{PIPESTATUS[0]}}");
        Assert.True(result.Output.Trim() == "141", result.ToString());
        // A server's log is no output.
        Assert.DoesNotContain(result.ErrorLines, line => line.Contains("error", StringComparison.OrdinalIgnoreCase) || line.Contains("interrupted", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void A_training_stops_as_if_interrupted_and_goes_on_later()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows does not tell of a closed pipe");
        string program = string.Join(' ', HeliographProgram.Command);
        var result = HeliographProgram.RunAny(place.Path, "bash", "-c", $"{program} train tiny.yaml --run run | head -1 > first.txt; echo ${{PIPESTATUS[0]}}");
        Assert.Equal("141", result.Output.Trim());
        Assert.Empty(result.Error);
        Assert.Single(File.ReadAllLines(place.In("first.txt")));
        place.Run("train", "--run", "run", "--resume").Succeeded();
    }
}
