using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Heliograph.Edge.Answers;
using Heliograph.Edge.Devices;
using Heliograph.Edge.Intake;
using Heliograph.Edge.Options;
using Heliograph.Edge.Pairs;
using Heliograph.Edge.Protocol;
using Heliograph.Edge.Results;
using Heliograph.Edge.Security;
using Heliograph.Edge.Telemetry;
using Heliograph.Links;
using Heliograph.Pairs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Heliograph.Edge;

/// <summary>
/// The server at the edge: symbols arrive over links and requests, wait in one bounded queue, are computed in batches, and leave as responses
/// and as events. Stopping it answers what it has accepted.
/// </summary>
public sealed partial class EdgeServer : IAsyncDisposable
{
    /// <summary>The default port of HTTP.</summary>
    public const int DefaultHttpPort = 8080;

    static readonly TimeSpan StreamsEnd = TimeSpan.FromSeconds(1);

    readonly EdgeOptions options;
    readonly PairSet pairs = new();
    readonly PairLoader loader;
    readonly EdgeMetrics metrics = new();
    readonly DeviceRecords devices;
    readonly Batcher batcher;
    readonly ResultStream stream;
    readonly ResultPublisher results;
    readonly FrameIntake intake;
    readonly Inference inference;
    readonly Guard guard;
    readonly Origins origins;
    readonly MemoryBudget budget;
    readonly GrpcBodies grpcBodies;
    readonly OpenRequests openRequests = new();
    readonly IWatchedFile[] files;
    readonly WebApplication app;
    readonly UdpFrameReceiver? udp;
    readonly ZmqIntake? zmq;
    readonly CancellationTokenSource intakes = new();
    readonly ILogger log;
    ListenOptions? http, grpc;
    Task receiving = Task.CompletedTask, watching = Task.CompletedTask;
    Task? stopping;

    EdgeServer(EdgeOptions options)
    {
        this.options = options;
        loader = new(options, pairs, PairsChanged);
        loader.Begin();
        devices = new(options.Clock);
        batcher = new(options, metrics);
        stream = new(options, metrics);
        results = new(stream, metrics, new(Answer, metrics), batcher.Answered);
        intake = new(options, pairs, batcher, devices, results, metrics);
        inference = new(pairs, batcher, metrics);
        guard = new(options, metrics);
        origins = new(options, metrics);
        budget = new(options.Memory ?? MemoryBudget.Default(options.MaximumRequestBytes));
        grpcBodies = new(options, budget, metrics);
        var known = options.Devices is { } file ? new WatchedFile<IReadOnlySet<ulong>>(file, KnownDevices.Read) : null;
        var deviceKeys = options.DeviceKeys is { } keyFile ? new WatchedFile<IReadOnlyDictionary<ulong, DeviceKey>>(keyFile, DeviceKeys.Read) : null;
        files = [.. new IWatchedFile?[] { guard.Keys, known, deviceKeys }.OfType<IWatchedFile>()];
        if (options.Udp is { } local)
        {
            udp = new(local, frame => intake.Accept(frame, "udp"), new()
            {
                Admit = header => known?.Current.Contains(header.Frame.Device) == false ? Refusal.UnknownDevice : intake.Admit(header, "udp"),
                Keys = deviceKeys is null ? null : device => deviceKeys.Current.GetValueOrDefault(device),
                MaxDevices = DeviceRecords.Most,
                Failed = NotReceived,
                Clock = options.Clock,
            });
        }
        PairsChanged();
        if (options.Zmq is { } address)
            zmq = new(address, options, pairs, intake, metrics);
        metrics.Observe(() => batcher.Count, () => stream.Count, udp?.Counters);
        app = Build();
        log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Heliograph.Edge");
        grpcBodies.Log = results.Log = log;
    }

    /// <summary>Version of the server.</summary>
    public static string Version => EdgeVersion.Text;

    /// <summary>Where HTTP is served: the port of the options, or the configuration's first endpoint.</summary>
    public Uri? Http => Address(http) ?? (app.Urls.FirstOrDefault() is { } url ? new(url) : null);

    /// <summary>Where gRPC is served; null if it has no port of its own.</summary>
    public Uri? Grpc => Address(grpc);

    /// <summary>Where frames arrive as datagrams, or null.</summary>
    public IPEndPoint? Udp => udp?.LocalEndPoint;

    /// <summary>The devices that are known now.</summary>
    internal DeviceRecords Devices => devices;

    /// <summary>Bytes in use for request bodies.</summary>
    internal long BodyBytes => budget.Taken;

    /// <summary>Names and ids of the pairs.</summary>
    public IReadOnlyList<(string Name, PairId Id)> Pairs => [.. pairs.All.Select(pair => (pair.Name, pair.Id))];

    /// <summary>The pairs' descriptions, in the order of <see cref="Pairs"/>.</summary>
    public IReadOnlyList<PairDescription> Descriptions => [.. pairs.All.Select(pair => pair.Description)];

