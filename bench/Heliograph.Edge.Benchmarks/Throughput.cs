using System.Diagnostics;
using Grpc.Net.Client;
using Heliograph.Links;
using Heliograph.Statistics;

namespace Heliograph.Edge.Benchmarks;

/// <summary>
/// Images a second of the server beside bare ONNX Runtime at the same batch size, in turns on the same machine, medians of several rounds; the
/// clients take their share of the processor too, so that the server's own processor time an image is given as well. Then the latency at half of the load.
/// </summary>
static class Throughput
{
    public static async Task Run(BenchmarkPair pair, int batch, int threads, double seconds, int rounds)
    {
        using var server = await ServerProgram.Start(pair, batch, threads);
        using var http = Clients.NewHttp();
        using var channel = GrpcChannel.ForAddress(server.Grpc, new() { HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true } });
        var rows = new List<(string Name, Func<Task<double>> Measure, List<double> Results, List<double> Milliseconds)>();
        void Add(string name, Func<Task<double>> measure) => rows.Add((name, measure, [], []));
        List<double> bare = [], bareMilliseconds = [];
        Add($"HTTP, {batch} images a request", () => Closed(Clients.Http(http, server, pair, batch), batch, 3, seconds));
        Add("HTTP, 1 image a request", () => Closed(Clients.Http(http, server, pair, 1), 1, 3 * batch, seconds));
        Add($"gRPC, {batch} images a request", () => Closed(Clients.Grpc(channel, pair, batch), batch, 3, seconds));
        Add("gRPC, 1 image a request", () => Closed(Clients.Grpc(channel, pair, 1), 1, 3 * batch, seconds));
        Add("UDP, sent 10 % faster than bare", () => Udp(server, http, pair, 1.1 * bare[^1], seconds));
        for (int round = 1; round <= rounds; round++)
        {
            var (perSecond, milliseconds) = BareRuntime.Measure(pair, batch, threads, seconds);
            bare.Add(perSecond);
            bareMilliseconds.Add(milliseconds);
            foreach (var row in rows)
            {
                double images = await server.Counter(http, "heliograph_images_total");
                var processor = server.Processor;
                row.Results.Add(await row.Measure());
                row.Milliseconds.Add((server.Processor - processor).TotalMilliseconds / (await server.Counter(http, "heliograph_images_total") - images));
            }
            Console.Error.WriteLine($"round {round} of {rounds}");
        }
        Console.WriteLine(FormattableString.Invariant(
            $"VGG16 at {pair.Pair.Description.Split}, {pair.Symbols} symbols, batch {batch}, {(threads == 0 ? Environment.ProcessorCount : threads)} threads on {Environment.ProcessorCount} cores; medians of {rounds} rounds of {seconds} s"));
        Console.WriteLine(FormattableString.Invariant($"{"bare ONNX Runtime",-34} {Median(bare),8:0.0} images/s               {Median(bareMilliseconds),8:0.00} ms of processor an image"));
        foreach (var (name, _, results, milliseconds) in rows)
        {
            double ratio = Median([.. results.Zip(bare, (ours, theirs) => ours / theirs)]);
            Console.WriteLine(FormattableString.Invariant($"{name,-34} {Median(results),8:0.0} images/s   ratio {ratio:0.00}   {Median(milliseconds),8:0.00} ms of the server's"));
        }
        double half = Median(rows[1].Results) / 2;
        double[] latencies = await Open(Clients.Http(http, server, pair, 1), half, 2 * seconds);
        Array.Sort(latencies);
        Console.WriteLine(FormattableString.Invariant(
            $"HTTP at half of that load ({half:0.0}/s): p50 {latencies[latencies.Length / 2]:0.0} ms, p99 {latencies[latencies.Length * 99 / 100]:0.0} ms"));
    }

    /// <summary>Clients that send the next request when the last one is answered.</summary>
    static async Task<double> Closed(Func<Task> request, int images, int clients, double seconds)
    {
        await request();
        long answered = 0;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            while (watch.Elapsed.TotalSeconds < seconds)
            {
                await request();
                if (watch.Elapsed.TotalSeconds <= seconds)
                    Interlocked.Add(ref answered, images);
            }
        })));
        return answered / seconds;
    }

    /// <summary>Requests at random times of a given rate, whatever became of those before; the latencies in milliseconds.</summary>
    static async Task<double[]> Open(Func<Task> request, double rate, double seconds)
    {
        var random = new RandomStream(1, "arrivals");
        var watch = Stopwatch.StartNew();
        var running = new List<Task<double>>();
        for (double at = 0; at < seconds; at -= Math.Log(1 - random.NextDouble()) / rate)
        {
            double due = at;
            if (TimeSpan.FromSeconds(due) - watch.Elapsed is { TotalMilliseconds: > 1 } wait)
                await Task.Delay(wait);
            running.Add(Task.Run(async () =>
            {
                await request();
                return 1000 * (watch.Elapsed.TotalSeconds - due);
            }));
        }
        return await Task.WhenAll(running);
    }

    /// <summary>Frames at a rate that the server cannot quite keep up with; what is too much is refused.</summary>
    static async Task<double> Udp(ServerProgram server, HttpClient http, BenchmarkPair pair, double rate, double seconds)
    {
        using var sender = new UdpFrameSender(server.Udp);
        var stamper = new FrameStamper(1);
        float[] symbols = pair.Vectors(1, 1);
        double before = await server.Counter(http, "heliograph_images_total");
        var watch = Stopwatch.StartNew();
        for (int sent = 0; watch.Elapsed.TotalSeconds < seconds;)
        {
            // A sender that cannot keep up with the rate still ends in time.
            for (double due = rate * watch.Elapsed.TotalSeconds; sent < due && watch.Elapsed.TotalSeconds < seconds; sent++)
                sender.Send(stamper.Next(pair.Pair.Id), symbols);
            await Task.Delay(1);
        }
        double answered = await server.Counter(http, "heliograph_images_total") - before;
        double elapsed = watch.Elapsed.TotalSeconds;
        // What is queued belongs to no later measurement.
        while (await server.Counter(http, "heliograph_queue_length") > 0)
            await Task.Delay(20);
        return answered / elapsed;
    }

    static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
