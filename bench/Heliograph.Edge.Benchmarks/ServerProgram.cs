using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Heliograph.Edge.Benchmarks;

/// <summary>The real program heliograph-edge in a process of its own.</summary>
sealed class ServerProgram : IDisposable
{
    readonly Process process;

    ServerProgram(Process process, JsonNode start)
    {
        this.process = process;
        Http = new((string)start["http"]!);
        Grpc = new((string)start["grpc"]!);
        Udp = IPEndPoint.Parse((string)start["udp"]!);
    }

    public Uri Http { get; }

    public Uri Grpc { get; }

    public IPEndPoint Udp { get; }

    public static async Task<ServerProgram> Start(BenchmarkPair pair, int batch, int threads = 0, string[]? more = null, Dictionary<string, string>? environment = null)
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "Heliograph.Edge.dll"), "--pairs", pair.Pair.Folder, "--http", "0", "--grpc", "0", "--udp", "0",
            "--batch", $"{batch}", "--threads", $"{threads}", "--json", .. more ?? [],
        ];
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", arguments)
        { RedirectStandardOutput = true };
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new IOException("cannot start the server");
        string line = await process.StandardOutput.ReadLineAsync() ?? throw new IOException("the server did not start");
        return new(process, JsonNode.Parse(line)!);
    }

    /// <summary>Resident memory in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>The most resident memory so far, in bytes.</summary>
    public long PeakBytes
    {
        get
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>Processor time so far.</summary>
    public TimeSpan Processor
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>A counter of the server's metrics.</summary>
    public async Task<double> Counter(HttpClient http, string name)
    {
        string text = await http.GetStringAsync(new Uri(Http, "/metrics"));
        return text.Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        process.Kill();
        process.Dispose();
    }
}
