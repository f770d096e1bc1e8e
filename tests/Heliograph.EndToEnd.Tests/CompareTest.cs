using System.Text.Json;

namespace Heliograph.EndToEnd.Tests;

/// <summary>Runs compared image by image: the finished run, and others of the tiny experiment on the same images and on others.</summary>
public sealed class CompareTest
{
    static readonly Lazy<string> Trained = new(() =>
    {
        var place = new Place();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => place.Dispose();
        // The same signs by another seed; held-out images; other signs.
        place.Run("train", "tiny.yaml", "seed=2", "data.seed=1", "--run", "same").Succeeded();
        place.Run("train", "tiny.yaml", "data.validation=40", "evaluation.set=validation", "--run", "held").Succeeded();
        place.Run("train", "tiny.yaml", "seed=2", "--until", "pretrain", "--run", "others").Succeeded();
        place.Run("train", "tiny.yaml", "pretrain.epochs=4", "--until", "pretrain", "--run", "longer").Succeeded();
        return place.Path;
    });

    static string Run(string name) => Path.Combine(Trained.Value, name);

    [Fact]
    public void Two_runs_on_the_same_images()
    {
        using var place = new Place();
        place.CopyRun(TrainedRun.Finished);
        var json = place.Run("compare", "run", Run("same"), "--json").Succeeded().Json();
        Assert.Equal("a b measuredOn images points", json.Fields());
        Assert.Equal(("test", 64), (json.At("measuredOn").GetString(), json.At("images").GetInt32()));
        JsonElement[] points = [.. json.At("points").EnumerateArray()];
        Assert.Equal(["0", "10", "null"], points.Select(point => point.At("snrDb").GetRawText()));
        var mine = Evaluation(TrainedRun.Finished);
        var other = Evaluation(Run("same"));
        Assert.Equal(mine.Number("noiselessTop1"), points[^1].At("a").Number("top1"));
        foreach (int i in (int[])[0, 1])
        {
            var point = points[i];
            Assert.Equal("snrDb a b difference ci95 pairs", point.Fields());
            double a = mine.At("points")[i].Number("top1"), b = other.At("points")[i].Number("top1");
            Assert.Equal((a, b), (point.At("a").Number("top1"), point.At("b").Number("top1")));
            Assert.Equal(a - b, point.Number("difference"), 1e-3);
            Assert.InRange(point.Number("ci95"), 0.1, 30);
            var pair = Assert.Single(point.At("pairs").EnumerateArray());
            Assert.Equal("a b difference ci95 onlyA onlyB mcNemarP", pair.Fields());
            Assert.InRange(pair.Number("mcNemarP"), 0, 1);
        }
        string text = place.Run("compare", "run", Run("same"), "--snr", "10").Succeeded().Output;
        Assert.Contains("on 64 test images", text, StringComparison.Ordinal);
        Assert.Matches(@"no noise\s+\d", text);
        Assert.Matches(@"\n\s*10\s+\d+\.\d\d\s+\d+\.\d\d\s+[+−]?\d+\.\d\d\s+\d+\.\d\d\s+[\d.<]", text);
        Assert.DoesNotMatch(@"\n\s*0\s+\d", text);
    }

    [Fact]
    public void A_run_beside_itself_differs_in_nothing()
    {
        using var place = new Place();
        place.CopyRun(TrainedRun.Finished);
        // The same run elsewhere, and what an evaluation leaves of its exported pair.
        place.Run("report", "run", "--to", "records/run").Succeeded();
        foreach (string other in (string[])["run", "records/run"])
        {
            var points = place.Run("compare", "run", other, "--json").Succeeded().Json().At("points").EnumerateArray();
            Assert.All(points, point => Assert.Equal((0, 0, 1), (point.Number("difference"), point.Number("ci95"), point.At("pairs")[0].Number("mcNemarP"))));
        }
        place.CopyPair();
        place.Run("evaluate", "pair", "--to", "of-pair").Succeeded();
        Assert.Equal(0, place.Run("compare", "run", "of-pair", "--json").Succeeded().Json().At("points")[0].Number("difference"));
    }

