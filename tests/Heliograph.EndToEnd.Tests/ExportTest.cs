using System.Security.Cryptography;
using System.Text.Json;

namespace Heliograph.EndToEnd.Tests;

/// <summary>From a run to a pair folder, and what other programs then read of it.</summary>
public sealed class ExportTest : IDisposable
{
    static readonly string[] AllFiles = ["device.onnx", "device.safetensors", "edge.onnx", "edge.safetensors", "pair.json"];

    readonly Place place = new();

    public ExportTest() => place.CopyRun(TrainedRun.Finished);

    public void Dispose() => place.Dispose();

    [Fact]
    public void Export_writes_what_it_says()
    {
        string[] before = place.Snapshot();
        var result = place.Run("export", "run", "--to", "pairs/garden", "--json").Succeeded();
        Assert.Empty(result.Error);
        var said = result.Json();
        Assert.Equal("pair folder id files", said.Fields());
        Assert.Equal("garden", said.At("pair").GetString());
        Assert.Equal("pairs/garden", said.At("folder").GetString());

        JsonElement[] files = [.. said.At("files").EnumerateArray()];
        Assert.All(files, file => Assert.Equal("name bytes sha256", file.Fields()));
        Assert.Equal(AllFiles, files.Select(file => file.At("name").GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal(AllFiles, Directory.GetFileSystemEntries(place.In("pairs", "garden")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var file in files)
        {
            byte[] bytes = File.ReadAllBytes(place.In("pairs", "garden", file.At("name").GetString()!));
            Assert.Equal(bytes.Length, file.At("bytes").GetInt64());
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), file.At("sha256").GetString());
        }
        Assert.Equal(place.Run("pair", "info", "pairs/garden", "--json").Succeeded().Json().At("id").GetString(), said.At("id").GetString());
        // Nothing lies beside the pair, and the run is as it was.
        Assert.Equal(["garden"], Directory.GetFileSystemEntries(place.In("pairs")).Select(Path.GetFileName));
        Assert.Equal(before, place.Snapshot().Where(line => !line.StartsWith("pairs", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_backbone_is_a_file_that_is_found_by_name()
    {
        var said = place.Run("export", "run", "--backbone", "--weights", "fp16", "--to", "models/small.safetensors", "--json").Succeeded().Json();
        Assert.Equal("backbone bytes sha256 data testImages top1 top5", said.Fields());
        byte[] file = File.ReadAllBytes(place.In("models", "small.safetensors"));
        Assert.Equal((file.Length, Convert.ToHexStringLower(SHA256.HashData(file))), (said.At("bytes").GetInt32(), said.At("sha256").GetString()));
        double trained = JsonDocument.Parse(File.ReadAllText(place.In("run", "steps", "pretrain", "result.json"))).RootElement.Number("top1");
        Assert.Equal(trained, said.Number("top1"));
        Assert.Equal(trained, place.Run("evaluate", "run", "--backbone", "--json").Succeeded().Json().Number("top1"));
        // Also where there is not the GPU that the experiment asks for.
        Assert.Equal(trained, place.Run("evaluate", "run", "device=cuda", "--backbone", "--json").Succeeded().Json().Number("top1"));

        // From any folder below; the file knows its data. Rounding to 16 bits may move one of the 64 images.
        Directory.CreateDirectory(place.In("deep", "down"));
        var measured = HeliographProgram.Run(place.In("deep", "down"), "evaluate", "small", "--json").Succeeded().Json();
        Assert.Equal("backbone data set images top1 top5 macs", measured.Fields());
        Assert.Equal(("signs", "test", 64), (measured.At("data").GetString(), measured.At("set").GetString(), measured.At("images").GetInt32()));
        Assert.Equal(trained, measured.Number("top1"), 100.0 / 64);
        string text = place.Run("train", "tiny.yaml", "pretrain.from=small", "prune.teacher=pretrain", "autoencoder.loss=l1+0.5*distillation", "autoencoder.teacher=run",
            "joint.teacher=small", "joint.distillation.form=decoupled", "--run", "next").Succeeded().Output;
        Assert.Contains("(backbone taken from small)", text, StringComparison.Ordinal);
        Assert.Contains("% of the power in a constant", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Pair_info_tells_what_the_run_knew()
    {
        place.CopyPair();
        var result = place.Run("pair", "info", "pair", "--json").Succeeded();
        Assert.Empty(result.Error);
        var info = result.Json();
        Assert.Equal("pair folder id split pruningRatio symbols modes task metric gallery channel size normalisation classes costs accuracy calibration provenance files", info.Fields());
        Assert.Equal("pool3", info.At("split").GetString());
        Assert.Equal(16, info.At("symbols").GetInt32());
        Assert.InRange(info.Number("pruningRatio"), 0.27, 0.3);
        Assert.Equal(14.5, info.At("channel").Number("snrLowDb"));
        Assert.Equal([3, 32, 32], info.At("size").EnumerateArray().Select(side => side.GetInt32()));

        var data = place.Run("data", "info", "signs", "--json").Succeeded().Json();
        Assert.Equal(data.At("classes").GetInt32(), info.At("classes").GetArrayLength());
        Assert.Equal(3, info.At("normalisation").At("mean").GetArrayLength());

        var evaluation = JsonDocument.Parse(File.ReadAllText(place.In("run", "evaluation.json"))).RootElement;
        var accuracy = info.At("accuracy");
        Assert.Equal((64, 2), (accuracy.At("images").GetInt32(), accuracy.At("draws").GetInt32()));
        Assert.Equal(Compact(evaluation.At("points")), Compact(accuracy.At("points")));
        Assert.Equal(evaluation.Number("noiselessTop1"), accuracy.Number("noiselessTop1"));
        Assert.Equal(evaluation.Number("backboneTop1"), accuracy.Number("backboneTop1"));
        Assert.Equal(evaluation.Number("deviceMacs"), info.At("costs").At("device").Number("macs"));
        Assert.Contains("width: 0.125", info.At("provenance").At("experiment").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, info.At("provenance").At("seed").GetInt32());

        string text = place.Run("pair", "info", "pair").Succeeded().Output;
        Assert.Contains(info.At("id").GetString()!, text, StringComparison.Ordinal);
        Assert.Contains("every file verified", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pair_is_measured_like_the_run_it_came_from()
    {
        place.Run("export", "run", "--to", "single").Succeeded();
        place.Run("export", "run", "--to", "half", "--weights", "fp16").Succeeded();
        Directory.Move(place.In("run"), place.In("away")); // the pair must do without it
        string[] before = place.Snapshot();
        var run = place.Run("evaluate", "away", "--snr", "0,5,30", "--draws", "4", "--to", "out", "--json").Succeeded().Json();
        var single = place.Run("evaluate", "single", "--snr", "0,5,30", "--draws", "4", "--json").Succeeded().Json();
        var half = place.Run("evaluate", "half", "--snr", "0,5,30", "--draws", "4", "--json").Succeeded().Json();

        Assert.Equal("pair split symbols deviceMacs backboneTop1 noiselessTop1 points measuredOn images draws channel snrConvention seed", single.Fields());
        Assert.Equal("single", single.At("pair").GetString());
        // The same arithmetic on the same numbers.
        foreach (string field in (string[])["split", "symbols", "deviceMacs", "backboneTop1", "noiselessTop1", "points"])
            Assert.Equal(Compact(run.At(field)), Compact(single.At(field)));
        // Rounded weights may turn an image or two of the 64.
        Assert.InRange(half.Number("noiselessTop1"), run.Number("noiselessTop1") - 3.2, run.Number("noiselessTop1") + 3.2);
        foreach (var (rounded, whole) in half.At("points").EnumerateArray().Zip(run.At("points").EnumerateArray()))
            Assert.InRange(rounded.Number("top1"), whole.Number("top1") - whole.Number("ci95") - 1.6, whole.Number("top1") + whole.Number("ci95") + 1.6);
        // A pair folder stays as it was exported.
        Assert.Equal(before, place.Snapshot().Where(line => !line.StartsWith("out", StringComparison.Ordinal)));
    }

    [Fact]
    public void Half_precision_and_no_graphs_make_it_small()
    {
        place.Run("export", "run", "--to", "single").Succeeded();
        place.Run("export", "run", "--to", "half", "--weights", "fp16").Succeeded();
        // --half was the option's name before.
        place.Run("export", "run", "--to", "bare", "--half", "fp16", "--no-onnx").Succeeded();
        Assert.Equal(["device.safetensors", "edge.safetensors", "pair.json"], Directory.GetFiles(place.In("bare")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (string file in (string[])["edge.safetensors", "edge.onnx"])
            Assert.InRange((double)Length("half", file) / Length("single", file), 0.49, 0.53);
        Assert.Equal(File.ReadAllBytes(place.In("half", "edge.safetensors")), File.ReadAllBytes(place.In("bare", "edge.safetensors")));
        place.Run("pair", "info", "bare").Succeeded();

        long Length(string folder, string file) => new FileInfo(place.In(folder, file)).Length;
    }

    [Fact]
    public void A_pair_is_replaced_whole_when_asked()
    {
        place.Run("export", "run", "--to", "pair").Succeeded();
        string first = Id();
        place.Run("export", "run", "--to", "pair", "--weights", "fp16", "--no-onnx", "--name", "other", "--force").Succeeded();
        Assert.NotEqual(first, Id());
        Assert.False(File.Exists(place.In("pair", "edge.onnx")));
        Assert.Equal("other", place.Run("pair", "info", "pair", "--json").Succeeded().Json().At("pair").GetString());

        string Id() => place.Run("pair", "info", "pair", "--json").Succeeded().Json().At("id").GetString()!;
    }

    [Fact]
    public void Killed_at_random_moments_it_leaves_the_old_pair_or_the_new_one()
    {
        place.CopyPair();
        string[] command = ["export", "run", "--to", "pair", "--weights", "fp16", "--force"];
        var watch = System.Diagnostics.Stopwatch.StartNew();
        place.Run([.. command[..3], "measured"]).Succeeded();
        int whole = (int)watch.ElapsedMilliseconds;
        var random = new Random(3);
        for (int i = 0; i < 6; i++)
        {
            using var program = place.Start(command);
            Thread.Sleep(random.Next(whole / 3, whole));
            if (!program.HasExited)
                program.Kill();
            // Between two renames there is no pair for a moment; never half of one.
            if (Directory.Exists(place.In("pair")))
                place.Run("pair", "info", "pair").Succeeded();
        }
        place.Run(command).Succeeded();
        place.Run("pair", "info", "pair").Succeeded();
    }

    [SkippableFact]
    public void A_full_disk_leaves_nothing()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs a small file system of Linux");
        Directory.CreateDirectory(place.In("disk"));
        var probe = HeliographProgram.RunAny(place.Path, "sh", "-c", "unshare -rm mount -t tmpfs none disk");
        Skip.If(probe.ExitCode != 0, $"a private file system is not permitted here: {probe.Error.Trim()}");
        string command = string.Join(' ', HeliographProgram.Command.Select(part => $"'{part}'")) + " export run --to disk/pair";
        var result = HeliographProgram.RunAny(place.Path, "unshare", "-rm", "sh", "-c",
            $"mount -t tmpfs -o size=700k none disk && {{ {command}; echo code $?; find disk; }}");
        Assert.Equal("code 1\ndisk", result.Output.Trim());
        Assert.StartsWith("error: No space left on device", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void The_pair_says_with_how_many_draws_it_was_measured()
    {
        place.Run("evaluate", "run", "--snr", "7", "--draws", "3").Succeeded();
        place.Run("export", "run", "--to", "pair").Succeeded();
        var accuracy = place.Run("pair", "info", "pair", "--json").Succeeded().Json().At("accuracy");
        Assert.Equal(3, accuracy.At("draws").GetInt32());
        Assert.Equal(7, Assert.Single(accuracy.At("points").EnumerateArray()).Number("snrDb"));
    }

    [Fact]
    public void A_run_without_its_last_step_gives_the_pair_it_has_and_says_so()
    {
        Directory.Delete(place.In("run", "steps", "joint"), recursive: true);
        File.Delete(place.In("run", "evaluation.json"));
        var result = place.Run("export", "run", "--to", "pair").Succeeded();
        Assert.Equal("warning: the run has not finished its step joint; this is the pair from step autoencoder", Assert.Single(result.ErrorLines));
        Assert.Equal(JsonValueKind.Null, place.Run("pair", "info", "pair", "--json").Succeeded().Json().At("accuracy").ValueKind);
    }

    static string Compact(JsonElement element) => JsonSerializer.Serialize(element);
}
