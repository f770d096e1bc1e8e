using System.Buffers.Binary;
using System.Text.Json;

namespace Heliograph.EndToEnd.Tests;

/// <summary>What other programs read: one object on standard output, with exactly these fields.</summary>
public sealed class JsonContractTest : IDisposable
{
    readonly Place place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Costs()
    {
        var result = place.Run("costs", "vgg16", "--classes", "100", "--size", "32", "--split", "pool2", "--ratio", "0.5", "--channels", "4", "--json").Succeeded();
        Assert.Empty(result.Error);
        var costs = result.Json();
        Assert.Equal("network parameters macs splits device", costs.Fields());
        Assert.Equal("vgg16", costs.At("network").GetString());
        Assert.Equal(15_299_748, costs.At("parameters").GetInt64());
        Assert.Equal(313.772, Math.Round(costs.Number("macs") / 1e6, 3));

        JsonElement[] splits = [.. costs.At("splits").EnumerateArray()];
        Assert.All(splits, split => Assert.Equal("name macs map filters", split.Fields()));
        Assert.Equal(["pool1", "pool2", "pool3", "pool4", "pool5"], splits.Select(split => split.At("name").GetString()));
        Assert.Equal([39.518, 96.141, 190.513, 284.885, 313.197], splits.Select(split => Math.Round(split.Number("macs") / 1e6, 3)));
        Assert.Equal(["[64,16,16]", "[128,8,8]", "[256,4,4]", "[512,2,2]", "[512,1,1]"], splits.Select(split => split.At("map").GetRawText().Replace(" ", "").ReplaceLineEndings("")));
        Assert.Equal([128, 384, 1152, 2688, 4224], splits.Select(split => split.At("filters").GetInt32()));

        var device = costs.At("device");
        Assert.Equal("macs encoderMacs parameters peakActivationBytes symbols", device.Fields());
        // 3×3 over 64 maps to 4 filters at 4×4 positions, and GDN's 4×4 mixing there.
        Assert.Equal((9 * 64 * 4 + 4 * 4) * 16, device.At("encoderMacs").GetInt64());
        Assert.Equal(24.48, Math.Round((device.Number("macs") - device.Number("encoderMacs")) / 1e6, 2));
        Assert.Equal(64, device.At("symbols").GetInt32());
        Assert.InRange(device.At("parameters").GetInt64(), 60_000, 80_000);
        // The second convolution reads and writes 32 maps of 32×32.
        Assert.Equal(2 * 32 * 32 * 32 * 4, device.At("peakActivationBytes").GetInt64());
    }

    [Fact]
    public void Costs_of_a_quarter_less_at_pool4()
    {
        var device = place.Run("costs", "vgg16", "--split", "pool4", "--ratio", "0.25", "--json").Succeeded().Json().At("device");
        Assert.Equal(160.58, Math.Round(device.Number("macs") / 1e6, 2));
        Assert.Equal(0, device.At("encoderMacs").GetInt64());
        Assert.Equal(JsonValueKind.Null, device.At("symbols").ValueKind);
    }

    [Fact]
    public void Costs_without_a_split_have_no_device()
    {
        var costs = place.Run("costs", "vgg16", "--json").Succeeded().Json();
        Assert.Equal("network parameters macs splits device", costs.Fields());
        Assert.Equal(JsonValueKind.Null, costs.At("device").ValueKind);
    }

    [Fact]
    public void Data_png_over_a_grid_of_SNRs()
    {
        var png = place.Run("data", "png", "signs", "--snr", "0:20:5", "--json").Succeeded().Json();
        Assert.Equal("data images meanBytes snrDb bitsPerSymbol symbols points", png.Fields());
        Assert.Equal([0, 5, 10, 15, 20], png.At("points").EnumerateArray().Select(point => point.Number("snrDb")));
        Assert.Equal(JsonValueKind.Null, png.At("symbols").ValueKind);
        var one = place.Run("data", "png", "signs", "--snr", "10", "--json").Succeeded().Json();
        Assert.Equal(one.Number("symbols"), png.At("points")[2].Number("symbols"));
        // ½·log₂(1 + 10) bits a symbol.
        Assert.Equal(8 * one.Number("meanBytes") / (0.5 * Math.Log2(11)), one.Number("symbols"), 1e-6);
    }

