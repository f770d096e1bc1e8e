using System.ComponentModel;
using System.Diagnostics;
using Heliograph.Experiments.Clusters;

namespace Heliograph.Cli.Sweeping;

/// <summary>Slurm's commands.</summary>
static class SlurmProgram
{
    /// <summary>Whether they are on the PATH.</summary>
    public static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "sbatch")));

    /// <summary>Says that one of them is not there.</summary>
    public static UsageException Missing(string program, Exception? inner = null) =>
        new($"there is no {program} on the PATH: a sweep on Slurm is started, watched and cancelled where Slurm's commands are installed", inner);

    /// <summary>Submits a script; gives the job's number.</summary>
    /// <exception cref="IOException">Slurm refuses it; the message says why.</exception>
    public static async Task<string> SubmitAsync(IReadOnlyList<string> arguments, string script)
    {
        // Not stopped with this program: what is half submitted helps nobody.
        string output = await RunAsync("sbatch", arguments, script, CancellationToken.None);
        // NUMBER or NUMBER;CLUSTER.
        return output.Split('\n')[0].Split(';')[0].Trim();
    }

    /// <summary>The user's tasks that wait, run, or ended a short time ago, by their ids.</summary>
    /// <exception cref="IOException">Slurm does not answer; the message says why.</exception>
    public static async Task<IReadOnlyDictionary<string, SlurmTask>> QueueAsync(CancellationToken cancellation) =>
        SlurmTask.Read(await RunAsync("squeue", ["--me", "--array", "--states=all", "--noheader", $"--format={SlurmTask.QueueFormat}"], "", cancellation));

    /// <summary>What the accounting knows of jobs; nothing where there is none.</summary>
    public static async Task<IReadOnlyDictionary<string, SlurmTask>> AccountingAsync(IEnumerable<string> jobs, CancellationToken cancellation)
    {
        try
        {
            return SlurmTask.Read(await RunAsync("sacct", ["--noheader", "--parsable2", "--allocations", $"--jobs={string.Join(',', jobs)}", $"--format={SlurmTask.AccountingFormat}"], "", cancellation));
        }
        catch (Exception error) when (error is IOException or UsageException)
        {
            return new Dictionary<string, SlurmTask>();
        }
    }

    /// <summary>Cancels tasks or jobs; those that have ended are no error.</summary>
    /// <exception cref="IOException">Slurm does not answer; the message says why.</exception>
    public static Task CancelAsync(IEnumerable<string> ids) => RunAsync("scancel", [.. ids], "", CancellationToken.None);

    static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string input, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Start(start);
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None), error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; what it says of that follows.
        }
        await process.WaitForExitAsync(cancellation);
        // Ctrl-C reaches it, too.
        cancellation.ThrowIfCancellationRequested();
        return process.ExitCode == 0 ? await output : throw new IOException($"{program}: {Words(program, await error, process.ExitCode)}");
    }

    static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw Missing(start.FileName, error);
        }
    }

    // sbatch: error: Batch job submission failed: Invalid partition name specified
    static string Words(string program, string error, int code)
    {
        string[] lines = [.. error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.StartsWith(program + ": ", StringComparison.Ordinal) ? line[(program.Length + 2)..] : line)
            .Select(line => line.StartsWith("error: ", StringComparison.Ordinal) ? line[7..] : line)];
        return lines.Length == 0 ? FormattableString.Invariant($"ended with exit code {code}") : string.Join("; ", lines);
    }
}
