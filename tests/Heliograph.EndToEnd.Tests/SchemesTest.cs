using System.Text.Json;

namespace Heliograph.EndToEnd.Tests;

/// <summary>The schemes that send bits, from the tiny experiment's backbone, as a user measures them.</summary>
public sealed class SchemesTest
{
    [Fact]
    public void A_sweep_over_recipes_measures_schemes_from_one_backbone()
    {
        using var place = new Place();
        place.Write("s.yaml", "experiment: tiny.yaml\ngrid:\n  recipe: [png, jpeg, webp, quantised, local]\n");
        place.Run("sweep", "s.yaml", $"pretrain.from={TrainedRun.Finished}", "--to", "swept").Succeeded();
        // One backbone, five schemes.
        Assert.Equal(6, Directory.GetFiles(Path.Combine(place.Path, "swept", "logs")).Length);
        var measured = new[] { "png", "jpeg", "webp", "quantised", "local" }.ToDictionary(name => name, name => Evaluation(Path.Combine(place.Path, "swept", $"recipe={name}")));
        double backbone = Evaluation(TrainedRun.Finished).Number("backboneTop1");
        foreach (var (name, result) in measured)
        {
            Assert.Equal(backbone, result.Number("backboneTop1"), 1e-6);
            // C = ½·log₂(1 + 10^(dB/10)): half a bit at 0 dB.
            double bits = result.Number("bits");
            Assert.Equal([bits / 0.5, bits / (0.5 * Math.Log2(11))], result.At("symbolsAt").EnumerateArray().Select(count => count.GetDouble()), (a, b) => Math.Abs(a - b) < 1e-3);
            Assert.Equal(name switch { "quantised" => "pool3", "local" => "output", _ => "input" }, result.At("split").GetString());
        }
        foreach (string lossless in (string[])["png", "webp", "local"])
            Assert.Equal(backbone, measured[lossless].Number("noiselessTop1"), 1e-6);
        Assert.Equal(0, measured["png"].Number("deviceMacs"));
        // 28 classes.
        Assert.Equal(5, measured["local"].Number("bits"));
        Assert.InRange(measured["quantised"].Number("deviceMacs"), 1, measured["local"].Number("deviceMacs") - 1);
        Assert.InRange(measured["webp"].Number("bits") / measured["png"].Number("bits"), 0.5, 1.2);
        // PNG's are those of the baseline.
        double bytes = place.Run("data", "png", "signs", "--json").Succeeded().Json().Number("meanBytes");
        Assert.InRange(measured["png"].Number("bits") / 8 / bytes, 0.98, 1.02);

        // Runs like any others.
        string[] runs = place.Run("runs", "swept", "--csv").Succeeded().Output.TrimEnd().Split('\n');
        Assert.Equal(5, runs.Length - 1);
        place.Run("report", "swept", "--to", "page").Succeeded();
        Assert.Contains("local", File.ReadAllText(Path.Combine(place.Path, "page", "costs.csv")), StringComparison.Ordinal);
        place.Run("compare", Path.Combine("swept", "recipe=png"), Path.Combine("swept", "recipe=jpeg")).Succeeded();
        place.Run("evaluate", Path.Combine("swept", "recipe=jpeg"), "--snr", "10", "--to", "other").Succeeded();
        Assert.Single(Evaluation(Path.Combine(place.Path, "other")).At("points").EnumerateArray());
        Assert.Contains("has no pair: recipe jpeg sends bits", place.Run("export", Path.Combine("swept", "recipe=jpeg"), "--to", "pair").ErrorLines[^1], StringComparison.Ordinal);
    }

