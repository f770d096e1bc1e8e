using System.Reflection;
using System.Runtime.InteropServices;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Records;

namespace Heliograph.Experiments.Runs;

/// <summary>What each call computed a run with, a line a call, so that its numbers can be understood later.</summary>
static class RunEnvironment
{
    const string FileName = "environment.jsonl";

    // The build writes the commit after the plus sign.
    static readonly string[] Build =
        (typeof(RunEnvironment).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "").Split('+');

    /// <summary>Version of this program.</summary>
    public static string Version => Build[0];

    /// <summary>The commit of the code that a run was last trained with, where known.</summary>
    public static string? CommitOf(RunFolder run) => Calls(run).LastOrDefault(call => call.Commit is not null)?.Commit;

    /// <summary>The calls that worked on a run, the first first.</summary>
    public static IReadOnlyList<RunCall> Calls(RunFolder run) => Json.ReadLines<RunCall>(run.In(FileName));

    /// <summary>Writes the line of a call.</summary>
    /// <param name="run">On which it works.</param>
    /// <param name="torchSharp">Version.</param>
    /// <param name="libtorch">Version.</param>
    /// <param name="threads">Of one operation.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda:N</c>.</param>
    /// <param name="precision">Of convolutions and linear layers.</param>
    public static void Append(RunFolder run, string? torchSharp, string libtorch, int threads, string device, Precision precision) =>
        Json.AppendLine(run.In(FileName), new RunCall(Version, Build.Length > 1 ? Build[1] : null, torchSharp, libtorch,
            RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription, ProcessorName(), Environment.ProcessorCount, threads,
            device, OptionText.Of(precision), DateTimeOffset.UtcNow, Environment.GetCommandLineArgs()[1..])
        {
            Gpu = device.StartsWith("cuda", StringComparison.Ordinal) ? GpuNames("/proc/driver/nvidia/gpus") : null,
        });

    /// <summary>Names of NVIDIA's GPUs as the driver on Linux lists them, or null.</summary>
    /// <param name="folder">A folder with one for each GPU.</param>
    internal static string? GpuNames(string folder)
    {
        if (!Directory.Exists(folder))
            return null;
        string[] names = [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal).Select(gpu => Path.Combine(gpu, "information")).Where(File.Exists)
            .SelectMany(file => File.ReadLines(file)).Where(line => line.StartsWith("Model:", StringComparison.Ordinal)).Select(line => line["Model:".Length..].Trim())];
        return names.Length > 0 ? string.Join(", ", names) : null;
    }

    /// <summary>Name of the processor.</summary>
    public static string ProcessorName()
    {
        const string info = "/proc/cpuinfo";
        string? line = File.Exists(info)
            ? File.ReadLines(info).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
