using System.Text.Json;

namespace Heliograph.EndToEnd.Tests;

/// <summary>Choosing among what was trained, and training what could be chosen.</summary>
public sealed class ChooseTest
{
    [Fact]
    public void A_run_and_its_pairs_are_weighed_against_budgets()
    {
        using var place = new Place();
        place.CopyRun(TrainedRun.Finished);
        place.CopyPair();
        place.Run("export", "run", "--to", "half", "--weights", "fp16", "--no-onnx").Succeeded();
        var all = place.Run("choose", ".", "--snr", "10", "--json").Succeeded().Json();
        Assert.Equal("snrDb budgets fitting others nearest experiment command", all.Fields());
        JsonElement[] fitting = [.. all.At("fitting").EnumerateArray()];
        Assert.Equal(3, fitting.Length);
        Assert.All(fitting, one => Assert.Equal("name folders seeds split ratio deviceMacs symbols ramBytes flashBytes top1 deviation ci95 backboneTop1 drop isOnFront reasons excess", one.Fields()));
        // They are one network, measured once: all the same but for the size of the weights.
        foreach (string same in (string[])["split", "deviceMacs", "symbols", "ramBytes", "top1", "drop", "isOnFront"])
            Assert.Single(fitting.Select(one => one.At(same).ToString()).Distinct());
        var flash = fitting.ToDictionary(one => Path.GetFileName(one.At("name").GetString()!), one => one.Number("flashBytes"));
        Assert.Equal((flash["pair"], flash["pair"]), (flash["run"], 2 * flash["half"]));
        // The file has a header before the weights.
        Assert.InRange(new FileInfo(place.In("pair", "device.safetensors")).Length - flash["pair"], 8, 4096);
        var costs = JsonDocument.Parse(File.ReadAllText(place.In("pair", "pair.json"))).RootElement.At("costs").At("device");
        Assert.Equal((costs.Number("macs"), costs.Number("peakActivationBytes")), (fitting[0].Number("deviceMacs"), fitting[0].Number("ramBytes")));

        string[] budgets = ["--max-flash", $"{flash["half"]}", "--max-macs", "100M", "--snr", "10"];
        var chosen = place.Run(["choose", "run", "pair", "half", .. budgets]).Succeeded();
        Assert.Matches(@"(?m)^  half +\* +\d+\.\d\d ", chosen.Output);
        Assert.Contains($"  run   {flash["run"]:N0} bytes of weights > {flash["half"]:N0}", chosen.Output, StringComparison.Ordinal);
        string[] csv = place.Run(["choose", "run", "pair", "half", .. budgets, "--csv"]).Succeeded().Output.TrimEnd().Split('\n');
        Assert.Equal("name,front,top1,half_width,drop,macs,symbols,ram_bytes,flash_bytes,split,ratio,seeds,fits,excess,reasons", csv[0]);
        Assert.Equal(["half,true", "pair,false", "run,false"], csv[1..].Select(line => string.Join(',', line.Split(',')[..2])));

        // Nothing meets this one: the others are told on standard output, the nearest on one line.
        var none = place.Run("choose", "run", "half", "--max-macs", "1k", "--max-flash", "1", "--snr", "10");
        Assert.Equal(1, none.ExitCode);
        Assert.StartsWith($"error: none of 2 meets the budgets; the nearest is half: {costs.Number("macs"):N0} MACs > 1,000; {flash["half"]:N0} bytes of weights > 1", Assert.Single(none.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("Out, the nearest first:", none.Output, StringComparison.Ordinal);
        Assert.Equal("half", place.Run("choose", "run", "half", "--max-flash", "1", "--json").Json().At("nearest").GetString());
        File.Delete(place.In("run", "evaluation.json"));
        Assert.Equal("error: none of 1 meets the budgets; of none is enough known to say how near it is: run: not measured yet (joint)", Assert.Single(place.Run("choose", "run", "--max-macs", "1k").ErrorLines));
    }

    [Fact]
    public void What_a_backbone_could_become_is_tried_and_a_kill_costs_nothing()
    {
        using var place = new Place();
        place.CopyRun(TrainedRun.Finished);
        string[] budgets = ["choose", "--from", "run", "--max-macs", "400k", "--max-symbols", "16", "--candidates", "3"];
        string[] command = [.. budgets, "--try", "--snr", "10", "--jobs", "2", "data.limit=128", "autoencoder.epochs=1", "joint.epochs=1", "joint.milestones=[]"];
        var proposed = place.Run([.. budgets, "--json"]).Succeeded().Json().At("fitting").EnumerateArray().ToList();
        Assert.Equal(3, proposed.Count);
        Assert.Empty(Directory.GetDirectories(place.Path, "runs"));

        using (var program = place.Start(command))
        {
            program.WaitUntil(() => Measured(place).Length > 0);
            program.Kill();
        }
        var result = place.Run([.. command, "--json"]).Succeeded();
        Assert.Matches("(?m)^3 runs, . nodes: [1-9] of . done", result.Error);
        var choice = result.Json();
        Assert.Equal(3, Measured(place).Length);
        JsonElement[] fitting = [.. choice.At("fitting").EnumerateArray()];
        // What was trained costs what was proposed.
        Assert.Equal(proposed.Select(Cost).Order(), fitting.Select(Cost).Order());
        Assert.Equal(fitting.Select(one => one.Number("top1")).OrderDescending(), fitting.Select(one => one.Number("top1")));
        string chosen = choice.At("experiment").GetString()!;
        Assert.Equal($"heliograph train {chosen} --run {Path.Combine("runs", "run-chosen")}", choice.At("command").GetString());
        place.Run([.. choice.At("command").GetString()!.Split(' ')[1..]]).Succeeded();
        var trained = JsonDocument.Parse(File.ReadAllText(place.In("runs", "run-chosen", "evaluation.json"))).RootElement;
        Assert.Equal((fitting[0].Number("deviceMacs"), fitting[0].Number("symbols")), (trained.Number("deviceMacs"), trained.Number("symbols")));
        Assert.Equal([0.0, 10.0], trained.At("points").EnumerateArray().Select(point => point.Number("snrDb")));

        static string Cost(JsonElement one) => $"{one.At("split")} {one.At("deviceMacs")} {one.At("symbols")} {one.At("ramBytes")} {one.At("flashBytes")}";
    }

    static string[] Measured(Place place) =>
        Directory.Exists(place.In("runs", "run-try")) ? Directory.GetFiles(place.In("runs", "run-try"), "evaluation.json", SearchOption.AllDirectories) : [];
}
