using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Heliograph.EndToEnd.Tests;

/// <summary>What a finished program left.</summary>
public sealed record ProgramResult(int ExitCode, string Output, string Error)
{
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>This, when it succeeded; else the test fails with what the program said.</summary>
    public ProgramResult Succeeded()
    {
        Assert.True(ExitCode == 0, ToString());
        return this;
    }

    public override string ToString() => $"exit code {ExitCode}\n--- standard output\n{Output}\n--- standard error\n{Error}";
}

/// <summary>The built program, as a user starts it.</summary>
public static partial class HeliographProgram
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>File name and first arguments: the program's own executable, or dotnet with its assembly where there is none.</summary>
    public static string[] Command { get; } = Find();

    /// <summary>Runs it to its end.</summary>
    public static ProgramResult Run(string folder, params string[] arguments) => RunAny(folder, [.. Command, .. arguments]);

    /// <summary>Runs some other program to its end.</summary>
    public static ProgramResult RunAny(string folder, params string[] command)
    {
        using var running = new RunningProgram(Start(folder, command));
        return running.Wait(Patience);
    }

    /// <summary>Starts it and returns at once.</summary>
    public static RunningProgram StartIn(string folder, params string[] arguments) => new(Start(folder, [.. Command, .. arguments]));

    static Process Start(string folder, string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = System.Text.Encoding.UTF8,
            StandardErrorEncoding = System.Text.Encoding.UTF8,
        };
        // Nothing of this machine's user shall be found.
        start.Environment.Remove("HELIOGRAPH_DATA");
        start.Environment["XDG_CACHE_HOME"] = Path.Combine(folder, "cache");
        return Process.Start(start)!;
    }

    static string[] Find()
    {
        // tests/Heliograph.EndToEnd.Tests/bin/<Configuration>/net10.0
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        string framework = output.Name, configuration = output.Parent!.Name;
        var root = output;
        while (!File.Exists(Path.Combine(root.FullName, "Heliograph.slnx")))
            root = root.Parent ?? throw new DirectoryNotFoundException($"{output.FullName} is not below Heliograph.slnx");
        string folder = Path.Combine(root.FullName, "src", "Heliograph.Cli", "bin", configuration, framework);
        string program = Path.Combine(folder, OperatingSystem.IsWindows() ? "heliograph.exe" : "heliograph");
        return File.Exists(program) ? [program] : ["dotnet", Path.Combine(folder, "Heliograph.Cli.dll")];
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    internal static partial int SendSignal(int process, int signal);
}

/// <summary>A program at work, whose output is gathered meanwhile.</summary>
public sealed class RunningProgram(Process process) : IDisposable
{
    const int Interrupt = 2, Terminate = 15;

    readonly Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();

    public bool HasExited => process.HasExited;

    public ProgramResult Wait(TimeSpan? patience = null)
    {
        if (!process.WaitForExit(patience ?? TimeSpan.FromMinutes(1)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"the program did not end: {output.Result}\n{error.Result}");
        }
        process.WaitForExit();
        return new(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Waits until something is so; false when the program ends before.</summary>
    public bool WaitUntil(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (process.HasExited)
                return false;
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), "waited in vain");
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

    void Send(int signal) => Assert.Equal(0, HeliographProgram.SendSignal(process.Id, signal));

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.Dispose();
    }
}
