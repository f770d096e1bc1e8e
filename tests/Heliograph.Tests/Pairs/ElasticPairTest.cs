using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Heliograph.Channels;
using Heliograph.Codes;
using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Runtime;
using Encoding = System.Text.Encoding;

namespace Heliograph.Tests.Pairs;

public sealed class ElasticPairTest : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("heliograph-").FullName;

    string Folder => Path.Combine(root, "elastic");

    string DescriptionPath => Path.Combine(Folder, Pair.DescriptionFile);

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void What_was_written_is_read()
    {
        var parts = ElasticPairs.Make();
        var written = parts.Write(Folder);
        Assert.Equal(["device-50.safetensors", "device-87.5.safetensors", "device.safetensors", "edge.safetensors", "pair.json"],
            Directory.GetFiles(Folder).Select(Path.GetFileName).Order());
        var pair = Pair.Open(Folder);
        pair.Verify();
        Assert.Equal((3, written.Id), (pair.Description.Version, pair.Id));
        Assert.Equal(ElasticPairs.Modes, pair.Description.Modes);
        Assert.Equal(parts.Description.Widths, pair.Description.Widths);
        Weights[] weights = [parts.Device, .. parts.Widths];
        foreach (var mode in ElasticPairs.Modes.All.Where(mode => mode.Symbols == 64))
        {
            foreach (var (name, array) in pair.DeviceOf(mode).Model.Weights)
                Assert.Equal(weights[mode.Width][name].Values, array.Values);
        }
        Assert.Equal("the pair elastic has no width 1 with 48 symbols", Assert.Throws<UsageException>(() => pair.DeviceOf(new(1, 48))).Message);
        Assert.Throws<UsageException>(() => pair.DeviceOf(new(3, 64)));
    }

    [Fact]
    public void The_first_symbols_are_the_same_bit_for_bit_whether_the_others_are_computed_or_not()
    {
        var random = new Random(5);
        byte[] image = new byte[3 * 32 * 32];
        for (ulong seed = 1; seed <= 3; seed++)
        {
            var pair = ElasticPairs.Make(seed).Write(Folder, replace: true);
            random.NextBytes(image);
            foreach (var path in Enum.GetValues<EncoderPath>())
            {
                for (int width = 0; width < 3; width++)
                {
                    float[] all = Encoded(pair, new(width, 64), path);
                    foreach (int symbols in (int[])[16, 32])
                    {
                        float[] first = Encoded(pair, new(width, symbols), path);
                        Assert.Equal(all[..symbols].Select(BitConverter.SingleToUInt32Bits), first.Select(BitConverter.SingleToUInt32Bits));
                        Assert.Equal(1, first.Average(symbol => (double)symbol * symbol), 1e-5);
                    }
                }
            }
        }

        float[] Encoded(Pair pair, Mode mode, EncoderPath path)
        {
            var encoder = new Encoder(pair.DeviceOf(mode), new() { Path = path });
            float[] symbols = new float[encoder.SymbolCount];
            Assert.Equal(mode.Symbols, symbols.Length);
            encoder.Encode(image, symbols);
            return symbols;
        }
    }

    // Maps that the encoder computes in different ways: beyond a pooling of 8×8, small, one value high, of few channels.
    [Theory]
    [InlineData(8, 8, 8, 16)]
    [InlineData(24, 4, 4, 4)]
    [InlineData(300, 1, 1, 1)]
    [InlineData(16, 1, 16, 16)]
    [InlineData(3, 9, 7, 20)]
    public void So_are_codes_of_other_maps(int channels, int height, int width, int each)
    {
        var modes = new Modes([0], [each, 3 * each, 33 * each, 67 * each], 0, 20);
        var code = ElasticCode.Encoder(new(channels, height, width), modes);
        var weights = Drawn.Weights(code, 3);
        float[] map = Drawn.Normal(code.Input.Elements, 4);
        foreach (var path in Enum.GetValues<EncoderPath>())
        {
            uint[] all = Bits(code, path);
            foreach (int symbols in modes.Symbols)
                Assert.Equal(all[..symbols], Bits(ElasticCode.First(code, symbols), path));
        }

        uint[] Bits(Network network, EncoderPath path)
        {
            var encoder = new Encoder(new(new(network, weights.BeginningFor(network)), new(new float[channels], [.. Enumerable.Repeat(1f, channels)])), new() { Path = path });
            float[] symbols = new float[encoder.SymbolCount];
            encoder.EncodeNormalised(map, symbols);
            return [.. symbols.Select(BitConverter.SingleToUInt32Bits)];
        }
    }

    [Fact]
    public void So_are_those_of_an_encoder_that_knows_the_SNR_for_each_report()
    {
        var pair = ElasticPairs.Make(knowsSnr: true).Write(Folder);
        pair.Verify();
        byte[] image = new byte[3 * 32 * 32];
        new Random(6).NextBytes(image);
        var truths = new Dictionary<(int, double?), double[]>();
        foreach (var path in Enum.GetValues<EncoderPath>())
        {
            for (int width = 0; width < 3; width++)
            {
                var codes = new List<float[]>();
                foreach (double? reported in (double?[])[null, 0, 7.4, 20])
                {
                    codes.Add(Encoded(new(width, 64), path, reported));
                    foreach (int symbols in (int[])[16, 32])
                        Assert.Equal(codes[^1][..symbols].Select(BitConverter.SingleToUInt32Bits), Encoded(new(width, symbols), path, reported).Select(BitConverter.SingleToUInt32Bits));
                }
                Assert.Distinct(codes.Select(code => code[0]));
                // The nearest row; beyond the range its end.
                Assert.Equal(codes[2], Encoded(new(width, 64), path, 7));
                Assert.Equal(codes[1], Encoded(new(width, 64), path, -30));
                Assert.Equal(codes[3], Encoded(new(width, 64), path, 90));
            }
        }

        float[] Encoded(Mode mode, EncoderPath path, double? reportedDb)
        {
            var half = pair.DeviceOf(mode);
            var encoder = new Encoder(half, new() { Path = path });
            Assert.True(encoder.KnowsSnr);
            float[] symbols = new float[encoder.SymbolCount], before = new float[encoder.SymbolCount];
            encoder.Encode(image, before);
            if (reportedDb is { } decibels)
            {
                encoder.Tell(Snr.FromDecibels(decibels));
                encoder.Encode(image, symbols);
                Assert.NotEqual(before, symbols);
            }
            // What was told is forgotten when nothing is reported any more.
            encoder.Tell(null);
            float[] after = new float[symbols.Length];
            encoder.Encode(image, after);
            Assert.Equal(before, after);
            var encoded = reportedDb is null ? before : symbols;
            if (mode.Symbols == 64)
            {
                if (!truths.TryGetValue((mode.Width, reportedDb), out double[]? truth))
                    truths[(mode.Width, reportedDb)] = truth = new Naive(half.Model.Network, half.Model.Weights) { ReportedDb = reportedDb }.Forward([.. Enumerable.Range(0, image.Length).Select(Normalised)]);
                Drawn.AssertClose(truth, encoded, 1e-4);
            }
            return encoded;

            // From pixel by pixel to channel by channel.
            double Normalised(int i) => (image[i % 1024 * 3 + i / 1024] / 255.0 - half.Normalisation.Mean[i / 1024]) / half.Normalisation.Std[i / 1024];
        }
    }

    [Theory]
    [InlineData("type", "\"told\"", "there is no layer of type 'told'")]
    [InlineData("rows", "1", "layer 'encoder.snr' (SnrTable): it needs at least 2 rows, in steps above 0 dB")]
    [InlineData("stepDb", "0", "it needs at least 2 rows, in steps above 0 dB")]
    [InlineData("stepDb", "-1", "it needs at least 2 rows, in steps above 0 dB")]
    [InlineData("lowDb", "\"low\"", "\"lowDb\" is not a number")]
    [InlineData("lowDb", "null", "\"lowDb\" is missing")]
    public void A_table_over_the_SNR_that_makes_no_sense_is_told_in_one_line(string key, string value, string said)
    {
        ElasticPairs.Make(knowsSnr: true).Write(Folder);
        Change(json => json["device"]!["layers"]!.AsArray().Single(layer => (string)layer!["type"]! == "snrTable")![key] = JsonNode.Parse(value));
        Refused(said);
    }

    [Fact]
    public void A_file_with_other_rows_than_the_table_has_is_refused()
    {
        ElasticPairs.Make(knowsSnr: true).Write(Folder);
        Change(json => json["device"]!["layers"]!.AsArray().Single(layer => (string)layer!["type"]! == "snrTable")!["rows"] = 9);
        Assert.Contains("the weights' 'encoder.snr.scale' is [16, 22], the network needs [16, 9]", Assert.Throws<InvalidDataException>(() => Pair.Open(Folder).Device).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_smaller_code_and_a_narrower_half_cost_less()
    {
        var pair = ElasticPairs.Make().Write(Folder);
        long[] macs = [.. ElasticPairs.Modes.All.Select(mode => new Encoder(pair.DeviceOf(mode)).Macs)];
        Assert.Equal(macs.OrderDescending(), macs);
        Assert.Distinct(macs);
    }

    [Fact]
    public void A_device_needs_only_its_own_width()
    {
        var whole = ElasticPairs.Make().Write(Folder);
        foreach (string other in (string[])["device.safetensors", "device-87.5.safetensors", "edge.safetensors"])
            File.Delete(Path.Combine(Folder, other));
        var pair = Pair.Open(Folder);
        Assert.Equal(whole.Id, pair.Id);
        Assert.Equal(32, new Encoder(pair.DeviceOf(new(1, 32))).SymbolCount);
        string message = Assert.ThrowsAny<IOException>(() => pair.DeviceOf(new(2, 32))).Message;
        Assert.Contains("device-87.5.safetensors", message, StringComparison.Ordinal);
        Assert.Contains("device.safetensors", Assert.ThrowsAny<IOException>(pair.Verify).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_id_covers_every_half_and_the_modes()
    {
        var parts = ElasticPairs.Make();
        var id = parts.Write(Folder).Id;
        PairId Written(ElasticPairs.Parts changed) => changed.Write(Folder, replace: true).Id;
        Assert.Equal(id, Written(parts with { Description = parts.Description with { Name = "other", PruningRatio = 0.1 } }));
        var modes = ElasticPairs.Modes;
        PairId[] others =
        [
            Written(parts with { Widths = [parts.Widths[0], ElasticPairs.Make(seed: 9).Widths[1]] }),
            Written(parts with { Device = ElasticPairs.Make(seed: 9).Device }),
            // The edge half is told another condition by the same SNR.
            Written(parts with { Description = parts.Description with { Modes = new(modes.Ratios, modes.Symbols, -5, 20) } }),
            Written(parts with { Description = parts.Description with { Modes = new([0, 0.5, 0.9], modes.Symbols, 0, 20) } }),
        ];
        Assert.Distinct(others.Append(id));
    }

    [Fact]
    public void The_id_is_what_the_format_says()
    {
        var pair = ElasticPairs.Make().Write(Folder);
        var description = JsonNode.Parse(File.ReadAllText(DescriptionPath))!;
        var hashes = new List<byte>();
        foreach (string file in (string[])["device.safetensors", "device-50.safetensors", "device-87.5.safetensors", "edge.safetensors"])
            hashes.AddRange(SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder, file))));
        var meaning = new List<byte>();
        foreach (string key in (string[])["classes", "device", "edge", "normalisation", "modes", "widths"])
            MeaningBytes.Append(meaning, description[key]);
        hashes.AddRange(SHA256.HashData([.. meaning]));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData([.. hashes]))[..16], pair.Id.ToString());
    }

    [Theory]
    [InlineData("modes", "null", "\"modes\" is missing")]
    [InlineData("widths", "null", "\"widths\" is missing")]
    [InlineData("widths", "[]", "\"modes\" has 3 widths, but \"widths\" has 0 networks besides \"device\"")]
    [InlineData("modes", """{"ratios":[0,0.5,0.875],"symbols":[16,32],"snrLowDb":0,"snrHighDb":20}""", "\"symbols\" says 64, but \"modes\" has at most 32")]
    [InlineData("modes", """{"ratios":[0,0.5,0.875],"symbols":[16,48,64],"snrLowDb":0,"snrHighDb":20}""", "the code can be cut after [16, 32, 64] symbols, not after 48")]
    [InlineData("modes", """{"ratios":[0,0.5,0.875],"symbols":[64,64],"snrLowDb":0,"snrHighDb":20}""", "ascending")]
    [InlineData("modes", """{"ratios":[0,0.5,0.875],"symbols":[0,64],"snrLowDb":0,"snrHighDb":20}""", "1 or more")]
    [InlineData("modes", """{"ratios":[0,0.5,1],"symbols":[16,32,64],"snrLowDb":0,"snrHighDb":20}""", "below 1")]
    [InlineData("modes", """{"ratios":[0,0.5,"x"],"symbols":[16,32,64],"snrLowDb":0,"snrHighDb":20}""", "a number is expected")]
    [InlineData("modes", """{"ratios":[0,0.5,0.875],"symbols":[16,32,64],"snrLowDb":20,"snrHighDb":0}""", "SNR range")]
    [InlineData("modes", """{"ratios":[0,0.87500001,0.875],"symbols":[16,32,64],"snrLowDb":0,"snrHighDb":20}""", "ascending")]
    [InlineData("modes", """{"ratios":[0,0.875,0.87500001],"symbols":[16,32,64],"snrLowDb":0,"snrHighDb":20}""", "two widths are too much alike")]
    [InlineData("modes", """{"ratios":[0,0.5,0.875],"symbols":[16,64],"snrLowDb":0,"snrHighDb":20}""", "the edge half reads 71 values, but the pair has 70 for it")]
    [InlineData("version", "5", "the pair has version 5; this program reads versions 1 to 4")]
    public void A_description_that_makes_no_sense_is_told_in_one_line(string key, string value, string said)
    {
        ElasticPairs.Make().Write(Folder);
        Change(json => json[key] = JsonNode.Parse(value));
        Refused(said);
    }

    [Fact]
    public void A_half_whose_channels_depend_on_later_ones_is_refused()
    {
        ElasticPairs.Make().Write(Folder);
        Change(json => json["widths"]![1]!["layers"]!.AsArray().Single(layer => (string)layer!["type"]! == "gdn")!["causal"] = false);
        Refused("a channel of the code depends on a later one");
    }

    [Fact]
    public void A_width_of_other_images_is_refused()
    {
        var parts = ElasticPairs.Make();
        parts.Write(Folder);
        Change(json => json["widths"]![0]!["input"]!["height"] = 30);
        Refused("the device halves read images of 3×32×32 and of 3×30×32");
    }

    [Fact]
    public void A_folder_is_not_written_with_too_few_halves()
    {
        var parts = ElasticPairs.Make();
        Assert.Throws<ArgumentException>(() => (parts with { Widths = [parts.Widths[0]] }).Write(Folder));
        Assert.Throws<InvalidDataException>(() => (parts with { Widths = [parts.Widths[1], parts.Widths[0]] }).Write(Folder));
        Assert.Empty(Directory.GetFileSystemEntries(root));
    }

    void Refused(string said)
    {
        string message = Assert.Throws<InvalidDataException>(() => Pair.Open(Folder)).Message;
        Assert.StartsWith(DescriptionPath, message, StringComparison.Ordinal);
        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    void Change(Action<JsonNode> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(DescriptionPath))!;
        change(json);
        File.WriteAllText(DescriptionPath, json.ToJsonString(), Encoding.UTF8);
    }
}
