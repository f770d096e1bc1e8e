using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Heliograph.Training.Torch;
using static TorchSharp.torch;

namespace Heliograph.Training.Runs;

/// <summary>What a run was computed with, so that its numbers can be understood later.</summary>
static class RunEnvironment
{
    const string FileName = "environment.json";

    // The build writes the commit behind the plus sign.
    static readonly string[] Build =
        (typeof(RunEnvironment).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "").Split('+');

    /// <summary>Version of this program.</summary>
    public static string Version => Build[0];

    /// <summary>The commit of the code that a run was last trained with, where known.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static string? CommitOf(RunFolder run) => File.Exists(run.In(FileName)) ? Json.ReadFile<Recorded>(run.In(FileName)).Commit : null;

    sealed record Recorded(string? Commit);

    public static void Write(RunFolder run, Experiment experiment, Device device)
    {
        AtomicFile.WriteText(run.In(FileName), JsonSerializer.Serialize(new
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
        }, Json.Indented) + "\n");
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
