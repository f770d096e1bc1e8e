using System.CommandLine;
using Heliograph.Edge.Security;
using Heliograph.Links;
using Heliograph.Pairs;
using Heliograph.Wording;
using Heliograph.Zmq;

namespace Heliograph.Cli.Commands;

static class RelayCommand
{
    public static Command Create(CancellationToken interrupt)
    {
        var pair = new Option<string>("--pair") { Description = "The pair whose symbols the stream carries.", HelpName = "FOLDER", Required = true };
        var udp = new Option<string>("--udp") { Description = "Where devices send their frames.", HelpName = "[HOST:]PORT", DefaultValueFactory = _ => $"{UdpAddress.DefaultPort}" };
        var zmq = new Option<string>("--zmq") { Description = "Where to bind the stream of samples, for GNU Radio to connect to; port * takes a free one.", HelpName = "tcp://HOST:PORT", Required = true };
        var pub = new Option<bool>("--pub") { Description = "Use PUB, for any number of readers; a slow reader loses messages. The default is PUSH, for one reader: while there is none, or its queue is full, whole frames are dropped after 100 ms." };
        var pilots = new Option<int>("--pilots") { Description = $"Put pilots (known symbols) on the stream with N frames between them ({SampleStream.DefaultPilotEvery} is usual), to keep the server in step; give serve --zmq-pilots the same number.", HelpName = "N" };
        var labels = new Option<string?>("--labels") { Description = "Also bind a socket that publishes the frames' labels, for serve --zmq-labels.", HelpName = "tcp://HOST:PORT" };
        var devices = new Option<string?>("--devices") { Description = "Accept frames only from the devices whose ids this file lists.", HelpName = "FILE" };
        var keys = new Option<string?>("--device-keys") { Description = "Accept frames from the devices in this file only with a MAC made with their keys; each line has an id and a key of 64 hexadecimal digits.", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "Print one line of JSON when ready and one at the end." };
        var command = new ExampleCommand("relay", "Pass frames from devices on as a bare stream of samples over ZeroMQ, as GNU Radio reads it (docs/gnuradio.md).",
            "heliograph relay --pair pairs/garden --udp 7355 --zmq tcp://127.0.0.1:7356",
            "heliograph relay --pair pairs/garden --udp 0.0.0.0:7355 --zmq tcp://127.0.0.1:7356 --pub",
            "heliograph relay --pair pairs/garden --zmq tcp://127.0.0.1:7356 --pilots 64 --labels tcp://127.0.0.1:7358")
        { pair, udp, zmq, pub, pilots, labels, devices, keys, json };
        command.SetAction(parsed =>
        {
            var opened = Pair.Open(parsed.GetValue(pair)!);
            using var sink = new ZmqSampleSink(parsed.GetValue(zmq)!, parsed.GetValue(pub) ? ZmqPattern.PubSub : ZmqPattern.PushPull,
                new SampleStream(opened.Id, opened.Description.Symbols, parsed.GetValue(pilots)));
            if (parsed.GetValue(labels) is not null && parsed.GetValue(pilots) == 0)
                throw new UsageException("--labels needs --pilots: only pilots show which frame of the stream a label belongs to");
            using var told = parsed.GetValue(labels) is { } where ? new ZmqLabelSink(where) : null;
            using var relay = new Relay(UdpAddress.Local(parsed.GetValue(udp)!), sink, Taken(parsed.GetValue(devices), parsed.GetValue(keys)), told);
            if (parsed.GetValue(json))
                Output.PrintJsonLine(new { udp = relay.LocalEndPoint.ToString(), zmq = sink.Address, labels = told?.Address, pair = opened.Id.ToString(), symbols = opened.Description.Symbols });
            else
                Output.Line($"frames of {opened.Description.Name} ({opened.Id}) from udp://{relay.LocalEndPoint} to {sink.Address}, {Plural.Of(opened.Description.Symbols, "symbol")} each; Ctrl-C ends it");
            relay.RunAsync(interrupt).GetAwaiter().GetResult();
            if (parsed.GetValue(json))
                Output.PrintJsonLine(new { frames = sink.Frames, refused = sink.Refused, dropped = sink.Dropped + relay.Left });
            else
                Output.Line($"{Plural.Of(sink.Frames, "frame")} carried, {sink.Refused} refused (another pair or length), {sink.Dropped + relay.Left} dropped (no reader)");
            return 0;
        });
        return command;
    }

    static AssemblerOptions Taken(string? devices, string? deviceKeys)
    {
        var known = devices is null ? null : KnownDevices.Read(devices);
        var keys = deviceKeys is null ? null : DeviceKeys.Read(deviceKeys);
        return new()
        {
            // A bare stream has one mode: the widest with the most symbols; how many they are the sink checks.
            Admit = header => known?.Contains(header.Frame.Device) == false ? Refusal.UnknownDevice : header.Frame.Width > 0 ? Refusal.UnknownMode : Refusal.None,
            MaxKept = 0,
            Keys = keys is null ? null : device => keys.GetValueOrDefault(device),
        };
    }
}