    [Fact]
    public void Data_info()
    {
        var result = place.Run("data", "info", "signs", "--json").Succeeded();
        Assert.Empty(result.Error);
        var info = result.Json();
        Assert.Equal("name classes train test size mean std pictureSize counts leftOut unreadable", info.Fields());
        Assert.Equal("signs", info.At("name").GetString());
        Assert.True(info.At("classes").GetInt32() >= 20);
        Assert.Equal([3, 32, 32], info.At("size").EnumerateArray().Select(side => side.GetInt32()));
        Assert.Equal(3, info.At("mean").GetArrayLength());
        Assert.All(info.At("mean").EnumerateArray(), mean => Assert.InRange(mean.GetDouble(), 0.1, 0.9));
        Assert.Equal(3, info.At("std").GetArrayLength());
        Assert.All(info.At("std").EnumerateArray(), deviation => Assert.InRange(deviation.GetDouble(), 0.02, 0.5));
    }

    [Fact]
    public void Data_of_a_folder_are_brought_to_a_size()
    {
        place.Run("data", "images", "signs", "--train", "--to", "my/train", "--count", "56").Succeeded();
        place.Run("data", "images", "signs", "--to", "my/test", "--count", "28").Succeeded();
        var info = place.Run("data", "info", "folder", "--path", "my", "--size", "24x16", "--json").Succeeded().Json();
        Assert.Equal((56, 28), (info.At("train").GetInt32(), info.At("test").GetInt32()));
        Assert.Equal([3, 24, 16], info.At("size").EnumerateArray().Select(side => side.GetInt32()));
        var written = place.Run("data", "images", "folder", "--path", "my", "--size", "16", "--to", "small", "--json").Succeeded().Json();
        Assert.Equal(28, written.At("images").GetInt32());
        Assert.Equal((16, 16), PngSize(Directory.GetFiles(place.In("small"), "*.png", SearchOption.AllDirectories)[0]));
    }

    [Fact]
    public void Data_get()
    {
        // An archive that is there is not downloaded again.
        place.Write("data/cifar-10-binary.tar.gz", "here already");
        var result = place.Run("data", "get", "cifar10", "--to", "data", "--json").Succeeded();
        Assert.Empty(result.Error);
        Assert.Equal("data path", result.Json().Fields());
        Assert.Equal("cifar10", result.Json().At("data").GetString());
        Assert.Equal(Path.Combine("data", "cifar-10-binary.tar.gz"), result.Json().At("path").GetString());
    }

