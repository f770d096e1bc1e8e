using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Channels;
using Heliograph.Images;
using Heliograph.Links;
using Heliograph.Pairs;

namespace Heliograph.Device.Tests;

public sealed class ElasticSendTest : IDisposable
{
    readonly Workplace place = new();
    readonly Listener edge = new();
    readonly Pair pair;
    readonly RgbImage picture;

    public ElasticSendTest()
    {
        pair = ElasticPairs.Make().Write(place.In("elastic"));
        picture = place.Picture("a.ppm", 32, 32, 1);
    }

    public void Dispose()
    {
        edge.Dispose();
        place.Dispose();
    }

    ProgramResult Send(params string[] arguments) => place.Run(["send", "--pair", "elastic", "--to", edge.Address, .. arguments]);

    [Fact]
    public void Each_mode_is_sent_as_the_library_encodes_it()
    {
        var modes = new (string[] Arguments, int Width, int Symbols)[] { ([], 0, 64), (["--width", "50", "--symbols", "16"], 1, 16), (["--width", "87.5", "--symbols", "32"], 2, 32) };
        for (int i = 0; i < modes.Length; i++)
        {
            var (arguments, width, symbols) = modes[i];
            var line = JsonNode.Parse(Send([.. arguments, "--json", "a.ppm"]).Succeeded().Output)!;
            var frame = edge.Take(i + 1).Single(frame => frame.Symbols.Length == symbols);
            var encoder = new Runtime.Encoder(pair.DeviceOf(new(width, symbols)));
            float[] expected = new float[symbols];
            encoder.Encode(picture.Pixels, expected);
            Assert.Equal(expected, frame.Symbols);
            Assert.Equal(((byte)width, pair.Id, (Question?)null), (frame.Width!.Value, frame.Pair, frame.Question));
            Assert.Equal(((double)new[] { 0, 50, 87.5 }[width], symbols, encoder.Macs), ((double)line["mode"]!["width"]!, (int)line["mode"]!["symbols"]!, (long)line["macs"]!));
            Assert.Null(line["answer"]);
        }
        var bench = JsonNode.Parse(place.Run("bench", "--pair", "elastic", "--width", "87.5", "--symbols", "16", "--rounds", "3", "--json").Succeeded().Output)!;
        Assert.True((double)bench["medianMicroseconds"]! > 0);
    }

    [Fact]
    public void An_encoder_that_knows_the_SNR_is_told_the_expected_one_and_without_it_none()
    {
        var known = ElasticPairs.Make(name: "known", knowsSnr: true).Write(place.In("known"));
        var reports = new (string[] Arguments, double? Decibels)[] { ([], null), (["--snr", "6.2"], 6), (["--snr", "-100"], 0) };
        for (int i = 0; i < reports.Length; i++)
        {
            place.Run(["send", "--pair", "known", "--to", edge.Address, "--device", $"{i}", .. reports[i].Arguments, "a.ppm"]).Succeeded();
            var frame = edge.Take(i + 1).Single(frame => frame.Device == (ulong)i);
            var encoder = new Runtime.Encoder(known.Device);
            encoder.Tell(reports[i].Decibels is { } decibels ? Snr.FromDecibels(decibels) : null);
            float[] expected = new float[encoder.SymbolCount];
            encoder.Encode(picture.Pixels, expected);
            Assert.Equal(expected, frame.Symbols);
        }
        Assert.Distinct(edge.Take(3).Select(frame => frame.Symbols[0]));
    }

