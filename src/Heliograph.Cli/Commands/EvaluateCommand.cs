using System.CommandLine;
using Heliograph.Digital;
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
            Description = "A run folder, a pair folder, or a backbone: a safetensors file (written by this program, or with torchvision's VGG names) or the name of one that ships.",
        };
        var overrides = new Argument<string[]>("key=value") { Description = "For a backbone: values to change in its experiment, such as data.name=cifar10.", Arity = ArgumentArity.ZeroOrMore };
        var backbone = new Option<bool>("--backbone") { Description = "Measure a run's backbone instead of its pair." };
        var snr = new Option<string?>("--snr") { Description = "SNRs in dB: low:high:step, a list, or both. Default: the experiment's.", HelpName = "GRID" };
        var channel = new Option<string?>("--channel") { Description = "A channel other than the one in training, such as rayleigh:block=1,csi=receiver; for a pair, or with --to.", HelpName = "CHANNEL" };
        var constellation = new Option<string?>("--constellation") { Description = $"Move a pair's symbols to the nearest points of a constellation before they are sent, and measure that beside symbols sent as they are: {string.Join(", ", Constellation.Names)}. Of a run nothing is written without --to.", HelpName = "NAME" };
        var draws = new Option<int?>("--draws") { Description = "Number of independent draws of the noise over the whole set at each SNR.", HelpName = "N" };
        var set = new Option<string?>("--set") { Description = "Which images: test, or validation (those that data.validation holds out). Default: the experiment's.", HelpName = "SET" };
        var width = new Option<double?>("--width") { Description = "Of an elastic pair only this width: the share of each layer's filters that it lacks. Default: the widest, or together with --symbols all modes.", HelpName = "RATIO" };
        var symbols = new Option<int?>("--symbols") { Description = "Of an elastic pair only this number of symbols. Default: the most, or together with --width all modes.", HelpName = "K" };
        var to = new Option<string?>("--to") { Description = "Folder for evaluation.json, .csv, .hits, .png, .svg and .yaml (the experiment), which compare, plot and report take beside runs; for a backbone .json and .hits. Default: the run's own folder; for a pair, nothing is written.", HelpName = "DIR" };
        var data = new Option<string?>("--data") { Description = "Folder to search for data first.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object; everything else goes to standard error." };
        var command = new ExampleCommand("evaluate", "Measure a pair's accuracy over SNR, or a backbone's accuracy, on the test set or on held-out images.",
            "heliograph evaluate runs/quickstart",
            "heliograph evaluate runs/pool4 --snr -6:20:2 --draws 10",
            "heliograph evaluate runs/pool4 --snr 0,14.5 --json",
            "heliograph evaluate runs/pool4 --set validation --to choices/pool4",
            "heliograph evaluate runs/elastic --width 0.5 --symbols 64 --to choices/elastic-64",
            "heliograph evaluate pairs/garden --data photos",
            "heliograph evaluate pairs/garden --channel rayleigh:block=1,csi=receiver",
            "heliograph evaluate pairs/garden --constellation 16-qam",
            "heliograph evaluate runs/backbone --backbone",
            "heliograph evaluate vgg16_bn.safetensors data.name=cifar10")
        { source, overrides, backbone, snr, channel, constellation, draws, set, width, symbols, to, data, json };
        command.SetAction(parsed =>
        {
            string[] values = parsed.GetValue(overrides)!;
            if (parsed.GetValue(backbone) || EvaluateBackbone.Suits(parsed.GetValue(source)!))
            {
                if (parsed.GetValue(snr) is not null || parsed.GetValue(draws) is not null || parsed.GetValue(channel) is not null || parsed.GetValue(constellation) is not null || parsed.GetValue(width) is not null || parsed.GetValue(symbols) is not null)
                    throw new UsageException("--snr, --channel, --constellation, --draws, --width and --symbols are for pairs: a backbone is measured without a channel");
                string[] wanted = [.. values, .. parsed.GetValue(set) is { } on ? [$"evaluation.set={on}"] : Array.Empty<string>()];
                return EvaluateBackbone.Run(parsed.GetValue(source)!, wanted, parsed.GetValue(to), parsed.GetValue(data), parsed.GetValue(json), interrupt);
            }
            if (values.Length > 0)
                throw new UsageException($"'{values[0]}': a pair is measured with its own experiment; only --snr, --channel, --constellation, --draws and --data may differ");
            string[] measured =
            [
                .. parsed.GetValue(snr) is { } grid ? [$"evaluation.snr={grid}"] : Array.Empty<string>(),
                .. parsed.GetValue(channel) is { } through ? [$"channel.name={through}"] : Array.Empty<string>(),
                .. parsed.GetValue(constellation) is { } points ? [$"evaluation.constellation={Known(points)}"] : Array.Empty<string>(),
                .. parsed.GetValue(draws) is { } n ? [FormattableString.Invariant($"evaluation.draws={n}")] : Array.Empty<string>(),
                .. parsed.GetValue(set) is { } name ? [$"evaluation.set={name}"] : Array.Empty<string>(),
                .. parsed.GetValue(width) is { } ratio ? [FormattableString.Invariant($"evaluation.width={ratio}")] : Array.Empty<string>(),
                .. parsed.GetValue(symbols) is { } k ? [FormattableString.Invariant($"evaluation.symbols={k}")] : Array.Empty<string>(),
            ];
            return Evaluate(parsed.GetValue(source)!, measured, parsed.GetValue(to), parsed.GetValue(data), parsed.GetValue(json), interrupt);
        });
        return command;
    }

    static string Known(string constellation)
    {
        try
        {
            _ = Constellation.Parse(constellation);
            return constellation;
        }
        catch (UsageException e)
        {
            throw new UsageException($"--constellation: {e.Message}", e);
        }
    }

    static int Evaluate(string folder, string[] overrides, string? to, string? dataFolder, bool json, CancellationToken interrupt)
    {
        // What is sent in another way than in training is not the run's own evaluation.
        bool isOwn = to is null && !overrides.Any(value => value.StartsWith("evaluation.constellation=", StringComparison.Ordinal));
        using var source = RunSource.Open(folder, overrides, forWork: isOwn);
        var experiment = source.Experiment;
        // Before its data are looked for.
        if (experiment.Evaluation is not { Width: null, Symbols: null })
            _ = source.Pair?.In(experiment.Evaluation.Width, experiment.Evaluation.Symbols);
        TorchRuntime.UseThreads(experiment.Threads);
        var device = TorchRuntime.ForMeasuring(experiment.Device);
        // A pair folder holds what its description names and nothing else.
        string? target = to ?? (isOwn ? source.Run?.Path : null);
        if (isOwn && source.Run is { } trained && trained.ReadExperiment().Channel.Name != experiment.Channel.Name)
            throw new UsageException("--channel: a run's own evaluation uses the channel that it was trained for; give --to DIR for another channel");
        if (isOwn && source.Run is not null && experiment.Evaluation is not { Width: null, Symbols: null })
            throw new UsageException("--width, --symbols: a run's own evaluation has all modes; give --to DIR for one of them");
        if (File.Exists(target))
            throw new UsageException($"--to: {target} is a file, not a folder");
        var result = Reporters.Run(toStandardError: json, reporter =>
        {
            var data = source.LoadData(dataFolder, reporter.Warning);
            var (measured, hits) = source.Pair is { } pair ? PairEvaluation.Measure(pair, experiment, data, device, reporter, interrupt)
                : RunEvaluation.Measure(source.Run!, experiment, data, device, reporter, interrupt);
            if (to is not null)
                EvaluationFiles.Write(to, experiment);
            if (target is not null)
                RunEvaluation.Write(target, measured, hits);
            // A run records the options of its own evaluation.
            if (isOwn && source.Run is { } run && run.ReadExperiment() is var own && own.Evaluation != experiment.Evaluation)
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
