using System.Text.Json.Nodes;
using Heliograph.Links;

namespace Heliograph.Device.Tests;

public sealed class SendTest : IDisposable
{
    readonly Workplace place = new();
    readonly Listener edge = new();

    public void Dispose()
    {
        edge.Dispose();
        place.Dispose();
    }

    [Fact]
    public void A_folder_is_sent_in_order_with_the_symbols_of_the_encoder_and_the_labels_of_its_folders()
    {
        var pictures = new[] { ("class 0", "a.ppm", 32, 32), ("class 3", "b.ppm", 50, 40), ("class 3", "c.PPM", 17, 90) }
            .Select((p, i) => place.Picture(Path.Combine("photos", p.Item1, p.Item2), p.Item3, p.Item4, i)).ToArray();
        File.WriteAllText(place.In("photos", "notes.txt"), "no picture");
        File.WriteAllText(place.In("photos", "class 0", "._a.ppm"), "no picture");
        // The device reads nothing else of the pair.
        File.Delete(place.In("pair", "edge.safetensors"));

        var result = place.Run("send", "--pair", "pair", "--to", edge.Address, "--labels", "folders", "--device", "0x2a", "--json", "photos").Succeeded();
        var frames = edge.Take(3);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(place.Pair.Id, frames[i].Pair);
            Assert.Equal((42ul, (ulong)i, 0), (frames[i].Device, frames[i].Sequence, frames[i].Erased));
            Assert.Equal(i == 0 ? 0 : 3, frames[i].Label);
            Assert.Null(frames[i].SenderSnrDb);
            Assert.Null(frames[i].Thumbnail);
            Close(place.Symbols(pictures[i]), frames[i].Symbols, 1e-5f);
        }
        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        var last = JsonNode.Parse(lines[2])!;
        Assert.Equal(["seq", "source", "macs", "encodeMicroseconds", "bytesSent"], last.AsObject().Select(member => member.Key));
        Assert.Equal(2, (int)last["seq"]!);
        Assert.EndsWith("c.PPM", (string)last["source"]!, StringComparison.Ordinal);
        Assert.Equal(place.Pair.Description.Costs!.Device.Macs, (long)last["macs"]!);
        Assert.True((double)last["encodeMicroseconds"]! > 0);
        Assert.True((int)last["bytesSent"]! > 4 * frames[2].Symbols.Length);
    }

    [Fact]
    public void Noise_of_the_sender_has_the_asked_power_and_repeats_with_its_seed()
    {
        var picture = place.Picture("a.ppm", 32, 32, 1);
        float[] clean = place.Symbols(picture);
        string[] arguments = ["send", "--pair", "pair", "--to", edge.Address, "--channel", "awgn:3", "--seed", "5", "--repeat", "300", "--thumbnail", "a.ppm"];
        place.Run(arguments).Succeeded();
        var frames = edge.Take(300);
        double power = frames.Average(frame => frame.Symbols.Zip(clean, (y, x) => (double)(y - x) * (y - x)).Average());
        // 300 frames of B symbols: the estimate's deviation is √(2/n) of the variance; 4 of them.
        double variance = Math.Pow(10, -0.3), n = 300.0 * clean.Length;
        Assert.InRange(power, variance * (1 - 4 * Math.Sqrt(2 / n)), variance * (1 + 4 * Math.Sqrt(2 / n)));
        Assert.All(frames, frame => Assert.Equal(3, frame.SenderSnrDb!.Value, 1e-5));
        Assert.All(frames, frame => Assert.Equal(picture.Pixels, frame.Thumbnail!.Rgb));
        Assert.NotEqual(frames[0].Symbols, frames[1].Symbols);

        place.Run(arguments).Succeeded();
        var both = edge.Take(600).GroupBy(frame => frame.Stream).ToArray();
        Assert.Equal(2, both.Length);
        Assert.Equal(both[0].Select(frame => frame.Symbols), both[1].Select(frame => frame.Symbols));
    }

    [Fact]
    public void Raw_frames_and_a_picture_come_from_standard_input()
    {
        byte[] video = new byte[2 * 3 * 40 * 30];
        new Random(3).NextBytes(video);
        Send(video, "--rgb", "30x40", "-").Succeeded();
        Send(Workplace.Ppm(40, 30, video[..3600]), "-").Succeeded();
        var frames = edge.Take(3);
        Assert.Equal(3, frames.Length);
        var streams = frames.GroupBy(frame => frame.Stream).OrderBy(stream => stream.Count()).ToArray();
        Close(place.Symbols(new(40, 30, video[..3600])), streams[0].Single().Symbols, 1e-5f);
        Close(place.Symbols(new(40, 30, video[..3600])), streams[1].First().Symbols, 1e-5f);
        Close(place.Symbols(new(40, 30, video[3600..])), streams[1].Last().Symbols, 1e-5f);

        var torn = Send(video[..3700], "--rgb", "30x40", "-");
        Assert.Equal(1, torn.ExitCode);
        Assert.Equal(["error: standard input ended in frame 1, after 100 of its 3600 bytes"], torn.ErrorLines);

        ProgramResult Send(byte[] input, params string[] arguments) =>
            Programs.Run(place.Path, [.. DevicePrograms.Built, "send", "--pair", "pair", "--to", edge.Address, "--json", .. arguments], input);
    }

    [Fact]
    public void What_is_sent_is_recorded()
    {
        place.Picture("a.ppm", 32, 32, 1);
        place.Run("send", "--pair", "pair", "--to", edge.Address, "--record", "sky.sigmf-meta", "--repeat", "5", "--channel", "awgn:10", "a.ppm").Succeeded();
        var sent = edge.Take(5);
        var recorded = SigmfReader.Open(place.In("sky.sigmf-meta")).Frames().ToArray();
        Assert.Equal(sent.Select(frame => frame.Symbols), recorded.Select(frame => frame.Symbols));
        Assert.Equal(sent.Select(frame => frame.Header), recorded.Select(frame => frame.Header));

        var again = place.Run("send", "--pair", "pair", "--dry-run", "--record", "sky.sigmf-meta", "a.ppm");
        Assert.Equal(2, again.ExitCode);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void With_a_key_every_datagram_has_its_MAC()
    {
        byte[] secret = new byte[DeviceKey.Bytes];
        new Random(1).NextBytes(secret);
        File.WriteAllText(place.In("device.key"), Convert.ToHexString(secret));
        File.SetUnixFileMode(place.In("device.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        place.Picture("a.ppm", 32, 32, 1);
        using var strict = new Listener(new() { Keys = device => device == 5 ? new(secret) : null });
        string[] arguments = ["send", "--pair", "pair", "--to", strict.Address, "--device", "5", "--thumbnail", "a.ppm"];
        place.Run(arguments).Succeeded();
        place.Run([.. arguments, "--key", "device.key"]).Succeeded();
        var frame = Assert.Single(strict.Take(1));
        Assert.True(frame.Authenticated);
        Assert.NotNull(frame.Thumbnail);

        File.SetUnixFileMode(place.In("device.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var refused = place.Run([.. arguments, "--key", "device.key"]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Equal(["error: device.key: holds keys, but someone other than its owner may read or change it; chmod 600 device.key"], refused.ErrorLines);
    }

    [Fact]
    public void Half_the_bytes_as_16_bit_integers()
    {
        var picture = place.Picture("a.ppm", 32, 32, 1);
        place.Run("send", "--pair", "pair", "--to", edge.Address, "--format", "ci16", "a.ppm").Succeeded();
        Close(place.Symbols(picture), edge.Take(1)[0].Symbols, 1e-3f);
    }

    [Fact]
    public void A_request_to_end_stops_between_frames_and_keeps_the_recording()
    {
        place.Picture("a.ppm", 32, 32, 1);
        using var program = Programs.Start(place.Path,
            [.. DevicePrograms.Built, "send", "--pair", "pair", "--to", edge.Address, "--repeat", "0", "--rate", "50", "--record", "sky.sigmf-meta", "a.ppm"]);
        edge.Take(3);
        program.SendInterrupt();
        Assert.Equal(130, program.Wait().ExitCode);
        int frames = edge.Take(3).Length;
        Assert.InRange(SigmfReader.Open(place.In("sky.sigmf-meta")).Count, frames, frames + 2);
    }

    [Fact]
    public void A_rate_is_kept()
    {
        place.Picture("a.ppm", 32, 32, 1);
        place.Run("send", "--pair", "pair", "--to", edge.Address, "--repeat", "21", "--rate", "20", "a.ppm").Succeeded();
        var frames = edge.Take(21);
        double seconds = (frames[^1].SentMicroseconds - frames[0].SentMicroseconds) / 1e6;
        Assert.InRange(seconds, 0.9, 3);
    }

    [Fact]
    public void Shuffled_every_image_comes_once_a_round_with_its_own_label()
    {
        for (int i = 0; i < 4; i++)
            place.Picture(Path.Combine("photos", $"{i}.ppm"), 32, 32, i);
        // A line an image, in the order of the names, whatever the order of sending.
        File.WriteAllLines(place.In("labels.txt"), ["class 3", "class 1", "class 0", "class 2"]);
        int[] labels = [3, 1, 0, 2];
        float[][] symbols = [.. Enumerable.Range(0, 4).Select(i => place.Symbols(place.Picture("same.ppm", 32, 32, i)))];
        string[] arguments = ["send", "--pair", "pair", "--to", edge.Address, "--labels", "labels.txt", "--shuffle", "--seed", "5", "--repeat", "6", "photos"];
        place.Run(arguments).Succeeded();
        var frames = edge.Take(24);
        int[] order = [.. frames.Select(frame => Array.IndexOf(labels, frame.Label!.Value))];
        for (int i = 0; i < 24; i++)
            Close(symbols[order[i]], frames[i].Symbols, 1e-5f);
        Assert.All(order.Chunk(4), round => Assert.Equal([0, 1, 2, 3], round.Order()));
        Assert.InRange(order.Chunk(4).Select(round => string.Join(' ', round)).Distinct().Count(), 3, 6);

        place.Run(arguments).Succeeded();
        var both = edge.Take(48).GroupBy(frame => frame.Stream).ToArray();
        Assert.Equal(both[0].Select(frame => frame.Label), both[1].Select(frame => frame.Label));
    }

    [Fact]
    public void A_dry_run_as_JSON_gives_the_symbols()
    {
        var picture = place.Picture("a.ppm", 32, 32, 1);
        var line = JsonNode.Parse(place.Run("send", "--pair", "pair", "--dry-run", "--json", "a.ppm").Succeeded().Output)!;
        Close(place.Symbols(picture), [.. line["symbols"]!.AsArray().Select(symbol => (float)symbol!)], 1e-5f);
        var sent = JsonNode.Parse(place.Run("send", "--pair", "pair", "--to", edge.Address, "--json", "a.ppm").Succeeded().Output)!;
        Assert.Null(sent["symbols"]);
    }

    [Fact]
    public void A_port_where_nobody_listens_is_said_once_and_fails_in_the_end()
    {
        place.Picture("a.ppm", 32, 32, 1);
        int port;
        using (var taken = new System.Net.Sockets.UdpClient(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0)))
            port = ((System.Net.IPEndPoint)taken.Client.LocalEndPoint!).Port;
        foreach (int repeat in new[] { 1, 20 })
        {
            var result = place.Run("send", "--pair", "pair", "--to", $"udp://127.0.0.1:{port}", "--repeat", $"{repeat}", "--json", "a.ppm");
            Assert.Equal(1, result.ExitCode);
            Assert.Equal(repeat, result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
            Assert.Equal(repeat == 1 ? 1 : 2, result.ErrorLines.Length);
            Assert.Matches($@"^error: nobody is listening at udp://127\.0\.0\.1:{port}: the system reports that \d+ of {repeat} datagrams were refused", result.ErrorLines[^1]);
        }
        // Where somebody listens there is nothing to say.
        Assert.Empty(place.Run("send", "--pair", "pair", "--to", edge.Address, "--json", "a.ppm").Succeeded().Error);
    }

    [SkippableFact]
    public void A_network_that_goes_down_is_said_once_and_fails_in_the_end()
    {
        place.Picture("a.ppm", 32, 32, 1);
        Skip.If(Programs.Find("ip") is null || Programs.Find("unshare") is null || Programs.Run(place.Path, ["unshare", "-rn", "ip", "link", "set", "lo", "up"]).ExitCode != 0,
            "a network of its own needs ip and unshare, and permission for it");
        string program = string.Join(' ', DevicePrograms.Built.Select(part => $"'{part}'"));
        var result = Programs.Run(place.Path, ["unshare", "-rn", "bash", "-c", $"""
            ip link set lo up
            {program} send --pair pair --to udp://127.0.0.1:7355 --rate 20 --repeat 60 --json a.ppm > lines &
            until [ -s lines ]; do sleep 0.02; done
            ip addr del 127.0.0.1/8 dev lo
            wait $!
            """]);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(60, File.ReadAllLines(place.In("lines")).Length);
        Assert.Single(result.ErrorLines, line => line.Contains("nothing can be sent to udp://127.0.0.1:7355: Network is unreachable; sending continues", StringComparison.Ordinal));
        Assert.Matches(@"^error: cannot send to udp://127\.0\.0\.1:7355: Network is unreachable; \d+ of \d+ datagrams could not be sent, including the last$", result.ErrorLines[^1]);
    }

    internal static void Close(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        float scale = expected.Max(MathF.Abs);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(MathF.Abs(expected[i] - actual[i]) <= tolerance * scale, $"symbol {i}: {actual[i]}, not {expected[i]}");
    }
}
