using System.CommandLine;
using Heliograph.Training.Data;
using Heliograph.Training.Evaluation;
using Heliograph.Training.Runs;
using Heliograph.Training.Torch;

namespace Heliograph.Cli.Commands;

static class EvaluateCommand
{
    public static Command Create(CancellationToken interrupt)
    {
        var run = new Argument<string>("RUN") { Description = "The folder of a run whose pair is trained." };
        var snr = new Option<string?>("--snr") { Description = "SNRs in dB, low:high:step or a list; the experiment's when not given.", HelpName = "GRID" };
        var draws = new Option<int?>("--draws") { Description = "Independent noise draws over the whole test set at each SNR.", HelpName = "N" };
        var to = new Option<string?>("--to") { Description = "Folder for evaluation.json, .csv, .png and .svg; the run's when not given.", HelpName = "DIR" };
        var data = new Option<string?>("--data") { Description = "Where to look for data first.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object; everything else goes to standard error." };
        var command = new ExampleCommand("evaluate", "Measure a pair's accuracy over SNR on the test set.",
            "heliograph evaluate runs/quickstart",
            "heliograph evaluate runs/pool4 --snr -6:20:2 --draws 10",
            "heliograph evaluate runs/pool4 --snr 0,14.5 --json")
        { run, snr, draws, to, data, json };
        command.SetAction(parsed =>
        {
            string[] overrides =
            [
                .. parsed.GetValue(snr) is { } grid ? [$"evaluation.snr={grid}"] : Array.Empty<string>(),
                .. parsed.GetValue(draws) is { } n ? [FormattableString.Invariant($"evaluation.draws={n}")] : Array.Empty<string>(),
            ];
            return Evaluate(parsed.GetValue(run)!, overrides, parsed.GetValue(to), parsed.GetValue(data), parsed.GetValue(json), interrupt);
        });
        return command;
    }

    static int Evaluate(string folder, string[] overrides, string? to, string? dataFolder, bool json, CancellationToken interrupt)
    {
        using var run = RunFolder.OpenForReading(folder);
        string path = run.In("experiment.yaml");
        var experiment = OptionsBinder.Bind<Experiment>(File.ReadAllText(path), path, overrides);
        TorchRuntime.UseThreads(experiment.Threads);
        var device = TorchRuntime.Resolve(experiment.Device);
        string target = to ?? folder;
        if (File.Exists(target))
            throw new UsageException($"--to: {target} is a file, not a folder");
        var result = Reporters.Run(toStandardError: json, reporter =>
        {
            var data = DataSets.Load(experiment.Data, dataFolder, experiment.Seed);
            var measured = RunEvaluation.Measure(run, experiment, data, device, TorchRuntime.Resolve(experiment.Precision, device),
                experiment.Evaluation, reporter, interrupt);
            EvaluationFiles.Write(target, measured);
            return measured;
        });
        if (json)
        {
            Output.PrintJson(result);
        }
        else
        {
            Output.Print(result);
            Console.Out.WriteLine($"plot: {EvaluationFiles.PlotPath(target)}");
        }
        return 0;
    }
}
