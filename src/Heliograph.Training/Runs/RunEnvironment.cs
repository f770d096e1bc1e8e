using System.Reflection;
using System.Runtime.InteropServices;
using Heliograph.Training.Torch;
using static TorchSharp.torch;

namespace Heliograph.Training.Runs;

/// <summary>What each call computed a run with, a line a call, so that its numbers can be understood later.</summary>
static class RunEnvironment
{
    const string FileName = "environment.jsonl";

    // The build writes the commit behind the plus sign.
    static readonly string[] Build =
        (typeof(RunEnvironment).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "").Split('+');

    /// <summary>Version of this program.</summary>
    public static string Version => Build[0];

    /// <summary>The commit of the code that a run was last trained with, where known.</summary>
    public static string? CommitOf(RunFolder run) => Calls(run).LastOrDefault(call => call.Commit is not null)?.Commit;

    /// <summary>The calls that worked on a run, the first first.</summary>
    public static IReadOnlyList<RunCall> Calls(RunFolder run) => Json.ReadLines<RunCall>(run.In(FileName));

    public static void Append(RunFolder run, Precision precision, Device device)
    {
        var call = new RunCall(Version, Build.Length > 1 ? Build[1] : null, typeof(Device).Assembly.GetName().Version?.ToString(), __version__,
            RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription, ProcessorName(), Environment.ProcessorCount, get_num_threads(),
            device.ToString(), OptionText.Of(precision), DateTimeOffset.UtcNow, Environment.GetCommandLineArgs()[1..]);
        Json.AppendLine(run.In(FileName), call);
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
