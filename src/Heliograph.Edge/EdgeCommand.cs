using System.CommandLine;
using System.Net;
using System.Text.Json;
using Heliograph.CommandLine;
using Heliograph.Edge.Options;
using Heliograph.Edge.Security;
using Heliograph.Links;
using Heliograph.Wording;
using Heliograph.Zmq;

namespace Heliograph.Edge;

/// <summary>The command that serves pairs: the whole of <c>heliograph-edge</c>, and <c>heliograph serve</c>.</summary>
public static class EdgeCommand
{
    /// <summary>Adds the options and the action to a command.</summary>
    /// <param name="command">An empty command.</param>
    /// <param name="interrupt">Asks the server to stop.</param>
    public static void AddTo(Command command, CancellationToken interrupt)
    {
        ArgumentNullException.ThrowIfNull(command);
        var pairs = new Option<string>("--pairs") { Description = "A folder of pair folders, or one pair folder.", HelpName = "FOLDER", Required = true };
        var bind = new Option<string?>("--bind") { Description = "Address of all ports; 0.0.0.0 is every address. Default: 127.0.0.1, this machine only.", HelpName = "ADDRESS" };
        var http = new Option<int?>("--http") { Description = $"Port of HTTP: page, REST, results, metrics; 0 takes a free one, as for every port. Default: {EdgeServer.DefaultHttpPort}.", HelpName = "PORT" };
        var grpc = new Option<int?>("--grpc") { Description = "Port of gRPC (HTTP/2).", HelpName = "PORT" };
        var udp = new Option<string?>("--udp") { Description = $"Listen for frames over UDP; devices send to port {UdpAddress.DefaultPort} by default.", HelpName = "[HOST:]PORT" };
        var zmq = new Option<string?>("--zmq") { Description = "Read a bare stream of complex samples over ZeroMQ, as sent by GNU Radio's PUSH Sink.", HelpName = "ADDRESS" };
        var zmqPair = new Option<string?>("--zmq-pair") { Description = "The pair whose symbols that stream carries; needed if several pairs are served.", HelpName = "NAME" };
        var zmqSub = new Option<bool>("--zmq-sub") { Description = "The other end of the stream is a PUB Sink." };
        var zmqVectors = new Option<bool>("--zmq-vectors") { Description = "Each message in the stream holds whole images (GNU Radio's vectors)." };
        var zmqPilots = new Option<int>("--zmq-pilots") { Description = "The stream has pilots with N frames between them (heliograph relay --pilots N), which keep the server in step.", HelpName = "N" };
        var zmqLabels = new Option<string?>("--zmq-labels") { Description = "Read the true classes of the stream's frames over ZeroMQ (heliograph relay --labels ADDRESS).", HelpName = "ADDRESS" };
        var batch = new Option<int>("--batch") { Description = "Maximum number of images computed at once.", HelpName = "N", DefaultValueFactory = _ => 32 };
        var wait = new Option<double>("--batch-wait") { Description = "Maximum time that an image waits for others, in milliseconds.", HelpName = "MS", DefaultValueFactory = _ => 2 };
        var queue = new Option<int>("--queue") { Description = "Maximum number of images accepted and not yet answered; more are refused.", HelpName = "N", DefaultValueFactory = _ => 1024 };
        var threads = new Option<int>("--threads") { Description = "Number of threads that compute; 0 means one for each core.", HelpName = "N" };
        var cuda = new Option<bool>("--cuda") { Description = "Compute on an NVIDIA GPU." };
        var keys = new Option<string?>("--api-keys") { Description = "Require a key from this file (new-key makes one). Health checks need none.", HelpName = "FILE" };
        var devices = new Option<string?>("--devices") { Description = "Accept frames only from the devices whose ids this file lists.", HelpName = "FILE" };
        var deviceKeys = new Option<string?>("--device-keys") { Description = "Accept frames from the devices in this file only with a MAC made with their keys; each line has an id and a key of 64 hexadecimal digits.", HelpName = "FILE" };
        var hosts = new Option<string[]>("--allow-host") { Description = "A name by which clients may address the server, besides its addresses and this machine's name; repeatable.", HelpName = "NAME", DefaultValueFactory = _ => [] };
        var rate = new Option<int?>("--rate") { Description = "Maximum number of requests a second for each key (or for each address if there are no keys), and of frames a second for each device.", HelpName = "N" };
        var maximum = new Option<int>("--max-request") { Description = "Maximum size of a request, in bytes.", HelpName = "BYTES", DefaultValueFactory = _ => 4 << 20 };
        var memory = new Option<long?>("--memory") { Description = "Memory for the bodies of all requests in progress, in bytes; requests beyond it get a 503. Default: a sixteenth of the machine's memory.", HelpName = "BYTES" };
        var certificate = new Option<string?>("--cert") { Description = "Serve with TLS: a certificate as PFX or PEM.", HelpName = "FILE" };
        var certificateKey = new Option<string?>("--cert-key") { Description = "The certificate's key, if it is in a separate file.", HelpName = "FILE" };
        var logJson = new Option<bool>("--log-json") { Description = "Write log lines as JSON." };
        var json = new Option<bool>("--json") { Description = "Print one line of JSON when the server is ready." };
        foreach (var option in new Option[] { pairs, bind, http, grpc, udp, zmq, zmqPair, zmqSub, zmqVectors, zmqPilots, zmqLabels, batch, wait, queue, threads, cuda, keys, devices, deviceKeys, hosts, rate, maximum, memory, certificate, certificateKey, logJson, json })
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var address = Address(parsed.GetValue(bind));
            var options = new EdgeOptions
            {
                Pairs = parsed.GetValue(pairs)!,
                Bind = address,
                Http = parsed.GetValue(http),
                Grpc = parsed.GetValue(grpc),
                Udp = parsed.GetValue(udp) is { } where ? UdpAddress.Local(where, address) : null,
                Zmq = parsed.GetValue(zmq),
                ZmqPair = parsed.GetValue(zmqPair),
                ZmqPattern = parsed.GetValue(zmqSub) ? ZmqPattern.PubSub : ZmqPattern.PushPull,
                ZmqVectors = parsed.GetValue(zmqVectors),
                ZmqPilots = parsed.GetValue(zmqPilots),
                ZmqLabels = parsed.GetValue(zmqLabels),
                Batch = parsed.GetValue(batch),
                BatchWait = TimeSpan.FromMilliseconds(double.IsFinite(parsed.GetValue(wait)) ? Math.Clamp(parsed.GetValue(wait), -1, 1e6) : -1),
                Queue = parsed.GetValue(queue),
                Threads = parsed.GetValue(threads),
                Cuda = parsed.GetValue(cuda),
                ApiKeys = parsed.GetValue(keys),
                Devices = parsed.GetValue(devices),
                DeviceKeys = parsed.GetValue(deviceKeys),
                AllowedHosts = parsed.GetValue(hosts) ?? [],
                Rate = parsed.GetValue(rate),
                MaximumRequestBytes = parsed.GetValue(maximum),
                Memory = parsed.GetValue(memory),
                Certificate = parsed.GetValue(certificate),
                CertificateKey = parsed.GetValue(certificateKey),
                JsonLogs = parsed.GetValue(logJson),
            };
            Serve(options, parsed.GetValue(json), interrupt);
            return 0;
        });
    }

    /// <summary>A command that makes a key.</summary>
    /// <param name="program">The command before it, for the examples.</param>
    public static Command NewKey(string program)
    {
        var name = new Argument<string>("NAME") { Description = "Whose key it is; one word." };
        var json = new Option<bool>("--json") { Description = "Print one line of JSON." };
        var command = new ExampleCommand("new-key", "Make a key for --api-keys: give the key to its user and add the line to the file.",
            $"{program} new-key garden",
            $"{program} new-key gate-camera --json")
        { name, json };
        command.SetAction(parsed =>
        {
            string word = parsed.GetValue(name)!;
            if (word.Length == 0 || word.Any(char.IsWhiteSpace) || word[0] == '#')
                throw new UsageException($"a key's name must be one word that does not start with #, not '{word}'");
            var (key, line) = ApiKeys.Make(word);
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(new { name = word, key, line }));
                return 0;
            }
            Console.Out.WriteLine($"key:  {key}");
            Console.Out.WriteLine($"line: {line}");
            return 0;
        });
        return command;
    }

    static void Serve(EdgeOptions options, bool json, CancellationToken interrupt)
    {
        try
        {
            EdgeServer.Run(options, server => Say(server, options, json), interrupt).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            // Stopped while starting: nothing was accepted.
        }
    }

    static void Say(EdgeServer server, EdgeOptions options, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new
            {
                http = server.Http?.ToString().TrimEnd('/'),
                grpc = server.Grpc?.ToString().TrimEnd('/'),
                udp = server.Udp?.ToString(),
                zmq = options.Zmq,
                pairs = server.Pairs.Zip(server.Descriptions, (pair, about) => new { name = pair.Name, id = pair.Id.ToString(), symbols = about.Symbols, classes = about.Classes.Count }),
            }));
            return;
        }
        foreach (var (pair, about) in server.Pairs.Zip(server.Descriptions))
            Line($"pair {pair.Name} ({pair.Id}): split at {about.Split}, {(about.Modes is { } modes ? $"{string.Join(", ", modes.Symbols)} symbols, {Plural.Of(modes.Ratios.Count, "width")}" : Plural.Of(about.Symbols, "symbol"))}, {Plural.Of(about.Classes.Count, "class", "classes")}");
        if (server.Http is { } http)
            Line($"page and REST: {http}");
        if (server.Grpc is { } grpc)
            Line($"gRPC:          {grpc}");
        if (server.Udp is { } udp)
            Line($"frames:        udp://{udp}");
        if (options.Zmq is not null)
            Line($"samples:       {options.Zmq}");
        Line(Reach(server, options));
        Line("Ctrl-C stops it.");

        static void Line(string text) => Console.Out.WriteLine(Printable.Line(text));
    }

    /// <summary>Who can reach the server; frames need no key.</summary>
    static string Reach(EdgeServer server, EdgeOptions options)
    {
        bool frames = server.Udp is { } udp && !IPAddress.IsLoopback(udp.Address);
        if ((server.Http?.IsLoopback ?? true) && (server.Grpc?.IsLoopback ?? true))
        {
            string local = $"bound to {(server.Http ?? server.Grpc)?.Host}: only this machine can reach it (--bind 0.0.0.0 opens it to others)";
            return frames ? $"open to the network for frames; everything else is {local}" : local;
        }
        return options.ApiKeys is null ? "open to the network without keys (--api-keys FILE)"
            : "open to the network for those who have a key" + (frames ? ", and for frames" : "");
    }

    static IPAddress Address(string? text) => text switch
    {
        null or "localhost" => IPAddress.Loopback,
        "*" => IPAddress.Any,
        _ => IPAddress.TryParse(text, out var address) ? address : throw new UsageException($"--bind must be an address of this machine such as 0.0.0.0 or 192.168.1.7, not '{text}'"),
    };
}
