using System.CommandLine;
using Heliograph.Evaluation.OverSnr;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Pairs;
using Heliograph.Training.Torch;

namespace Heliograph.Cli.Commands;

/// <summary><c>heliograph pair calibrate</c>: for pairs whose run is gone, or was measured before there were temperatures.</summary>
static class PairCalibrateCommand
{
    public static Command Create(CancellationToken interrupt)
    {
        var folder = new Argument<string>("FOLDER") { Description = "A pair folder." };
        var snr = new Option<string?>("--snr") { Description = "SNRs in dB: low:high:step, a list, or both. Default: the experiment's.", HelpName = "GRID" };
        var set = new Option<string?>("--set") { Description = "Which images: test, or validation (those that data.validation holds out). Default: the experiment's.", HelpName = "SET" };
        var data = new Option<string?>("--data") { Description = "Folder to search for data first.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object; everything else goes to standard error." };
        var command = new ExampleCommand("calibrate", "Measure how sure a pair is at each SNR and how often it is right, fit temperatures that make the two agree, and write them into its pair.json. Answers and id stay the same.",
            "heliograph pair calibrate pairs/garden",
            "heliograph pair calibrate pairs/garden --data photos --snr -6:20:2 --json")
        { folder, snr, set, data, json };
        command.SetAction(parsed =>
        {
            string[] wanted =
            [
                "evaluation.draws=1",
                // Temperatures are of all modes, and of symbols sent as they are, whatever the run's own evaluation was of.
                "evaluation.constellation=null",
                "evaluation.width=null",
                "evaluation.symbols=null",
                .. parsed.GetValue(snr) is { } grid ? [$"evaluation.snr={grid}"] : Array.Empty<string>(),
                .. parsed.GetValue(set) is { } name ? [$"evaluation.set={name}"] : Array.Empty<string>(),
            ];
            var calibrated = Calibrate(parsed.GetValue(folder)!, wanted, parsed.GetValue(data), parsed.GetValue(json), interrupt);
            if (parsed.GetValue(json))
                Output.PrintJson(new { pair = calibrated.Description.Name, folder = calibrated.Folder, id = calibrated.Id.ToString(), calibrated.Description.Calibration });
            else
                Output.Print(calibrated.Description.Calibration!.Points);
            return 0;
        });
        return command;
    }

    static Pair Calibrate(string folder, string[] wanted, string? dataFolder, bool json, CancellationToken interrupt)
    {
        if (RunFolder.IsRun(folder))
            throw new UsageException($"{folder} is a run, whose own evaluation calibrates it: heliograph evaluate RUN, then heliograph export RUN");
        var calibrated = Pair.Open(folder);
        if (calibrated.Description.Gallery is not null)
            throw new UsageException($"{folder}: a pair that retrieves says how near an image is, not how sure it is: there is nothing to calibrate");
        using var source = RunSource.Open(folder, wanted, forWork: false);
        TorchRuntime.UseThreads(source.Experiment.Threads);
        var device = TorchRuntime.ForMeasuring(source.Experiment.Device);
        var measured = Reporters.Run(toStandardError: json, reporter =>
            PairEvaluation.Measure(source.Pair!, source.Experiment, source.LoadData(dataFolder, reporter.Warning), device, reporter, interrupt).Result);
        var points = measured.Calibration ?? throw new UsageException($"{folder}: {measured.Images} images are too few to calibrate on: at least 100");
        return PairFolder.Calibrate(calibrated, new(measured.Images!.Value, points) { MeasuredOn = measured.MeasuredOn == SetNames.Test ? null : measured.MeasuredOn, Modes = measured.ModeCalibration });
    }
}
