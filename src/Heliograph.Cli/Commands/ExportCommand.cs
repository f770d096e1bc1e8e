using System.CommandLine;
using System.Security.Cryptography;
using Heliograph.Experiments.Runs;
using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Training.Data;
using Heliograph.Training.Export;
using Heliograph.Training.Models;
using Heliograph.Wording;

namespace Heliograph.Cli.Commands;

static class ExportCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "The folder of a run with a trained pair, or with --backbone a trained backbone." };
        var backbone = new Option<bool>("--backbone") { Description = "Write the backbone instead, as one file, for pretrain.from, teachers and evaluate." };
        var to = new Option<string>("--to") { Description = "The pair folder to write, or with --backbone the file.", HelpName = "PATH", Required = true };
        var name = new Option<string?>("--name") { Description = "Name of the pair. Default: the folder's name.", HelpName = "NAME" };
        var weights = new Option<string>("--weights") { Description = "Format of the weights: fp32, or fp16 for half the size.", DefaultValueFactory = _ => "fp32", HelpName = "fp16|fp32" };
        // Its old name, from before "half" meant only a part of a pair.
        var half = new Option<string?>("--half") { Hidden = true };
        var noOnnx = new Option<bool>("--no-onnx") { Description = "Leave out device.onnx and edge.onnx." };
        var gallery = new Option<int?>("--gallery") { Description = "Training images of each class in the gallery of a pair that retrieves. Default: as many as the run was measured with.", HelpName = "N" };
        var neighbours = new Option<int?>("--neighbours") { Description = "How many of the nearest images of its gallery the edge names. Default: 5.", HelpName = "K" };
        var force = new Option<bool>("--force") { Description = "Replace an existing pair or file." };
        var data = new Option<string?>("--data") { Description = "Folder to search for data first.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object; everything else goes to standard error." };
        var command = new ExampleCommand("export", "Write a run's pair as a pair folder, for heliograph-device, the edge server and, as ONNX, other engines.",
            "heliograph export runs/quickstart --to pairs/signs",
            "heliograph export runs/pool4 --to pairs/garden --weights fp16",
            "heliograph export runs/pool4 --to pairs/garden --no-onnx --force --json",
            "heliograph export runs/retrieval --to pairs/finder --gallery 50 --neighbours 10",
            "heliograph export runs/backbone --backbone --weights fp16 --to models/vgg16-cifar100.safetensors")
        { run, backbone, to, name, weights, half, noOnnx, gallery, neighbours, force, data, json };
        command.SetAction(parsed =>
        {
            string folder = parsed.GetValue(to)!;
            if (parsed.GetResult(half) is not null && parsed.GetResult(weights) is { Implicit: false })
                throw new UsageException("--half is the old name of --weights: give one of them");
            var type = parsed.GetValue(half) is { } old ? WeightTypeOf("--half", old) : WeightTypeOf("--weights", parsed.GetValue(weights)!);
            if (parsed.GetValue(backbone))
            {
                if (parsed.GetValue(name) is not null || parsed.GetValue(noOnnx) || (parsed.GetValue(gallery) ?? parsed.GetValue(neighbours)) is not null)
                    throw new UsageException("--name, --no-onnx, --gallery and --neighbours are for pairs; a backbone is named by its file");
                return ExportBackbone(parsed.GetValue(run)!, folder, type, parsed.GetValue(force), parsed.GetValue(data), parsed.GetValue(json));
            }
            var options = new ExportOptions(parsed.GetValue(name) ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))))
            {
                Type = type,
                Onnx = !parsed.GetValue(noOnnx),
                Gallery = parsed.GetValue(gallery),
                Neighbours = parsed.GetValue(neighbours),
                Replace = parsed.GetValue(force),
            };
            var pair = Export(parsed.GetValue(run)!, folder, options, parsed.GetValue(data));
            if (parsed.GetValue(json))
                Output.PrintJson(new { pair = pair.Description.Name, folder, id = pair.Id.ToString(), files = PairFiles.Of(pair) });
            else
                Print(pair);
            return 0;
        });
        return command;
    }

    static Pair Export(string from, string folder, ExportOptions options, string? dataFolder)
    {
        using var run = RunFolder.OpenForReading(from);
        // What would be refused at the end is refused before the data are read.
        PairFolder.CheckFree(folder, options.Replace);
        if (!Pair.IsName(options.Name))
            throw new UsageException($"--name: '{options.Name}' cannot be the name of a pair: 1 to 100 letters, digits, '-', '_' or '.', starting with a letter or digit");
        string last = run.ReadExperiment().Steps().StepNames[^1];
        if (TrainedPair.Of(run).Step is { } step && step != last)
            Warn($"the run has not finished its step {last}; this is the pair from step {step}");
        return RunExport.Write(run, RunDataSet.Load(run, run.ReadExperiment(), dataFolder, Warn), folder, options);
    }

    static int ExportBackbone(string from, string path, WeightType type, bool replace, string? dataFolder, bool json)
    {
        using var run = RunFolder.OpenForReading(from);
        BackboneExport.CheckFree(path, replace);
        var card = BackboneExport.Write(run, RunDataSet.Load(run, run.ReadExperiment(), dataFolder, Warn), path, type, replace);
        byte[] content = File.ReadAllBytes(path);
        string hash = Convert.ToHexStringLower(SHA256.HashData(content));
        if (json)
            Output.PrintJson(new { backbone = path, bytes = content.Length, sha256 = hash, card.Data, card.TestImages, card.Top1, card.Top5 });
        else
            Output.Line(FormattableString.Invariant($"{path}: {content.Length:N0} bytes, SHA-256 {hash}; ") + Accuracy(card));
        return 0;
    }

    static string Accuracy(BackboneCard card) => card.Top1 is { } top1 ? FormattableString.Invariant($"top-1 {top1:0.00} % on {card.TestImages:N0} test images of {card.Data}")
        : $"not measured on the test images of {card.Data}";

    static void Warn(string text) => Output.Note("warning: " + text);

    static WeightType WeightTypeOf(string option, string text) => text switch
    {
        "fp32" => WeightType.F32,
        "fp16" => WeightType.F16,
        _ => throw new UsageException($"{option} must be fp16 or fp32, not '{text}'"),
    };

    static void Print(Pair pair)
    {
        Output.Line(FormattableString.Invariant(
            $"{pair.Folder}: pair {pair.Description.Name}, {pair.Id}, split at {pair.Description.Split}, {pair.Description.Symbols} symbols"));
        PairFiles.Print(pair);
    }
}
