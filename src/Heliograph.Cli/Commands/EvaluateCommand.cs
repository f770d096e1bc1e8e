using System.CommandLine;
using Heliograph.Evaluation.OverSnr;
using Heliograph.Experiments.Runs;
using Heliograph.Training.Torch;

namespace Heliograph.Cli.Commands;

static class EvaluateCommand
{
    public static Command Create(CancellationToken interrupt)
    {
        var source = new Argument<string>("RUN|PAIR|BACKBONE")
        {
            Description = "The folder of a run, a pair folder, or a backbone: a safetensors file (this program's, or with torchvision's names of VGG) or the name of one that ships.",
        };
        var overrides = new Argument<string[]>("key=value") { Description = "For a backbone, values that differ from its experiment's, such as data.name=cifar10.", Arity = ArgumentArity.ZeroOrMore };
        var backbone = new Option<bool>("--backbone") { Description = "Measure a run's backbone instead of its pair." };
        var snr = new Option<string?>("--snr") { Description = "SNRs in dB, low:high:step, a list, or both; the experiment's when not given.", HelpName = "GRID" };
        var channel = new Option<string?>("--channel") { Description = "Another channel than that of the training, such as rayleigh:block=1,csi=receiver; with --to, or for a pair.", HelpName = "CHANNEL" };
        var draws = new Option<int?>("--draws") { Description = "Independent noise draws over the whole set at each SNR.", HelpName = "N" };
        var set = new Option<string?>("--set") { Description = "On which images: test, or validation, those that data.validation holds out; the experiment's when not given.", HelpName = "SET" };
        var to = new Option<string?>("--to") { Description = "Folder for evaluation.json, .csv, .hits, .png and .svg; when not given a run's own, for a pair none. Of a backbone .json and .hits.", HelpName = "DIR" };
        var data = new Option<string?>("--data") { Description = "Where to look for data first.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object; everything else goes to standard error." };
        var command = new ExampleCommand("evaluate", "Measure a pair's accuracy over SNR on the test set, or on held-out images; or a backbone's accuracy.",
            "heliograph evaluate runs/quickstart",
            "heliograph evaluate runs/pool4 --snr -6:20:2 --draws 10",
            "heliograph evaluate runs/pool4 --snr 0,14.5 --json",
            "heliograph evaluate runs/pool4 --set validation --to choices/pool4",
            "heliograph evaluate pairs/garden --data photos",
            "heliograph evaluate pairs/garden --channel rayleigh:block=1,csi=receiver",
            "heliograph evaluate runs/backbone --backbone",
            "heliograph evaluate vgg16_bn.safetensors data.name=cifar10")
        { source, overrides, backbone, snr, channel, draws, set, to, data, json };
        command.SetAction(parsed =>
        {
            string[] values = parsed.GetValue(overrides)!;
            if (parsed.GetValue(backbone) || EvaluateBackbone.Suits(parsed.GetValue(source)!))
            {
                if (parsed.GetValue(snr) is not null || parsed.GetValue(draws) is not null || parsed.GetValue(channel) is not null)
                    throw new UsageException("--snr, --channel and --draws are of pairs: a backbone is measured without a channel");
                string[] wanted = [.. values, .. parsed.GetValue(set) is { } on ? [$"evaluation.set={on}"] : Array.Empty<string>()];
                return EvaluateBackbone.Run(parsed.GetValue(source)!, wanted, parsed.GetValue(to), parsed.GetValue(data), parsed.GetValue(json), interrupt);
            }
            if (values.Length > 0)
                throw new UsageException($"'{values[0]}': a pair is measured with its own experiment; --snr, --channel, --draws and --data may differ");
            string[] measured =
            [
                .. parsed.GetValue(snr) is { } grid ? [$"evaluation.snr={grid}"] : Array.Empty<string>(),
                .. parsed.GetValue(channel) is { } through ? [$"channel.name={through}"] : Array.Empty<string>(),
                .. parsed.GetValue(draws) is { } n ? [FormattableString.Invariant($"evaluation.draws={n}")] : Array.Empty<string>(),
                .. parsed.GetValue(set) is { } name ? [$"evaluation.set={name}"] : Array.Empty<string>(),
            ];
            return Evaluate(parsed.GetValue(source)!, measured, parsed.GetValue(to), parsed.GetValue(data), parsed.GetValue(json), interrupt);
        });
        return command;
    }

    static int Evaluate(string folder, string[] overrides, string? to, string? dataFolder, bool json, CancellationToken interrupt)
    {
        using var source = PairSource.Open(folder, overrides, forWork: to is null);
        var experiment = source.Experiment;
        TorchRuntime.UseThreads(experiment.Threads);
        var device = TorchRuntime.Resolve(experiment.Device);
        // A pair folder holds what its description names and nothing else.
        string? target = to ?? source.Run?.Path;
        if (to is null && source.Run is { } trained && trained.ReadExperiment().Channel.Name != experiment.Channel.Name)
            throw new UsageException("--channel: a run's own evaluation is through the channel that it was trained for; give --to DIR for another");
        if (File.Exists(target))
            throw new UsageException($"--to: {target} is a file, not a folder");
        var result = Reporters.Run(toStandardError: json, reporter =>
        {
            var data = source.LoadData(dataFolder, reporter.Warning);
            var (measured, hits) = PairEvaluation.Measure(source.Pair, experiment, data, device, reporter, interrupt);
            if (target is not null)
                RunEvaluation.Write(target, measured, hits);
            // A run says with which options its own evaluation was made.
            if (to is null && source.Run is { } run && run.ReadExperiment() is var own && own.Evaluation != experiment.Evaluation)
                run.Write(own with { Evaluation = experiment.Evaluation });
            return measured;
        });
        if (json)
        {
            Output.PrintJson(result);
        }
        else
        {
            Output.Print(result);
            if (target is not null)
                Output.Line($"plot: {EvaluationFiles.PngPath(target)}");
        }
        return 0;
    }
}
