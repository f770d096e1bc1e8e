using System.Diagnostics;

namespace Heliograph.Edge.Benchmarks;

/// <summary>Many clients for a long time: failed requests, and the server's memory over time. Exit code 1 when a request failed or memory grew.</summary>
static class LongLoad
{
    // After the first tenth of the time, in which pools fill.
    const long Growth = 32 << 20;

    public static async Task<int> Run(BenchmarkPair pair, double minutes, int clients)
    {
        using var server = await ServerProgram.Start(pair, batch: 32);
        using var http = Clients.NewHttp();
        long answered = 0, failed = 0, settled = 0, last = 0;
        string? firstFailure = null;
        var watch = Stopwatch.StartNew();
        var end = TimeSpan.FromMinutes(minutes);
        var running = Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            var request = Clients.Http(http, server, pair, 1, (ulong)client);
            while (watch.Elapsed < end)
            {
                try
                {
                    await request();
                    Interlocked.Increment(ref answered);
                }
                catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
                {
                    Interlocked.Increment(ref failed);
                    firstFailure ??= e.Message;
                }
            }
        })).ToArray();
        while (watch.Elapsed < end)
        {
            await Task.Delay(end / 20);
            last = server.ResidentBytes;
            if (watch.Elapsed > end / 10 && settled == 0)
                settled = last;
            Console.WriteLine(FormattableString.Invariant($"{watch.Elapsed:hh\\:mm\\:ss}  {answered,10} answered  {failed,6} failed  {last / 1e6,8:0.0} MB"));
        }
        await Task.WhenAll(running);
        if (firstFailure is not null)
            Console.WriteLine($"first failure: {firstFailure}");
        bool flat = last - settled < Growth;
        Console.WriteLine(FormattableString.Invariant($"{clients} clients, {minutes} min: {answered} answered, {failed} failed, memory {settled / 1e6:0.0} → {last / 1e6:0.0} MB ({(flat ? "flat" : "grew")})"));
        return failed == 0 && flat ? 0 : 1;
    }
}