    [Fact]
    public void Steps_seeds_and_backbones()
    {
        using var place = new Place();
        place.CopyRun(TrainedRun.Finished);
        var pruned = place.Run("compare", "run", Run("same"), "--step", "prune", "--json").Succeeded().Json();
        var point = Assert.Single(pruned.At("points").EnumerateArray());
        Assert.Equal(JsonValueKind.Null, point.At("snrDb").ValueKind);
        Assert.Equal(Json(Path.Combine(TrainedRun.Finished, "steps", "prune", "result.json")).Number("top1"), point.At("a").Number("top1"));

        // Both sides the same two seeds: no difference in either, and each side scatters alike.
        var seeds = place.Run("compare", $"run,{Run("same")}", $"run,{Run("same")}", "--json").Succeeded().Json();
        Assert.All(seeds.At("points").EnumerateArray(), of =>
        {
            Assert.Equal(2, of.At("pairs").GetArrayLength());
            double apart = of.At("pairs")[0].Number("a") - of.At("pairs")[1].Number("a");
            Assert.Equal(Math.Abs(apart) / Math.Sqrt(2), of.At("a").Number("deviation"), 1e-3);
            Assert.Equal((0, 0), (of.Number("difference"), of.Number("ci95")));
        });
        Assert.Contains("mean ± standard deviation over seeds", place.Run("compare", $"run,{Run("same")}", $"run,{Run("same")}").Succeeded().Output, StringComparison.Ordinal);

        // A backbone of more epochs as the reference of a pair.
        string report = place.Run("report", "run", "--against", Run("longer"), "--to", "records/run").Succeeded().Output;
        Assert.Contains("Against `longer`, image by image on the same 64 test images", report, StringComparison.Ordinal);
        Assert.Equal(report, File.ReadAllText(place.In("records", "run", "report.md")));
        Assert.Equal(report, place.Run("report", "records/run").Succeeded().Output);
    }

    [Fact]
    public void A_run_with_held_out_images_says_so_of_every_number()
    {
        using var place = new Place();
        place.CopyRun(Run("held"));
        Assert.Equal("validation", Evaluation(place.In("run")).At("measuredOn").GetString());
        Assert.All(Directory.GetFiles(place.In("run", "steps"), "result.json", SearchOption.AllDirectories), file => Assert.Equal("validation", Json(file).At("measuredOn").GetString()));
        Assert.All(File.ReadLines(place.In("run", "metrics.jsonl")), line => Assert.DoesNotContain("\"test\"", line, StringComparison.Ordinal));
        Assert.Contains("Accuracy on the validation set", place.Run("report", "run").Succeeded().Output, StringComparison.Ordinal);
        Assert.Matches(@"joint\s+pool3\s.*\s\d+\.\d\d\s+validation", place.Run("runs", ".").Succeeded().Output);
        place.Run("export", "run", "--to", "pair").Succeeded();
        Assert.Contains("on 40 validation images", place.Run("pair", "info", "pair").Succeeded().Output, StringComparison.Ordinal);
        var test = place.Run("evaluate", "pair", "--set", "test", "--json").Succeeded().Json();
        Assert.Equal("test", test.At("measuredOn").GetString());
        // What is known of the backbone is on other images.
        Assert.Equal(JsonValueKind.Null, test.At("backboneTop1").ValueKind);
        Assert.Equal(JsonValueKind.Number, place.Run("evaluate", "run", "--set", "test", "--to", "on-test", "--json").Succeeded().Json().At("backboneTop1").ValueKind);
        place.Run("compare", "on-test", TrainedRun.Finished).Succeeded();
    }

    [Fact]
    public void A_backbone_that_was_trained_on_held_out_images_is_named()
    {
        using var place = new Place();
        place.CopyRun(TrainedRun.Finished);
        var result = place.Run("train", "tiny.yaml", "data.validation=40", "pretrain.from=run", "--until", "pretrain", "--run", "new").Succeeded();
        Assert.Contains("warning: pretrain.from: the backbone of run was trained on images that this run holds out", result.Output, StringComparison.Ordinal);
    }

