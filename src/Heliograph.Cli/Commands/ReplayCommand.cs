using System.CommandLine;
using System.Globalization;
using Heliograph.Edge.Security;
using Heliograph.Links;
using Heliograph.Wording;

namespace Heliograph.Cli.Commands;

static class ReplayCommand
{
    // Long enough for an answer from a machine nearby; others are not waited for.
    static readonly TimeSpan Answer = TimeSpan.FromMilliseconds(50);

    public static Command Create(CancellationToken interrupt)
    {
        var recording = new Argument<string>("FILE") { Description = "A SigMF recording of frames, NAME.sigmf-meta or an archive NAME.sigmf, as made by heliograph-device send --record." };
        var to = new Option<string>("--to") { Description = $"Where the edge listens, udp://HOST:PORT (default port {UdpAddress.DefaultPort}).", HelpName = "ADDRESS", Required = true };
        var speed = new Option<double>("--speed") { Description = "1 keeps the recorded pauses, 2 halves them, 0 sends without pauses.", HelpName = "FACTOR", DefaultValueFactory = _ => 1 };
        var scale = new Option<string?>("--scale") { Description = "Factor for the samples if a radio recorded them with another gain: a number, or 'power' to restore the mean power that was sent.", HelpName = "FACTOR" };
        var keys = new Option<string?>("--device-keys") { Description = "Sign the frames of the devices in this file with their keys, for a server with --device-keys; each line has an id and a key of 64 hexadecimal digits.", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExampleCommand("replay", "Send the frames of a recording to a server again.",
            "heliograph replay sky.sigmf-meta --to udp://127.0.0.1:7355",
            "heliograph replay sky.sigmf-meta --to udp://edge --speed 0",
            "heliograph replay radio.sigmf --to udp://edge --scale power",
            "heliograph replay sky.sigmf-meta --to udp://edge --device-keys keys")
        { recording, to, speed, scale, keys, json };
        command.SetAction(parsed =>
        {
            double factor = parsed.GetValue(speed);
            if (factor is not (0 or >= 1e-3))
                throw new UsageException(FormattableString.Invariant($"--speed must be 0 or at least 0.001, not {factor}"));
            var known = parsed.GetValue(keys) is { } file ? DeviceKeys.Read(file) : null;
            var reader = SigmfReader.Open(parsed.GetValue(recording)!);
            if (reader.Count == 0)
            {
                throw new InvalidDataException($"{parsed.GetValue(recording)}: 0 frames to send: " + (reader.Missing > 0
                    ? $"the samples of all {reader.Missing} frames that it names are missing"
                    : "none of its annotations names the pair (heliograph:pair)"));
            }
            if (reader.WasTorn)
                Output.Note("the end of the recording is torn; the complete frames are sent");
            if (reader.Missing > 0)
                Output.Note($"the recording lacks the samples of {reader.Missing} of its {reader.Count + reader.Missing} frames; the others are sent");
            SetScale(reader, parsed.GetValue(scale));
            var writer = new FrameWriter(SampleFormat.Cf32, FrameWriter.DefaultDatagramBytes, known is null ? null : device => known.GetValueOrDefault(device));
            using var sender = new UdpFrameSender(UdpAddress.Resolve(parsed.GetValue(to)!), writer);
            long sent = Replay.RunAsync(reader.Frames(), sender, factor == 0 ? double.PositiveInfinity : factor, TimeProvider.System, interrupt).GetAwaiter().GetResult();
            bool refused = sender.HearRefusal(Answer);
            if (parsed.GetValue(json))
                Output.PrintJson(new { frames = sent, datagrams = sender.Sent, refused = sender.Refused, failed = sender.Failed });
            else
                Output.Line($"{Plural.Of(sent, "frame")} sent in {Plural.Of(sender.Sent, "datagram")}{(sender.Failed > 0 ? $"; {sender.Failed} more could not be sent" : "")}");
            if (sender.Failure is { } failure)
                throw new IOException($"cannot send to {parsed.GetValue(to)}: {failure}; {sender.Failed} of {sender.Sent + sender.Failed} datagrams could not be sent, including the last");
            if (refused)
                throw new IOException($"nobody is listening at {parsed.GetValue(to)}: the system reports that {sender.Refused} of {sender.Sent} datagrams were refused, including the last");
            return 0;
        });
        return command;
    }

    static void SetScale(SigmfReader reader, string? text)
    {
        // Noise cannot explain a mean power below this, since vectors are sent with mean power 1.
        const double leastPower = 0.8;
        if (text == "power")
            reader.ScaleToPower();
        else if (text is not null)
            reader.Scale = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double factor) && double.IsNormal(factor) && factor > 0 ? factor
                : throw new UsageException($"--scale must be a number above 0 or 'power', not '{text}'");
        else if (!reader.SaysScale)
            Output.Note(FormattableString.Invariant($"{reader.Datatype} has no unit: samples are scaled to the mean power that was sent (--scale {reader.Scale:g6})"));
        if (text != "power" && reader.MeanPower() is < leastPower and var power)
            Output.Note(FormattableString.Invariant($"the frames' mean power is {power:g3}, but symbols are sent with mean power 1: they were received with another gain (--scale power)"));
    }
}