    /// <summary>Starts a server; it is ready when this returns. A pair that is damaged does not keep others from being served.</summary>
    /// <exception cref="UsageException">An option is out of its range, or there is no pair.</exception>
    /// <exception cref="InvalidDataException">Every pair or a file of keys or devices is damaged.</exception>
    /// <exception cref="IOException">A file cannot be read, or a port is in use or unavailable.</exception>
    /// <exception cref="NotSupportedException">CUDA is requested but not available.</exception>
    public static async Task<EdgeServer> StartAsync(EdgeOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        var server = new EdgeServer(options);
        try
        {
            await server.Start(cancellation);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a server until asked to stop, and answers what it has accepted.</summary>
    /// <param name="options">What to serve.</param>
    /// <param name="started">Called when the server is ready.</param>
    /// <param name="cancellation">Asks the server to stop; this is not an error.</param>
    /// <inheritdoc cref="StartAsync" path="/exception"/>
    public static async Task Run(EdgeOptions options, Action<EdgeServer> started, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(started);
        await using var server = await StartAsync(options, cancellation);
        started(server);
        await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await server.StopAsync();
    }

    /// <summary>Accepts no more, answers what was accepted, and ends.</summary>
    public Task StopAsync() => stopping ??= Stop();

    /// <summary>Stops the server and frees what it holds.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await app.DisposeAsync();
        udp?.Dispose();
        zmq?.Dispose();
        guard.Dispose();
        metrics.Dispose();
        pairs.Dispose();
        intakes.Dispose();
    }

    async Task Start(CancellationToken cancellation)
    {
        await StartHttp(cancellation);
        await Task.Run(() => loader.Warm(log, cancellation), cancellation);
        watching = Task.WhenAll(loader.WatchAsync(log, intakes.Token), WatchFiles());
        batcher.Start();
        inference.Ready = true;
        if (udp is not null)
            receiving = udp.RunAsync(intakes.Token);
        if (zmq is not null)
            receiving = Task.WhenAll(receiving, Told(zmq.RunAsync(log, intakes.Token)));
    }

    /// <summary>A bug in this program costs one datagram.</summary>
    void NotReceived(Exception error)
    {
        metrics.RefusedFrame("udp", "failed");
        ReceivingFailed(log, "udp", error);
    }

    /// <summary>Nobody looks at the reader's task until the server stops: that it ends early must be told.</summary>
    async Task Told(Task reading)
    {
        try
        {
            await reading;
        }
        catch (Exception e)
        {
            ReadingEnded(log, "zmq", e);
        }
    }

    /// <summary>Reads the files of keys and devices again when they change.</summary>
    async Task WatchFiles()
    {
        using var clock = new PeriodicTimer(options.FilesEvery, options.Clock);
        while (await clock.WaitForNextTickAsync(intakes.Token))
        {
            foreach (var file in files)
            {
                try
                {
                    file.Look(log);
                }
                catch (Exception e)
                {
                    // A bug in this program ends one look, not the watch.
                    LookFailed(log, e);
                }
            }
        }
    }

    async Task StartHttp(CancellationToken cancellation)
    {
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            // Kestrel names the address that is in use.
            string? grpcAddress = grpc?.ToString();
            bool isGrpc = grpcAddress is not null && e.Message.Contains(grpcAddress, StringComparison.Ordinal);
            string option = isGrpc ? "--grpc" : "--http", where = (isGrpc ? grpcAddress : http?.ToString()) ?? "Kestrel:Endpoints";
            throw new IOException($"cannot listen on {where}: the port is in use; give another with {option} PORT, or {option} 0 for any free one", e);
        }
        catch (SocketException e)
        {
            // Here it does not.
            string where = string.Join(" or ", new[] { http?.ToString() ?? "Kestrel:Endpoints", grpc?.ToString() }.OfType<string>());
            throw new IOException($"cannot listen on {where}: {e.Message}", e);
        }
    }

