using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Heliograph.Edge.Security;
using Heliograph.Links;
using Heliograph.Statistics;
using Heliograph.Zmq;

namespace Heliograph.Edge.Benchmarks;

/// <summary>
/// The server with a heap of 512 MB under floods of every link at once, beside a device with a key, one without that has sent before, and a client:
/// its peak memory, and what these three lose. Exit code 1 when one loses more than 1 %, or the server has died.
/// </summary>
sealed class Flood : IDisposable
{
    const ulong Keyed = 0xaaaa, Known = 0xbbbb;
    const double MostLoss = 0.01;
    const int Connections = 200;

    // Until a device without a key is established: 16 frames over 10 seconds.
    static readonly TimeSpan Before = TimeSpan.FromSeconds(15), Each = TimeSpan.FromMilliseconds(100);

    readonly BenchmarkPair pair;
    readonly string folder = Directory.CreateTempSubdirectory("heliograph-flood-").FullName;
    readonly byte[] secret = RandomNumberGenerator.GetBytes(DeviceKey.Bytes);
    readonly (string Key, string Line) calm = ApiKeys.Make("calm"), busy = ApiKeys.Make("busy");
    readonly CancellationTokenSource end = new();
    long datagrams, requests, calls, samples;

    Flood(BenchmarkPair pair) => this.pair = pair;

    public static async Task<int> Run(BenchmarkPair pair, double minutes)
    {
        using var flood = new Flood(pair);
        return await flood.Run(TimeSpan.FromMinutes(minutes));
    }

