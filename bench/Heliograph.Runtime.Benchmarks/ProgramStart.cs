using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Heliograph.Networks;
using Heliograph.Pairs;

namespace Heliograph.Runtime.Benchmarks;

/// <summary>
/// How long the published device program takes from its start to the first datagram, with the pool2 half pruned by half, and how much memory
/// it takes.
/// </summary>
static class ProgramStart
{
    public static void Run(string program, int rounds)
    {
        string folder = Directory.CreateTempSubdirectory("heliograph-start-").FullName;
        try
        {
            string pair = Path.Combine(folder, "pool2"), image = Path.Combine(folder, "a.ppm");
            WritePair(pair);
            File.WriteAllBytes(image, [.. "P6\n32 32\n255\n"u8, .. new byte[3 * 32 * 32]]);
            using var edge = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0)) { Client = { ReceiveTimeout = 20_000 } };
            string to = $"udp://127.0.0.1:{((IPEndPoint)edge.Client.LocalEndPoint!).Port}";
            double[] milliseconds = [.. Enumerable.Range(0, rounds).Select(_ =>
            {
                long start = Stopwatch.GetTimestamp();
                using var process = Start(program, "send", "--pair", pair, "--to", to, image);
                IPEndPoint? from = null;
                edge.Receive(ref from);
                double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                process.WaitForExit();
                return elapsed;
            }).Order()];
            using var bench = Start(program, "bench", "--pair", pair, "--json");
            long resident = JsonDocument.Parse(bench.StandardOutput.ReadToEnd()).RootElement.GetProperty("residentBytes").GetInt64();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"start to first datagram: median {milliseconds[rounds / 2]:0.0} ms of {rounds}, least {milliseconds[0]:0.0}; {resident / 1e6:0.0} MB resident at most; {new FileInfo(program).Length / 1e6:0.00} MB of program"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static void WritePair(string folder)
    {
        var half = BenchmarkHalf.All("vgg16 pool2 50 %").Single().Half;
        // The edge half is not read; any that fits will do.
        var edge = new Network(new(half.Model.Network.Output.Elements, 1, 1), [new Linear("fc", [Network.InputName], 2)]);
        PairFolder.Write(folder, new()
        {
            Name = "pool2",
            Split = "pool2",
            PruningRatio = 0.5,
            Symbols = half.Model.Network.Output.Elements,
            Channel = new("awgn", 14.5, 14.5),
            Classes = ["one", "two"],
            Normalisation = half.Normalisation,
            Device = half.Model.Network,
            Edge = edge,
        }, half.Model.Weights, new(edge.WeightSpecs().Select(spec => KeyValuePair.Create(spec.Name, new WeightArray([.. spec.Shape], new float[spec.Length])))));
    }

    static Process Start(string program, params string[] words) =>
        Process.Start(new ProcessStartInfo(program, words) { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
