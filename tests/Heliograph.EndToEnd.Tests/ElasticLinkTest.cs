using System.Text.Json;
using Heliograph.Channels;
using Heliograph.Images;
using Heliograph.Links;
using Heliograph.Pairs;
using Heliograph.Runtime;
using Heliograph.Statistics;

namespace Heliograph.EndToEnd.Tests;

/// <summary>An elastic pair between the device program and the server, as processes.</summary>
public sealed class ElasticLinkTest : IDisposable
{
    static readonly string[] Device = Programs.Built("Heliograph.Device", "heliograph-device", "heliograph-device");

    readonly Place place = new();
    readonly Pair pair;

    public ElasticLinkTest()
    {
        pair = ElasticPairs.Make().Write(place.In("pairs", "elastic"));
        place.Run("data", "images", "signs", "--to", "photos", "--count", "6").Succeeded();
    }

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_device_sends_as_many_symbols_as_the_edge_wishes_for(bool keyed)
    {
        string secret = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));
        string[] serve = [], send = [];
        if (keyed)
        {
            place.Write("keys", $"0x2a {secret}\n");
            place.Write("key", secret);
            if (!OperatingSystem.IsWindows())
            {
                foreach (string file in (string[])["keys", "key"])
                    File.SetUnixFileMode(place.In(file), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
            (serve, send) = (["--device-keys", "keys"], ["--key", "key"]);
        }
        using var server = place.Start(["serve", "--pairs", "pairs", "--http", "0", "--udp", "0", "--json", .. serve]);
        var started = JsonDocument.Parse(await server.FirstLine()).RootElement;
        using var http = new HttpClient { BaseAddress = new(started.At("http").GetString()!) };
        // Nobody is ever quite sure; half sure; and whatever the answer, it will do.
        var (all, _) = Sent("1", "0x2a");
        Assert.All(all, symbols => Assert.Equal(64, symbols));
        var (least, confidences) = Sent("0", keyed ? "0x2a" : "0x2b");
        Assert.All(least, symbols => Assert.Equal(16, symbols));
        double middle = confidences.Order().ElementAt(confidences.Length / 2);
        var (some, _) = Sent(middle.ToString(System.Globalization.CultureInfo.InvariantCulture), keyed ? "0x2a" : "0x2c");
        Assert.InRange(some.Average(), 17, 63);

        long saved = 0, frames = 0;
        foreach (var device in JsonDocument.Parse(await http.GetStringAsync("/api/status")).RootElement.At("devices").EnumerateArray())
            (saved, frames) = (saved + device.At("saved").GetInt64(), frames + device.At("frames").GetInt64());
        Assert.Equal((18, 18 * 64 - all.Sum() - least.Sum() - some.Sum()), (frames, saved));
        server.SendTerminate();
        Assert.Equal(0, server.Wait().ExitCode);

        (int[] Symbols, double[] Confidences) Sent(string confidence, string device)
        {
            var lines = Programs.Run(place.Path, [.. Device, "send", "--pair", "pairs/elastic", "--to", $"udp://{started.At("udp").GetString()}", "--device", device, "--width", "50",
                "--symbols", "auto:16-64", "--confidence", confidence, "--wait", "10000", "--json", .. send, "photos"]).Succeeded().Output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
            Assert.Equal(6, lines.Length);
            return ([.. lines.Select(line => line.At("mode").At("symbols").GetInt32())], [.. lines.Select(line => line.At("answer").Number("confidence"))]);
        }
    }

    [Fact]
    public async Task An_encoder_that_knows_the_SNR_is_told_what_the_edge_last_reported()
    {
        var known = ElasticPairs.Make(name: "known", knowsSnr: true).Write(place.In("pairs", "known"));
        using var server = place.Start("serve", "--pairs", "pairs", "--http", "0", "--udp", "0", "--json");
        var started = JsonDocument.Parse(await server.FirstLine()).RootElement;
        JsonElement[] lines = [.. Programs.Run(place.Path, [.. Device, "send", "--pair", "pairs/known", "--to", $"udp://{started.At("udp").GetString()}", "--symbols", "auto", "--confidence", "1", "--wait", "10000",
            "--channel", "awgn:6", "--seed", "7", "--record", "sent.sigmf-meta", "--json", "photos"]).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        var frames = SigmfReader.Open(place.In("sent.sigmf-meta")).Frames().ToArray();
        Assert.Equal((6, 6), (lines.Length, frames.Length));
        var encoder = new Encoder(known.Device);
        double? reported = null;
        int told = 0;
        foreach (var (line, frame) in lines.Zip(frames))
        {
            byte[] pixels = ImageFile.Read(Path.Combine(place.Path, line.At("source").GetString()!)).Fit(32, 32).Pixels;
            // The answers are printed in hundredths of a dB.
            float[] expected = Sent(reported), unreported = Sent(null);
            Assert.Equal(64, frame.Symbols.Length);
            Assert.Equal(expected, frame.Symbols);
            told += expected.SequenceEqual(unreported) ? 0 : 1;
            reported = line.At("answer").At("snrDb") is { ValueKind: JsonValueKind.Number } snr ? snr.GetDouble() : null;

            float[] Sent(double? decibels)
            {
                float[] symbols = new float[64];
                encoder.Tell(decibels is { } db ? Snr.FromDecibels(db) : null);
                encoder.Encode(pixels, symbols);
                new AwgnChannel().Transmit(symbols, Snr.FromDecibels(6), new RandomStream(7, "device", (long)frame.Sequence));
                return symbols;
            }
        }
        Assert.InRange(told, 3, 5);
    }

    [Fact]
    public async Task An_edge_without_the_devices_key_is_not_believed()
    {
        place.Write("key", string.Concat(Enumerable.Repeat("0123456789abcdef", 4)));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(place.In("key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var server = place.Start("serve", "--pairs", "pairs", "--http", "0", "--udp", "0", "--json");
        var started = JsonDocument.Parse(await server.FirstLine()).RootElement;
        var result = Programs.Run(place.Path, [.. Device, "send", "--pair", "pairs/elastic", "--to", $"udp://{started.At("udp").GetString()}", "--symbols", "auto", "--confidence", "1",
            "--wait", "100", "--key", "key", "photos"]).Succeeded();
        Assert.Contains(result.ErrorLines, line => line.StartsWith("the edge has not answered 3 questions in a row", StringComparison.Ordinal));
        Assert.Contains(result.ErrorLines, line => line.StartsWith("6 frames sent, ", StringComparison.Ordinal) && line.Contains("16 symbols on average (75 % fewer than 64)", StringComparison.Ordinal));
        Assert.Contains("the edge answered about 0 of 6 frames", result.ErrorLines);
    }

    [Fact]
    public void Pair_info_tells_the_modes()
    {
        var info = place.Run("pair", "info", "pairs/elastic").Succeeded();
        Assert.Contains($"({pair.Id}), every file verified", info.Output, StringComparison.Ordinal);
        Assert.Contains("widths with 0, 50, 87.5 % of the filters removed; 16, 32, 64 symbols", info.Output, StringComparison.Ordinal);
        var modes = place.Run("pair", "info", "pairs/elastic", "--json").Succeeded().Json().At("modes");
        Assert.Equal([0, 0.5, 0.875], modes.At("ratios").EnumerateArray().Select(ratio => ratio.GetDouble()));
        Assert.Equal([16, 32, 64], modes.At("symbols").EnumerateArray().Select(count => count.GetInt32()));
    }
}
