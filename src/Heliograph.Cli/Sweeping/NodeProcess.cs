using System.Diagnostics;
using Heliograph.Experiments.Sweeps;

namespace Heliograph.Cli.Sweeping;

/// <summary>
/// A node's process on this machine. Its standard input is a pipe that says nothing: when it ends, because this program closes it or is killed, the process
/// stops with a checkpoint.
/// </summary>
sealed class NodeProcess : IDisposable
{
    readonly Process process;
    readonly Stopwatch watch = Stopwatch.StartNew();
    readonly Task copied;

    /// <summary>Starts it.</summary>
    /// <param name="folder">The sweep's.</param>
    /// <param name="node">What it does.</param>
    /// <param name="data">Where to look for data first.</param>
    public NodeProcess(string folder, SweepNode node, string? data)
    {
        Node = node;
        LogPath = Path.Combine(folder, "logs", node.Id + ".log");
        Directory.CreateDirectory(Path.GetDirectoryName(LogPath)!);
        string[] command = Command();
        var start = new ProcessStartInfo(command[0], [.. command[1..], "sweep", folder, "--node", node.Id, "--attached", .. data is null ? Array.Empty<string>() : ["--data", data]])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        process = Process.Start(start)!;
        copied = Copy();
    }

    public SweepNode Node { get; }

    public string LogPath { get; }

    /// <summary>What it last wrote.</summary>
    public string LastLine { get; private set; } = "";

    public TimeSpan Elapsed => watch.Elapsed;

    /// <summary>Ends when the process has, with its exit code and the last line of its error output.</summary>
    public async Task<(int ExitCode, string Error)> EndAsync()
    {
        await copied;
        await process.WaitForExitAsync();
        return (process.ExitCode, Error);
    }

    string Error { get; set; } = "";

    /// <summary>Asks it to stop with a checkpoint.</summary>
    public void Stop() => process.StandardInput.Close();

    public void Dispose() => process.Dispose();

    /// <summary>How this program is started: as itself, or by dotnet with its assembly.</summary>
    internal static string[] Command()
    {
        string self = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(self) == "dotnet" ? [self, Environment.GetCommandLineArgs()[0]] : [self];
    }

    async Task Copy()
    {
        await using var log = new StreamWriter(LogPath, append: true) { AutoFlush = true };
        using var gate = new SemaphoreSlim(1);
        await Task.WhenAll(Lines(process.StandardOutput, line => LastLine = line), Lines(process.StandardError, line => Error = line));

        async Task Lines(StreamReader reader, Action<string> hear)
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                hear(line);
                await gate.WaitAsync();
                await log.WriteLineAsync(line);
                gate.Release();
            }
        }
    }
}