    public static TheoryData<string> Refused => ["other data", "another set", "no common SNR", "an SNR that is not there", "no SNR", "nowhere", "photos", "no hits", "records without hits", "a pair", "no such step", "a step not done", "a step without hits", "damaged hits", "seeds in another order"];

    [Theory]
    [MemberData(nameof(Refused))]
    public void Bad_input_gets_one_line(string what)
    {
        using var place = new Place();
        place.CopyRun(TrainedRun.Finished);
        var (code, says, arguments) = what switch
        {
            "other data" => (2, "were measured on different images", (string[])["run", Run("others"), "--step", "pretrain"]),
            "another set" => (2, "run was measured on test images, ", ["run", Run("held")]),
            "no common SNR" => (2, "no SNR is common to all: run has 0, 10 dB, elsewhere has 5 dB", ["run", "elsewhere"]),
            "an SNR that is not there" => (2, "--snr: 5 dB was not measured on both sides; common to all are 0, 10 dB", ["run", Run("same"), "--snr", "5"]),
            "no SNR" => (2, "--snr: SNRs in dB as low:high:step", ["run", "run", "--snr", "high"]),
            "nowhere" => (2, "there is no folder nowhere", ["run", "nowhere"]),
            "photos" => (2, "photos holds neither a run (no experiment.yaml) nor an evaluation with hits (no evaluation.hits)", ["run", "photos"]),
            "no hits" => (2, "the run run has no evaluation with hits yet; 'heliograph evaluate run' makes one", ["run", "run"]),
            "records without hits" => (2, "records holds records without hits; make them again from the run", ["run", "records"]),
            "a pair" => (2, "'heliograph evaluate pair --to DIR' writes one: compare DIR", ["run", "pair"]),
            "no such step" => (2, "--step: there is no step 'trim'; they are pretrain, prune, autoencoder, joint", ["run", "run", "--step", "trim"]),
            "a step not done" => (2, "others has not finished its step prune", ["run", Run("others"), "--step", "prune"]),
            "a step without hits" => (2, "the run run has no hits for its step prune", ["run", "run", "--step", "prune"]),
            "damaged hits" => (1, "run/evaluation.hits: damaged", ["run", "run"]),
            _ => (2, "seed 2; give the runs of both sides in the same order of seeds", [$"run,{Run("same")}", $"{Run("same")},run"]),
        };
        switch (what)
        {
            case "no common SNR":
                place.Run("evaluate", "run", "--snr", "5", "--to", "elsewhere").Succeeded();
                break;
            case "photos":
                place.Write("photos/1.jpg", "x");
                break;
            case "no hits":
                File.Delete(place.In("run", "evaluation.hits"));
                break;
            case "records without hits":
                place.Run("report", "run", "--to", "records").Succeeded();
                File.Delete(place.In("records", "evaluation.hits"));
                break;
            case "a pair":
                place.CopyPair();
                break;
            case "a step without hits":
                File.Delete(place.In("run", "steps", "prune", "result.hits"));
                break;
            case "damaged hits":
                place.Cut("run/evaluation.hits", new FileInfo(place.In("run", "evaluation.hits")).Length - 1);
                break;
        }
        string[] before = place.Snapshot();
        var result = place.Run(["compare", .. arguments]);
        Assert.Equal(code, result.ExitCode);
        Assert.StartsWith("error: ", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Contains(says, result.Error.Replace('\\', '/'), StringComparison.Ordinal);
        Assert.Equal(before, place.Snapshot());
    }

    [Fact]
    public void Held_out_images_that_are_not_there_are_refused()
    {
        using var place = new Place();
        foreach (string[] command in (string[][])[["train", "tiny.yaml", "evaluation.set=validation", "--run", "new"], ["evaluate", TrainedRun.Finished, "--set", "validation", "--to", "new"]])
        {
            var result = place.Run(command);
            Assert.Equal(2, result.ExitCode);
            Assert.Contains("evaluation.set: there are no validation images", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
            Assert.False(Directory.Exists(place.In("new")));
        }
    }

    static JsonElement Evaluation(string run) => Json(Path.Combine(run, "evaluation.json"));

    static JsonElement Json(string file) => JsonDocument.Parse(File.ReadAllText(file)).RootElement;
}
