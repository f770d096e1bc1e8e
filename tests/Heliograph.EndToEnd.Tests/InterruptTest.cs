namespace Heliograph.EndToEnd.Tests;

/// <summary>Ctrl-C of commands that do not watch for it; what the others do is tested with them.</summary>
public sealed class InterruptTest
{
    [SkippableTheory]
    [InlineData(false, 130)]
    [InlineData(true, 143)]
    public async Task Ends_at_once_a_command_that_does_not_watch_for_it(bool terminate, int exitCode)
    {
        Skip.If(OperatingSystem.IsWindows(), "signals are of Unix");
        using var place = new Place();
        Directory.CreateDirectory(place.In("run"));
        HeliographProgram.RunAny(place.Path, "mkfifo", "run/experiment.yaml").Succeeded();
        using var program = place.Start("report", "run");
        // Opening a pipe waits for a reader: the program is at work then, and reads what never comes.
        using var pipe = await Task.Run(() => new FileStream(place.In("run", "experiment.yaml"), FileMode.Open, FileAccess.Write)).WaitAsync(Programs.Patience);
        if (terminate)
            program.SendTerminate();
        else
            program.SendInterrupt();
        Assert.Equal(exitCode, program.Wait().ExitCode);
    }
}
