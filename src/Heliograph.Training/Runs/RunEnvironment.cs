using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Heliograph.Training.Torch;
using static TorchSharp.torch;

namespace Heliograph.Training.Runs;

/// <summary>What a run was computed with, so that its numbers can be understood later.</summary>
static class RunEnvironment
{
    public static void Write(RunFolder run, Experiment experiment, Device device)
    {
        var assembly = typeof(RunEnvironment).Assembly;
        string version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        AtomicFile.WriteText(run.In("environment.json"), JsonSerializer.Serialize(new
        {
            // The build writes the commit behind the plus sign.
            heliograph = version.Split('+')[0],
            commit = version.Contains('+', StringComparison.Ordinal) ? version.Split('+')[1] : null,
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
