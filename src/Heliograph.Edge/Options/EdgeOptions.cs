using System.Net;
using Heliograph.Zmq;

namespace Heliograph.Edge.Options;

/// <summary>What an edge server serves, where, and within which limits.</summary>
public sealed record EdgeOptions
{
    /// <summary>A pair folder, or a folder of pair folders.</summary>
    public required string Pairs { get; init; }

    /// <summary>The address of the HTTP and gRPC ports, and of the UDP port if <see cref="Udp"/> has no address of its own.</summary>
    public IPAddress Bind { get; init; } = IPAddress.Loopback;

    /// <summary>
    /// Port of HTTP: the page, the REST protocol, results, metrics. 0 takes any free one; null takes <see cref="EdgeServer.DefaultHttpPort"/>,
    /// or what the configuration's <c>Kestrel:Endpoints</c> say.
    /// </summary>
    public int? Http { get; init; }

    /// <summary>Port of gRPC (HTTP/2, without TLS unless there is a certificate). 0 takes any free one; null opens none.</summary>
    public int? Grpc { get; init; }

    /// <summary>Where frames arrive as datagrams; port 0 takes any free one; null listens to none.</summary>
    public IPEndPoint? Udp { get; init; }

    /// <summary>The ZeroMQ address of a bare stream of complex samples, such as <c>tcp://127.0.0.1:7356</c>; null reads none.</summary>
    public string? Zmq { get; init; }

    /// <summary>Name or id of the pair whose symbols are on that stream; null if only one is served.</summary>
    public string? ZmqPair { get; init; }

    /// <summary>How the stream is passed on.</summary>
    public ZmqPattern ZmqPattern { get; init; }

    /// <summary>True if each message in the stream holds whole images.</summary>
    public bool ZmqVectors { get; init; }

    /// <summary>Frames between the pilots of the stream; 0 if it has none.</summary>
    public int ZmqPilots { get; init; }

    /// <summary>The ZeroMQ address of the true classes of the stream's frames; null for none.</summary>
    public string? ZmqLabels { get; init; }

    /// <summary>Maximum number of images in a batch, at least 1.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Maximum time that an image waits for others to fill its batch; at most a minute.</summary>
    public TimeSpan BatchWait { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Maximum number of images accepted and not yet answered, at least 1; more are refused.</summary>
    public int Queue { get; init; } = 1024;

    /// <summary>Threads of one inference; 0 takes every core.</summary>
    public int Threads { get; init; }

    /// <summary>True to compute on an NVIDIA GPU.</summary>
    public bool Cuda { get; init; }

    /// <summary>A file of keys (docs/edge.md); null requires none.</summary>
    public string? ApiKeys { get; init; }

    /// <summary>A file of device ids, one a line, whose frames are accepted; null accepts all.</summary>
    public string? Devices { get; init; }

    /// <summary>A file of devices' keys (docs/edge.md), whose frames must have a MAC; null requires none.</summary>
    public string? DeviceKeys { get; init; }

    /// <summary>
    /// Maximum number of requests a second for each key, or each address if there are no keys, and of frames a second for each device; null sets no limit.
    /// </summary>
    public int? Rate { get; init; }

    /// <summary>Maximum size of a request body, in bytes.</summary>
    public int MaximumRequestBytes { get; init; } = 4 << 20;

    /// <summary>Memory for the bodies of all requests in progress, in bytes; null for a sixteenth of what the program may use.</summary>
    public long? Memory { get; init; }

    /// <summary>A certificate for TLS: PFX, or PEM.</summary>
    public string? Certificate { get; init; }

    /// <summary>The certificate's key, if it is in a PEM file of its own.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>The clock for ages, rates and time-outs.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Names by which clients may address the server, besides its addresses and this machine's own name (docs/edge.md).</summary>
    public ValueList<string> AllowedHosts { get; init; } = [];

    /// <summary>Interval between looks at <see cref="Pairs"/>; a new pair is served after two of them.</summary>
    public TimeSpan PairsEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Interval between looks at the files of keys and devices.</summary>
    public TimeSpan FilesEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Maximum number of clients of the event stream at a time.</summary>
    public int ResultClients { get; init; } = 64;

    /// <summary>Maximum number of them at one address.</summary>
    public int ResultClientsPerAddress { get; init; } = 16;

    /// <summary>Events kept for a client of the event stream that does not read; then the oldest are dropped.</summary>
    public int ResultBuffer { get; init; } = 64;

    /// <summary>A client of the event stream that reads nothing for this long is dropped; after this time one may also give way to another.</summary>
    public TimeSpan ResultTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Maximum time for answering what was accepted when the server stops.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>True for log lines as JSON.</summary>
    public bool JsonLogs { get; init; }

    /// <summary>The demonstration whose page this is, or null.</summary>
    public IDemoController? Demo { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="UsageException">A value is out of its range.</exception>
    internal void Check()
    {
        That(Batch is >= 1 and <= 4096, $"--batch must be 1 to 4096, not {Batch}");
        That(BatchWait >= TimeSpan.Zero && BatchWait <= TimeSpan.FromMinutes(1), "--batch-wait must be 0 to 60000 ms");
        That(Queue is >= 1 and <= 1_000_000, $"--queue must be 1 to 1000000, not {Queue}");
        That(Threads is >= 0 and <= 1024, $"--threads must be 0 to 1024, not {Threads}");
        That(Rate is null or (>= 1 and <= 1_000_000), $"--rate must be 1 to 1000000 requests or frames a second, not {Rate}");
        That(MaximumRequestBytes is >= 1024 and <= 1 << 30, $"--max-request must be 1024 to {1 << 30} bytes, not {MaximumRequestBytes}");
        That(Memory is null || Memory >= 2L * MaximumRequestBytes, $"--memory must be at least twice --max-request ({2L * MaximumRequestBytes} bytes), not {Memory}");
        That(Http is null or (>= 0 and <= 65535), $"--http must be a port from 0 to 65535, not {Http}");
        That(Grpc is null or (>= 0 and <= 65535), $"--grpc must be a port from 0 to 65535, not {Grpc}");
        That(Zmq is not null || (ZmqPair is null && !ZmqVectors && ZmqPattern == ZmqPattern.PushPull), "--zmq-pair, --zmq-sub and --zmq-vectors need --zmq");
        That(Zmq is not null || (ZmqPilots == 0 && ZmqLabels is null), "--zmq-pilots and --zmq-labels need --zmq");
        That(ZmqLabels is null || ZmqPilots != 0, "--zmq-labels needs --zmq-pilots: only pilots show which frame of the stream a label belongs to");
        That(CertificateKey is null || Certificate is not null, "--cert-key needs --cert");
        That(ResultClients >= 1 && ResultClientsPerAddress >= 1 && ResultBuffer >= 1, "the event stream needs at least one client and one event");
        That(PairsEvery > TimeSpan.Zero, "the interval between looks at the pairs must be above 0");
        That(AllowedHosts.All(IsHostName), $"--allow-host must be a name such as edge.example.org, without scheme and port, not '{AllowedHosts.FirstOrDefault(name => !IsHostName(name))}'");
        There("--api-keys", ApiKeys);
        There("--devices", Devices);
        There("--device-keys", DeviceKeys);
        There("--cert", Certificate);
        There("--cert-key", CertificateKey);
    }

    static bool IsHostName(string name) => Uri.CheckHostName(name) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6;

    static void There(string option, string? file) => That(file is null || File.Exists(file), $"{option}: there is no file {file}");

    static void That(bool holds, string otherwise)
    {
        if (!holds)
            throw new UsageException(otherwise);
    }
}