    [Fact]
    public void Train()
    {
        var trained = TrainedRun.Result.Json();
        Assert.Equal("run seconds imagesPerSecond peakMemoryBytes steps evaluation", trained.Fields());
        Assert.Equal("run", trained.At("run").GetString());
        Assert.InRange(trained.Number("seconds"), 0.1, 600);
        Assert.InRange(trained.Number("imagesPerSecond"), 1, 1e6);
        Assert.InRange(trained.Number("peakMemoryBytes"), 30e6, 4e9);
        JsonElement[] steps = [.. trained.At("steps").EnumerateArray()];
        Assert.Equal(["pretrain", "prune", "autoencoder", "joint"], steps.Select(step => step.At("name").GetString()));
        Assert.All(steps, step =>
        {
            Assert.Equal("name top1 measuredOn seconds", step.Fields());
            Assert.Equal("test", step.At("measuredOn").GetString());
            Assert.InRange(step.Number("top1"), 0, 100);
            Assert.InRange(step.Number("seconds"), 0.001, 600);
        });
        AssertEvaluation(trained.At("evaluation"), [0, 10], draws: 2);
        Assert.Equal(steps[0].Number("top1"), trained.At("evaluation").Number("backboneTop1"));
        // All else is on standard error, in plain lines.
        Assert.Contains("pretrain: epoch 2/2  loss ", TrainedRun.Result.Error, StringComparison.Ordinal);
        Assert.Contains("joint: done in ", TrainedRun.Result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', TrainedRun.Result.Error);
    }

    [Fact]
    public void Evaluate_measures_the_same_again_and_writes_its_files()
    {
        place.CopyRun(TrainedRun.Finished);
        string[] before = place.Snapshot();
        string[] command = ["evaluate", "run", "--snr", "-6:20:13", "--draws", "3", "--json"];
        var first = place.Run([.. command, "--to", "first"]).Succeeded();
        var second = place.Run([.. command, "--to", "second"]).Succeeded();
        AssertEvaluation(first.Json(), [-6, 7, 20], draws: 3);
        Assert.Equal(first.Output, second.Output);
        Assert.Empty(first.Error);
        foreach (string file in (string[])["evaluation.json", "evaluation.csv", "evaluation.hits", "evaluation.png"])
            Assert.Equal(File.ReadAllBytes(place.In("first", file)), File.ReadAllBytes(place.In("second", file)));
        Assert.Equal(first.Json().GetRawText(), place.Record("first/evaluation.json"));
        // Nothing in the run has changed.
        Assert.Equal(before, place.Snapshot().Where(line => !line.StartsWith("first", StringComparison.Ordinal) && !line.StartsWith("second", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_call_with_other_evaluation_options_measures_again_and_trains_nothing()
    {
        place.CopyRun(TrainedRun.Finished);
        var result = place.Run("train", "tiny.yaml", "evaluation.snr=5", "--run", "run", "--json").Succeeded();
        AssertEvaluation(result.Json().At("evaluation"), [5], draws: 2);
        Assert.Equal(JsonValueKind.Null, result.Json().At("imagesPerSecond").ValueKind);
        Assert.Equal(4, result.ErrorLines.Count(line => line.Contains("already done", StringComparison.Ordinal)));
    }

    [Fact]
    public void Runs_lists()
    {
        place.CopyRun(TrainedRun.Finished);
        var runs = place.Run("runs", ".", "--json").Succeeded().Json();
        var run = Assert.Single(runs.At("runs").EnumerateArray());
        Assert.Equal("run step split deviceMacs symbols snr top1 measuredOn changed ratio channel scheme seed atSnr top1AtSnr", run.Fields());
        var evaluation = JsonDocument.Parse(File.ReadAllText(place.In("run", "evaluation.json"))).RootElement;
        Assert.Equal((evaluation.Number("deviceMacs"), evaluation.Number("symbols")), (run.Number("deviceMacs"), run.Number("symbols")));
        Assert.Equal(("pool3", "14.5"), (run.At("split").GetString(), run.At("snr").GetString()));
        Assert.Equal("joint", run.At("step").GetString());
        string table = place.Run("runs", ".").Succeeded().Output;
        Assert.Matches(@"run\s+joint\s+pool3\s+[0-9,]+\s+16\s+0\.3\s+awgn\s+14\.5\s+\d+\.\d\d\s+test\s+1\s+now", table);
        // The same is read from the networks where it is not measured yet; a backbone has neither split nor symbols.
        foreach (string gone in (string[])["", "joint", "autoencoder"])
        {
            File.Delete(place.In("run", "evaluation.json"));
            if (gone.Length > 0)
                Directory.Delete(place.In("run", "steps", gone), recursive: true);
            var line = place.Run("runs", ".", "--json").Succeeded().Json().At("runs")[0];
            Assert.Equal((run.Number("deviceMacs"), run.Number("symbols")), (line.Number("deviceMacs"), line.Number("symbols")));
            Assert.Equal(gone == "autoencoder", line.At("snr").ValueKind == JsonValueKind.Null);
        }
        Directory.Delete(place.In("run", "steps", "prune"), recursive: true);
        Assert.Equal(JsonValueKind.Null, place.Run("runs", ".", "--json").Succeeded().Json().At("runs")[0].At("split").ValueKind);
        Directory.Delete(place.In("run"), recursive: true);
        place.CopyRun(TrainedRun.Finished);
        Directory.CreateDirectory(place.In("empty"));
        Assert.Equal("no runs in empty", place.Run("runs", "empty").Succeeded().Output.Trim());

        // One that is damaged does not hide the others.
        Directory.Move(place.In("run"), place.In("whole"));
        place.CopyRun(TrainedRun.Finished);
        place.Write("run/steps/joint/result.json", "{");
        var listed = place.Run("runs", ".", "--json").Succeeded();
        Assert.Equal(["damaged", "joint"], listed.Json().At("runs").EnumerateArray().Select(line => line.At("step").GetString()));
        Assert.Contains("result.json", Assert.Single(listed.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_says_what_was_done_and_its_records_say_the_same()
    {
        place.CopyRun(TrainedRun.Finished);
        var report = place.Run("report", "run", "--to", "records/run", "--json").Succeeded().Json();
        Assert.Equal("run split seed channel snr draws steps evaluation calls against", report.Fields());
        JsonElement[] steps = [.. report.At("steps").EnumerateArray()];
        Assert.Equal(["pretrain", "prune", "autoencoder", "joint"], steps.Select(step => step.At("name").GetString()));
        Assert.Equal([2, 1, 2, 1], steps.Select(step => step.At("epochs").GetInt32()));
        Assert.InRange(Assert.Single(steps[1].At("top1AfterRemovals").EnumerateArray()).GetDouble(), 0, 100);
        Assert.Equal(steps[2].Number("top1"), steps[3].Number("top1Before"));
        var call = Assert.Single(report.At("calls").EnumerateArray());
        Assert.Equal(["train", "tiny.yaml", "--run", "run", "--json"], call.At("arguments").EnumerateArray().Select(word => word.GetString()));

        string text = place.Run("report", "records/run").Succeeded().Output;
        Assert.Equal(File.ReadAllText(place.In("records", "run", "report.md")), text);
        Assert.Contains("heliograph train tiny.yaml --run run --json", text, StringComparison.Ordinal);
        // There is a run in the folder, but no pair in it.
        var refused = place.Run("evaluate", "records/run");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("device.safetensors", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_can_take_over_the_backbone_of_another()
    {
        place.CopyRun(TrainedRun.Finished);
        place.Run("train", "tiny.yaml", "pretrain.from=run", "split=pool2", "--until", "pretrain", "--run", "shared", "--json").Succeeded();
        Assert.Equal(
            File.ReadAllBytes(place.In("run", "steps", "pretrain", "backbone.safetensors")),
            File.ReadAllBytes(place.In("shared", "steps", "pretrain", "backbone.safetensors")));
        Assert.False(File.Exists(place.In("shared", "metrics.jsonl")));
    }

    /// <summary>Width and height, from the header.</summary>
    static (int Width, int Height) PngSize(string path)
    {
        byte[] png = File.ReadAllBytes(path);
        return (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }

    static void AssertEvaluation(JsonElement evaluation, double[] snr, int draws)
    {
        Assert.Equal("pair split symbols deviceMacs backboneTop1 noiselessTop1 points measuredOn images draws channel snrConvention seed", evaluation.Fields());
        Assert.Equal(("test", 64, "awgn", 1), (evaluation.At("measuredOn").GetString(), evaluation.At("images").GetInt32(), evaluation.At("channel").GetString(), evaluation.At("seed").GetInt32()));
        Assert.Equal(draws, evaluation.At("draws").GetInt32());
        Assert.StartsWith("P/σ² per real symbol in dB", evaluation.At("snrConvention").GetString(), StringComparison.Ordinal);
        Assert.Equal("run", evaluation.At("pair").GetString());
        Assert.Equal("pool3", evaluation.At("split").GetString());
        Assert.Equal(16, evaluation.At("symbols").GetInt32());
        Assert.InRange(evaluation.Number("deviceMacs"), 500_000, 1_500_000);
        Assert.InRange(evaluation.Number("backboneTop1"), 0, 100);
        Assert.InRange(evaluation.Number("noiselessTop1"), 0, 100);
        JsonElement[] points = [.. evaluation.At("points").EnumerateArray()];
        Assert.Equal(snr, points.Select(point => point.Number("snrDb")));
        Assert.All(points, point =>
        {
            Assert.Equal("snrDb top1 ci95 top5", point.Fields());
            Assert.InRange(point.Number("top1"), 0, 100);
            Assert.InRange(point.Number("top5"), point.Number("top1"), 100);
            Assert.True(point.Number("ci95") >= 0);
        });
    }
}
