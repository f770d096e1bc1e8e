using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
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
    public static string? CommitOf(RunFolder run) =>
        File.Exists(run.In(FileName)) ? File.ReadLines(run.In(FileName)).Select(Commit).LastOrDefault(commit => commit is not null) : null;

    // A line may be cut short where a call was killed.
    static string? Commit(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Recorded>(line, JsonSerializerOptions.Web)?.Commit;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    sealed record Recorded(string? Commit);

    public static void Append(RunFolder run, Experiment experiment, Device device)
    {
        string path = run.In(FileName);
        bool cut = File.Exists(path) && File.ReadAllText(path) is [.., not '\n'];
        File.AppendAllText(path, (cut ? "\n" : "") + JsonSerializer.Serialize(new
        {
            heliograph = Version,
            commit = Build.Length > 1 ? Build[1] : null,
            torchSharp = typeof(Device).Assembly.GetName().Version?.ToString(),
            libtorch = __version__,
            dotnet = RuntimeInformation.FrameworkDescription,
            system = RuntimeInformation.OSDescription,
            processor = ProcessorName(),
            processors = Environment.ProcessorCount,
            threads = get_num_threads(),
            device = device.ToString(),
            precision = TorchRuntime.Resolve(experiment.Precision, device),
            started = DateTimeOffset.UtcNow.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        }, Json.Compact) + "\n");
    }

    static string ProcessorName()
    {
        const string info = "/proc/cpuinfo";
        string? line = File.Exists(info)
            ? File.ReadLines(info).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