    public void Dispose()
    {
        end.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    async Task<int> Run(TimeSpan time)
    {
        string deviceKeys = Path.Combine(folder, "devices"), apiKeys = Path.Combine(folder, "keys");
        File.WriteAllText(deviceKeys, $"{Keyed} {Convert.ToHexString(secret)}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(deviceKeys, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllLines(apiKeys, [calm.Line, busy.Line]);
        int port = FreePort();
        using var server = await ServerProgram.Start(pair, batch: 32, more: ["--device-keys", deviceKeys, "--api-keys", apiKeys, "--zmq", $"tcp://127.0.0.1:{port}"],
            environment: new() { ["DOTNET_GCHeapHardLimit"] = (512 << 20).ToString("X", CultureInfo.InvariantCulture) });

        using var stop = new CancellationTokenSource();
        var keyed = Device(server.Udp, Keyed, new(secret), stop.Token);
        var known = Device(server.Udp, Known, null, stop.Token);
        var client = Client(server, stop.Token);
        await Task.Delay(Before);
        long before = server.ResidentBytes;
        Task[] floods = [MadeUpDevices(server.Udp), Nonsense(server.Udp), .. Enumerable.Range(0, Connections).Select(_ => HalfRequests(server)), LargeRequests(server),
            HostileCalls(server), Samples(port), .. Enumerable.Range(0, 64).Select(_ => Watchers(server))];
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < time)
        {
            await Task.Delay(time / 20);
            Console.WriteLine(FormattableString.Invariant($"{watch.Elapsed:hh\\:mm\\:ss}  {server.ResidentBytes / 1e6,6:0} MB  {datagrams,10} datagrams  {requests,8} requests  {calls,8} calls  {samples,8} vectors"));
        }
        await stop.CancelAsync();
        var (sent, lost) = await client;
        var (keyedSent, knownSent) = (await keyed, await known);
        await end.CancelAsync();
        await Task.WhenAll(floods).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Delay(TimeSpan.FromSeconds(5));
        var status = await Status(server);
        bool fine = true;
        Say("a device with a key", keyedSent, keyedSent - Recognised(status, Keyed));
        Say("a device without, established", knownSent, knownSent - Recognised(status, Known));
        Say("a client with a key", sent, lost);
        Console.WriteLine(FormattableString.Invariant($"memory: {before / 1e6:0} MB before, {server.PeakBytes / 1e6:0} MB at most, {server.ResidentBytes / 1e6:0} MB after; heap bounded to 512 MiB"));
        Console.WriteLine($"refused: {status["refused"]!.ToJsonString()}");
        return fine ? 0 : 1;

        void Say(string who, long of, long missing)
        {
            fine &= missing <= MostLoss * of;
            Console.WriteLine(FormattableString.Invariant($"{who}: {missing} of {of} lost ({100.0 * missing / of:0.00} %)"));
        }
    }

    static long Recognised(JsonNode status, ulong device) =>
        (long?)status["devices"]!.AsArray().SingleOrDefault(one => (string)one!["device"]! == device.ToString("x16", CultureInfo.InvariantCulture))?["labelled"] ?? 0;

    async Task<JsonNode> Status(ServerProgram server)
    {
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", calm.Key) } };
        return JsonNode.Parse(await http.GetStringAsync(new Uri(server.Http, "/api/status")))!;
    }

    /// <summary>A device that sends ten frames a second; how many.</summary>
    Task<long> Device(IPEndPoint server, ulong id, DeviceKey? key, CancellationToken stop) => Alone(() =>
    {
        using var link = new UdpFrameSender(server, new(key: key));
        var stamper = new FrameStamper(id);
        float[] symbols = pair.Vectors(1, id);
        long sent = 0;
        for (; !stop.WaitHandle.WaitOne(Each); sent++)
            link.Send(stamper.Next(pair.Pair.Id, label: 0), symbols);
        return sent;
    });

    /// <summary>A client that asks ten times a second; how often, and how often in vain.</summary>
    async Task<(long Sent, long Lost)> Client(ServerProgram server, CancellationToken stop)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10), DefaultRequestHeaders = { Authorization = new("Bearer", calm.Key) } };
        var request = Clients.Http(http, server, pair, 1);
        long sent = 0, lost = 0;
        for (; !stop.IsCancellationRequested; sent++)
        {
            try
            {
                await request();
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
            {
                lost++;
            }
            await Task.Delay(Each, CancellationToken.None);
        }
        return (sent, lost);
    }

    /// <summary>Valid frames, each of another device: 20,000 a second where the machine can.</summary>
    Task MadeUpDevices(IPEndPoint server) => Alone(() =>
    {
        using var link = new UdpFrameSender(server);
        var random = new RandomStream(1, "flood.devices");
        float[] symbols = pair.Vectors(1, 1);
        while (!end.Token.WaitHandle.WaitOne(2))
        {
            for (int i = 0; i < 40; i++, datagrams++)
                link.Send(new(pair.Pair.Id, random.NextUInt64() % 3 == 0 ? Keyed : random.NextUInt64(), 1, random.NextUInt64(), long.MaxValue), symbols);
        }
        return 0;
    });

    Task Nonsense(IPEndPoint server) => Alone(() =>
    {
        using var socket = new UdpClient();
        socket.Connect(server);
        var random = new RandomStream(2, "flood.nonsense");
        byte[] bytes = new byte[1400];
        while (!end.Token.WaitHandle.WaitOne(2))
        {
            for (int i = 0; i < bytes.Length; i += 8)
                BitConverter.TryWriteBytes(bytes.AsSpan(i), random.NextUInt64());
            for (int i = 0; i < 10; i++, datagrams++)
                socket.Send(bytes, 72 + random.NextInt(1000));
        }
        return 0;
    });

    /// <summary>A connection that declares 4 MiB, sends some and waits, again and again.</summary>
    Task HalfRequests(ServerProgram server) => Again(async () =>
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Http.Port, end.Token);
        string head = $"POST /v2/models/bench/infer HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {busy.Key}\r\nContent-Length: {4 << 20}\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + new string('1', 1 << 16)), end.Token);
        await client.GetStream().ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, end.Token).AsTask().WaitAsync(TimeSpan.FromSeconds(3), end.Token);
        Interlocked.Increment(ref requests);
    });

    /// <summary>Requests of 4 MiB of numbers, eight at a time.</summary>
    Task LargeRequests(ServerProgram server) => Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Again(async () =>
    {
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", busy.Key) } };
        using var content = new StringContent("{\"inputs\":[{\"name\":\"symbols\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[" + string.Concat(Enumerable.Repeat("1,", (2 << 20) - 100)) + "1]}]}");
        using var response = await http.PostAsync(new Uri(server.Http, "/v2/models/bench/infer"), content, end.Token);
        Interlocked.Increment(ref requests);
        await Task.Delay(100, end.Token);
    })));

    /// <summary>gRPC messages that are nonsense, and such that would become hundreds of megabytes.</summary>
    Task HostileCalls(ServerProgram server)
    {
        byte[] swelling = new byte[4 << 20];
        // Inputs without anything in them.
        for (int i = 0; i + 1 < swelling.Length; i += 2)
            (swelling[i], swelling[i + 1]) = (0x2a, 0);
        return Task.WhenAll(Enumerable.Range(0, 8).Select(n => Again(async () =>
        {
            using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", busy.Key) } };
            byte[] message = n % 2 == 0 ? swelling : [0xff, 0xff, 0xff];
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Grpc, "/inference.GRPCInferenceService/ModelInfer"))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new ByteArrayContent([0, (byte)(message.Length >> 24), (byte)(message.Length >> 16), (byte)(message.Length >> 8), (byte)message.Length, .. message]),
            };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            using var response = await http.SendAsync(request, end.Token);
            Interlocked.Increment(ref calls);
            await Task.Delay(20, end.Token);
        })));
    }

    /// <summary>A stream of samples as fast as it is taken.</summary>
    Task Samples(int port) => Alone(() =>
    {
        using var sink = new ZmqSampleSink($"tcp://127.0.0.1:{port}", ZmqPattern.PushPull, new(pair.Pair.Id, pair.Symbols));
        var stamper = new FrameStamper(3);
        float[] symbols = pair.Vectors(1, 3);
        while (!end.Token.WaitHandle.WaitOne(1))
        {
            for (int i = 0; i < 4; i++, samples++)
                sink.Send(stamper.Next(pair.Pair.Id), symbols);
        }
        return 0;
    });

    /// <summary>Takes a place at the event stream and reads nothing.</summary>
    Task Watchers(ServerProgram server) => Again(async () =>
    {
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", busy.Key) } };
        using var response = await http.GetAsync(new Uri(server.Http, "/api/results"), HttpCompletionOption.ResponseHeadersRead, end.Token);
        Interlocked.Increment(ref requests);
        await Task.Delay(TimeSpan.FromSeconds(5), end.Token);
    });

    async Task Again(Func<Task> attack)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await attack();
            }
            catch (Exception e) when (e is HttpRequestException or IOException or SocketException or TimeoutException or OperationCanceledException)
            {
                // Refused, which is what is wanted.
                await Task.Delay(50, CancellationToken.None);
            }
        }
    }

    static Task<long> Alone(Func<long> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