    [Fact]
    public void A_device_that_carries_one_width_uses_it()
    {
        foreach (string other in (string[])["device.safetensors", "device-87.5.safetensors", "edge.safetensors"])
            File.Delete(place.In("elastic", other));
        Send("a.ppm").Succeeded();
        Assert.Equal((byte)1, Assert.Single(edge.Take(1)).Width);
        var missing = Send("--width", "0", "a.ppm");
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("device.safetensors", Assert.Single(missing.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_whose_questions_are_not_answered_goes_on_with_the_fewest_symbols()
    {
        var result = Send("--symbols", "auto:16-64", "--confidence", "0.9", "--wait", "50", "--repeat", "8", "--json", "--record", "sky.sigmf-meta", "a.ppm").Succeeded();
        var frames = edge.Take(8);
        Assert.All(frames, frame => Assert.Equal((16, 0), (frame.Symbols.Length, frame.Known)));
        Assert.All(frames, frame => Assert.Equal(0.9, frame.Question!.Value.Confidence, 1.0 / 255));
        Assert.Equal(8, frames.Select(frame => frame.Question!.Value.Nonce).Distinct().Count());
        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()).ToArray();
        Assert.All(lines, line => Assert.True(line.ContainsKey("answer") && line["answer"] is null && (int)line["mode"]!["symbols"]! == 16));
        Assert.Equal("the edge has not answered 3 questions in a row: until it does, each frame has 16 symbols and waits for no answer", Assert.Single(result.ErrorLines));
        // What was sent is recorded.
        Assert.All(SigmfReader.Open(place.In("sky.sigmf-meta")).Frames(), frame => Assert.Equal((16, (byte)0), (frame.Symbols.Length, frame.Width!.Value)));
    }

    [Fact]
    public async Task The_SNR_of_an_answer_that_came_late_is_believed()
    {
        var known = ElasticPairs.Make(name: "known", knowsSnr: true).Write(place.In("known"));
        var seen = new ConcurrentQueue<Frame>();
        UdpFrameReceiver? answering = null;
        using var receiver = answering = new UdpFrameReceiver(new(IPAddress.Loopback, 0), frame =>
        {
            seen.Enqueue(frame);
            // Later than the device waits, but before it sends again.
            _ = Task.Delay(25).ContinueWith(_ => answering!.Answer(frame, 0, 6, 1), TaskScheduler.Default);
            return true;
        });
        using var end = new CancellationTokenSource();
        var running = receiver.RunAsync(end.Token);
        place.Run("send", "--pair", "known", "--to", $"udp://{receiver.LocalEndPoint}", "--symbols", "auto:16-64", "--wait", "1", "--rate", "20", "--repeat", "60", "a.ppm").Succeeded();
        await end.CancelAsync();
        await running;
        var encoder = new Runtime.Encoder(known.Device);
        encoder.Tell(Snr.FromDecibels(6));
        float[] expected = new float[encoder.SymbolCount];
        encoder.Encode(picture.Pixels, expected);
        Assert.NotEqual(expected[..16], seen.First().Symbols);
        Assert.Contains(seen, frame => frame.Symbols.AsSpan().SequenceEqual(expected.AsSpan(0, 16)));
    }

    [Fact]
    public void A_request_to_end_ends_the_wait_for_an_answer()
    {
        using var program = Programs.Start(place.Path,
            [.. DevicePrograms.Built, "send", "--pair", "elastic", "--to", edge.Address, "--symbols", "auto:16-64", "--wait", "60000", "--repeat", "0", "a.ppm"]);
        edge.Take(1);
        long asked = Stopwatch.GetTimestamp();
        program.SendInterrupt();
        Assert.Equal(130, program.Wait().ExitCode);
        Assert.InRange(Stopwatch.GetElapsedTime(asked).TotalSeconds, 0, 20);
    }

    [Theory]
    [InlineData("elastic", "--width 40", "--width: pair elastic has device halves that lack 0, 50, 87.5 % of the filters, not '40'")]
    [InlineData("elastic", "--symbols 48", "--symbols: pair elastic sends 16, 32, 64 symbols, not '48'")]
    [InlineData("elastic", "--symbols 0", "--symbols: pair elastic sends 16, 32, 64 symbols, not '0'")]
    [InlineData("elastic", "--symbols auto:64-16", "--symbols auto:64-16: the least must be below the most, of 16, 32, 64")]
    [InlineData("elastic", "--symbols auto:16", "--symbols must be a number, auto or auto:LEAST-MOST, not 'auto:16'")]
    [InlineData("elastic", "--symbols auto:16-65", "--symbols: pair elastic sends 16, 32, 64 symbols, not '65'")]
    [InlineData("elastic", "--confidence 0.5", "--confidence and --wait are about the edge's answers: give --symbols auto")]
    [InlineData("elastic", "--symbols auto --confidence 2", "--confidence must be a number from 0 to 1, not '2'")]
    [InlineData("elastic", "--symbols auto --dry-run", "--symbols auto needs an edge that answers, which --dry-run does not ask")]
    [InlineData("elastic", "--snr 6", "--snr: the encoder of pair elastic knows no SNR (elastic.encoderSnr)")]
    [InlineData("elastic", "--snr nan", "--snr must be a number from -100 to 100, not 'nan'")]
    [InlineData("elastic", "--snr 101", "--snr must be a number from -100 to 100, not '101'")]
    [InlineData("pair", "--symbols 64", "one mode")]
    [InlineData("pair", "--width 50", "--width and --symbols are for elastic pairs")]
    public void What_the_pair_does_not_have_is_told_in_one_line(string folder, string arguments, string said)
    {
        var result = place.Run(["send", "--pair", folder, "--to", edge.Address, .. arguments.Split(' '), "a.ppm"]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(said, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }
}
