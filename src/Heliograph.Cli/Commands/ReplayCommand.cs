using System.CommandLine;
using Heliograph.CommandLine;
using Heliograph.Links;

namespace Heliograph.Cli.Commands;

static class ReplayCommand
{
    public static Command Create(CancellationToken interrupt)
    {
        var recording = new Argument<string>("FILE") { Description = "A SigMF recording, NAME.sigmf-meta, as heliograph-device send --record makes it." };
        var to = new Option<string>("--to") { Description = $"Where the edge listens, udp://HOST:PORT (port {UdpAddress.DefaultPort} unless told otherwise).", HelpName = "ADDRESS", Required = true };
        var speed = new Option<double>("--speed") { Description = "1 keeps the pauses as they were recorded, 2 halves them; 0 sends without a pause.", HelpName = "FACTOR", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExampleCommand("replay", "Send a recording's frames to a server again.",
            "heliograph replay sky.sigmf-meta --to udp://127.0.0.1:7355",
            "heliograph replay sky.sigmf-meta --to udp://edge --speed 0")
        { recording, to, speed, json };
        command.SetAction(parsed =>
        {
            double factor = parsed.GetValue(speed);
            if (factor is not (0 or >= 1e-3))
                throw new UsageException(FormattableString.Invariant($"--speed must be 0 or at least 0.001, not {factor}"));
            var reader = SigmfReader.Open(parsed.GetValue(recording)!);
            if (reader.WasTorn)
                Console.Error.WriteLine("the recording's end was torn; what is whole is sent");
            if (reader.Missing > 0)
                Console.Error.WriteLine($"the recording lacks the samples of {reader.Missing} of its {reader.Count + reader.Missing} frames; the others are sent");
            using var sender = new UdpFrameSender(UdpAddress.Resolve(parsed.GetValue(to)!));
            long sent = Replay.RunAsync(reader.Frames(), sender, factor == 0 ? double.PositiveInfinity : factor, interrupt).GetAwaiter().GetResult();
            if (parsed.GetValue(json))
                Output.PrintJson(new { frames = sent, datagrams = sender.Sent });
            else
                Console.Out.WriteLine($"{Plural.Of(sent, "frame")} sent in {Plural.Of(sender.Sent, "datagram")}");
            return 0;
        });
        return command;
    }
}