    /// <summary>Schemes that train a code of their own on the split network: files of real bytes, symbols at the SNR, and MACs with the reduction.</summary>
    [Fact]
    public void Schemes_that_learn_on_the_split_network_are_trained_and_told_of_like_the_others()
    {
        using var place = new Place();
        place.Write("s.yaml", "experiment: tiny.yaml\nruns:\n  - {recipe: jscc-unpruned}\n  - {recipe: bottlenet++}\n  - {recipe: bottlenet}\n  - {recipe: two-step, prune.uniform: true, digital.bits: 2}\n  - {recipe: quantised, digital.bits: 2}\n");
        place.Run("sweep", "s.yaml", $"pretrain.from={TrainedRun.Finished}", "--to", "swept", "--report", "page").Succeeded();
        JsonElement Of(string run) => Evaluation(Path.Combine(place.Path, "swept", run));
        JsonElement unpruned = Of("recipe=jscc-unpruned"), analog = Of("recipe=bottlenet++"), files = Of("recipe=bottlenet"), pruned = Of("recipe=two-step,prune.uniform=true,digital.bits=2"), whole = Of("recipe=quantised,digital.bits=2");
        // Of a 4×4 map, four channels of 2×2. The paper's encoder has 9 products where a window of 2×2 has 4, and GDN's.
        Assert.Equal((16, 16), (unpruned.Number("symbols"), analog.Number("symbols")));
        double front = whole.Number("deviceMacs");
        Assert.Equal(4 * 32 * 4 * 4, analog.Number("deviceMacs") - front);
        Assert.Equal((16 * 32 * 4) + (4 * 4 * 4 * 4), files.Number("deviceMacs") - front);
        Assert.InRange(pruned.Number("deviceMacs") / front, 0.3, 0.6);
        // A JPEG file of 4×4 pixels is nearly all header; 8 of 32 channels at 2 bits are less than all of them.
        Assert.InRange(files.Number("bits") / 8, 150, 700);
        Assert.InRange(pruned.Number("bits"), 1, whole.Number("bits") - 1);
        Assert.Equal(files.Number("bits") / 0.5, files.At("symbolsAt").EnumerateArray().First().GetDouble(), 1e-3);
        Assert.All((JsonElement[])[analog, files, pruned], one => Assert.Equal(whole.Number("backboneTop1"), one.Number("backboneTop1")));
        string reported = File.ReadAllText(Path.Combine(place.Path, "page", "runs.csv"));
        foreach (string recipe in (string[])["bottlenet++,", "bottlenet,", "two-step,"])
            Assert.Contains($"recipe={recipe}", reported, StringComparison.Ordinal);
        Assert.Equal(5, place.Run("runs", "swept", "--csv").Succeeded().Output.TrimEnd().Split('\n').Length - 1);
        place.Run("plot", "swept", "--to", "snr.svg").Succeeded();
        Assert.Contains("two-step", place.Run("choose", "swept", "--csv").Succeeded().Output, StringComparison.Ordinal);

        // A pair like any other, unless its SNRs are the peak's.
        place.Run("export", Path.Combine("swept", "recipe=bottlenet++"), "--to", "pair").Succeeded();
        place.Run("train", "tiny.yaml", "recipe=bottlenet++", "code.power=peak", $"pretrain.from={TrainedRun.Finished}", "--run", "peak").Succeeded();
        Assert.StartsWith("1/σ² per real symbol in dB", Evaluation(Path.Combine(place.Path, "peak")).At("snrConvention").GetString(), StringComparison.Ordinal);
        Assert.Contains("has code.power: peak", place.Run("export", "peak", "--to", "other").ErrorLines[^1], StringComparison.Ordinal);
        Assert.Contains("peak counts SNRs by the symbols' peak (code.power: peak)", place.Run("plot", "peak", Path.Combine("swept", "recipe=bottlenet++"), "--to", "both.svg").ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Symbols_of_other_codes_are_measured_like_those_of_pairs()
    {
        using var place = new Place();
        place.Write("s.yaml", "experiment: tiny.yaml\nruns:\n  - {recipe: deepjscc-image, image.epochs: 1, image.layers: 2}\n  - {recipe: transmission-recognition, split: pool5}\n  - {recipe: retrieval, split: pool5, retrieval.epochs: 1, retrieval.gallery: 1}\n");
        place.Run("sweep", "s.yaml", $"pretrain.from={TrainedRun.Finished}", "--to", "swept", "--report", "page").Succeeded();
        var measured = Directory.GetDirectories(Path.Combine(place.Path, "swept"), "recipe=*").ToDictionary(folder => Path.GetFileName(folder).Split(',')[0].Split('=')[1], Evaluation);
        var image = measured["deepjscc-image"];
        Assert.Equal("input", image.At("split").GetString());
        Assert.Equal(image.At("points").GetArrayLength(), image.At("psnr").GetArrayLength());
        Assert.Equal(image.Number("symbols") / 2, Assert.Single(image.At("fewerLayers").EnumerateArray()).Number("symbols"));
        Assert.Equal("pool5", measured["transmission-recognition"].At("split").GetString());
        Assert.All(measured["retrieval"].At("meanAveragePrecision").EnumerateArray(), value => Assert.InRange(value.GetDouble(), 1, 100));

        // Runs like any others; a pair of the image is a pair.
        string[] runs = place.Run("runs", "swept", "--sort", "-psnr", "--csv").Succeeded().Output.TrimEnd().Split('\n');
        Assert.Contains("deepjscc-image", runs[1], StringComparison.Ordinal);
        string run = Path.GetRelativePath(place.Path, Directory.GetDirectories(Path.Combine(place.Path, "swept"), "recipe=deepjscc-image*").Single());
        Assert.Contains("PSNR (dB)", place.Run("report", run).Succeeded().Output, StringComparison.Ordinal);
        place.Run("export", run, "--to", "pair").Succeeded();
        place.Run("evaluate", "pair", "--to", "again").Succeeded();
        Assert.Equal(image.At("psnr").ToString(), Evaluation(Path.Combine(place.Path, "again")).At("psnr").ToString());
    }

    [Theory]
    [InlineData("code.stride: pool5 has a map of 64, whose height and width cannot be halved; those of pool1, pool2, pool3, pool4 can; code.stride=1 keeps them", "recipe=bottlenet++", "code.stride=2", "split=pool5")]
    [InlineData("there is no recipe 'bottlnet'; did you mean bottlenet?", "recipe=bottlnet")]
    [InlineData("split: the map after block1 cannot lose channels", "recipe=two-step", "network.name=resnet20", "split=block1")]
    [InlineData("digital.quality has no effect: recipe png does not use it; jpeg, webp, bottlenet would", "recipe=png", "digital.quality=50")]
    [InlineData("digital.bits has no effect: recipe paper does not use it; quantised, two-step would", "digital.bits=4")]
    [InlineData("split: recipe transmission-recognition sends the features of the last layers, at pool5, not at pool3", "recipe=transmission-recognition")]
    [InlineData("digital.quality must be from 1 to 100, not 0", "recipe=jpeg", "digital.quality=0")]
    [InlineData("digital.bits must be from 1 to 8, not 9", "recipe=quantised", "digital.bits=9")]
    [InlineData("recipe png sends bits at the capacity of an AWGN channel, not of rayleigh", "recipe=png", "channel.name=rayleigh:block=1,csi=receiver")]
    [InlineData("joint.rate has no effect: recipe png does not have this step", "recipe=png", "joint.rate=0.1")]
    public void What_a_scheme_does_not_have_is_refused(string said, params string[] options)
    {
        using var place = new Place();
        var result = place.Run(["train", "tiny.yaml", .. options, "--run", "run"]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(said, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(place.Path, "run")));
    }

    static JsonElement Evaluation(string folder) => JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "evaluation.json"))).RootElement;
}