    async Task Stop()
    {
        if (inference.Ready)
            Stopping(log, batcher.Count);
        inference.Ready = false;
        await intakes.CancelAsync();
        await Task.WhenAll(receiving, watching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var patience = new CancellationTokenSource(options.StopTimeout, options.Clock);
        batcher.Hurry();
        // Clients receive the last frames. Requests in progress end with Kestrel; new ones on open connections are answered until then.
        while (results.Pending > 0 && !patience.IsCancellationRequested)
            await Task.Delay(5, CancellationToken.None);
        stream.End();
        app.Lifetime.StopApplication();
        await openRequests.Ended(StreamsEnd);
        await app.StopAsync(patience.Token);
        batcher.Dispose();
        await results.Finish();
    }

    WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        Observation.Add(builder, options, devices);
        builder.WebHost.UseKestrelHttpsConfiguration();
        bool configured = builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, options.Http ?? (configured ? null : DefaultHttpPort)));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.StopTimeout);
        ContentEncoding.Add(builder.Services);
        GrpcServices.Add(builder.Services, options, inference, metrics);

        var web = builder.Build();
        web.Use(openRequests.Invoke);
        web.Use(Unexpected);
        web.Use((context, next) => origins.Invoke(context, next));
        web.Use((context, next) => guard.Invoke(context, next));
        web.UseStatusCodePages(context => JsonAnswer.WriteError(context.HttpContext, context.HttpContext.Response.StatusCode,
            StatusText(context.HttpContext)));
        web.Use((context, next) => grpcBodies.Invoke(context, next));
        ContentEncoding.Use(web);
        web.UseRouting();
        new RestProtocol(inference, metrics, options, budget).Map(web);
        GrpcServices.Map(web);
        new ResultsApi(stream, new(pairs, loader, batcher, devices, results, stream, metrics, udp?.Counters, options.Demo is not null, zmq?.Watch, options.Clock)).Map(web);
        if (options.Demo is { } demo)
            new DemoApi(demo, budget).Map(web);
        Observation.Map(web, devices);
        HealthApi.Map(web, inference, loader);
        PageFiles.Map(web);
        return web;
    }

    /// <summary>Bugs in this program end only the request, with the protocol's error body.</summary>
    async Task Unexpected(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (e is ConnectionResetException or IOException { InnerException: ConnectionAbortedException }
            || (e is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested))
        {
            // Nobody is left to be told.
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException e)
        {
            await JsonAnswer.WriteError(context, e.StatusCode, e.Message);
        }
        catch (Exception e)
        {
            Failed(log, context.Request.Path, e);
            await JsonAnswer.WriteError(context, StatusCodes.Status500InternalServerError, $"unexpected {e.GetType().Name}; please report it");
        }
    }

    void Listen(KestrelServerOptions kestrel, int? httpPort)
    {
        kestrel.AddServerHeader = false;
        // Including the few bytes that gRPC adds; each protocol enforces its own limit.
        kestrel.Limits.MaxRequestBodySize = options.MaximumRequestBytes + 64;
        // How far a connection may read ahead of its request's body.
        kestrel.Limits.MaxRequestBufferSize = 64 << 10;
        kestrel.Limits.MaxConcurrentConnections = 4096;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
        var certificate = Certificate();
        if (httpPort is { } port)
            kestrel.Listen(options.Bind, port, listen => Configure(http = listen, HttpProtocols.Http1AndHttp2));
        // Without TLS, HTTP/2 and HTTP/1.1 cannot be told apart on one port.
        if (options.Grpc is { } grpcPort)
            kestrel.Listen(options.Bind, grpcPort, listen => Configure(grpc = listen, HttpProtocols.Http2));

        void Configure(ListenOptions listen, HttpProtocols protocols)
        {
            listen.Protocols = certificate is null && protocols == HttpProtocols.Http1AndHttp2 ? HttpProtocols.Http1 : protocols;
            if (certificate is not null)
                listen.UseHttps(certificate);
        }
    }

    X509Certificate2? Certificate()
    {
        if (options.Certificate is not { } path)
            return null;
        try
        {
            return Path.GetExtension(path).ToLowerInvariant() is ".pfx" or ".p12" ? X509CertificateLoader.LoadPkcs12FromFile(path, null)
                : X509Certificate2.CreateFromPemFile(path, options.CertificateKey);
        }
        catch (CryptographicException e)
        {
            throw new InvalidDataException($"--cert {path}: no certificate with its key (PFX without a password, or PEM with --cert-key): {e.Message}", e);
        }
    }

    // Frames that ask come over UDP alone.
    bool Answer(Frame frame, int wish, float? snrDb, float confidence) => udp!.Answer(frame, wish, snrDb, confidence);

    /// <summary>Accepts no more symbols for a frame than the pairs have.</summary>
    void PairsChanged()
    {
        if (udp is not null)
            udp.MaxSymbols = pairs.All.Select(pair => pair.Symbols).DefaultIfEmpty(1).Max();
    }

    Uri? Address(ListenOptions? listen) =>
        listen?.IPEndPoint is { } end ? new($"{(options.Certificate is null ? "http" : "https")}://{end}") : null;

    static string StatusText(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => $"there is nothing at {Shown.Of(context.Request.Path)}",
        StatusCodes.Status405MethodNotAllowed => $"{Shown.Of(context.Request.Path)} does not take {Shown.Of(context.Request.Method)}",
        int status => $"status {status}",
    };

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "stopping; accepted images to answer first: {Count}")]
    static partial void Stopping(ILogger log, int count);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "{Path} failed")]
    static partial void Failed(ILogger log, PathString path, Exception error);

    [LoggerMessage(EventId = 6, Level = LogLevel.Error, Message = "a datagram over {Link} could not be taken")]
    static partial void ReceivingFailed(ILogger log, string link, Exception error);

    [LoggerMessage(EventId = 7, Level = LogLevel.Critical, Message = "nothing is received over {Link} any more")]
    static partial void ReadingEnded(ILogger log, string link, Exception error);

    [LoggerMessage(EventId = 8, Level = LogLevel.Error, Message = "looking at the files of keys and devices failed")]
    static partial void LookFailed(ILogger log, Exception error);

    /// <summary>The program handles signals: it stops the server in the right order.</summary>
    sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
