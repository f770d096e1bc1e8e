using System.Diagnostics;

namespace Heliograph.Tests.Shared;

/// <summary>A program at work, whose output is gathered meanwhile.</summary>
public sealed class RunningProgram(Process process) : IDisposable
{
    const int Interrupt = 2, Terminate = 15;

    readonly GatheredText output = new(process.StandardOutput), error = new(process.StandardError);

    public bool HasExited => process.HasExited;

    /// <summary>Waits for the first line of standard output; the test fails when the program ends without one.</summary>
    public async Task<string> FirstLine()
    {
        string line = await output.FirstLine.WaitAsync(Programs.Patience);
        Assert.True(line.Length > 0, HasExited ? $"the program ended: {await error.All}" : "the program has written an empty line");
        return line;
    }

    public ProgramResult Wait(TimeSpan? patience = null)
    {
        if (!process.WaitForExit(patience ?? Programs.Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"the program did not end: {output.All.Result}\n{error.All.Result}");
        }
        process.WaitForExit();
        return new(process.ExitCode, output.All.Result, error.All.Result);
    }

    /// <summary>Waits until something is so; false when the program ends before.</summary>
    public bool WaitUntil(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (process.HasExited)
                return false;
            Assert.True(watch.Elapsed < Programs.Patience, "waited in vain");
            Thread.Sleep(1);
        }
        return true;
    }

    /// <summary>SIGKILL: no chance to tidy up.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>What Ctrl-C does.</summary>
    public void SendInterrupt() => Send(Interrupt);

    /// <summary>What a service manager does.</summary>
    public void SendTerminate() => Send(Terminate);

    void Send(int signal) => Assert.Equal(0, Programs.SendSignal(process.Id, signal));

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.Dispose();
    }
}
