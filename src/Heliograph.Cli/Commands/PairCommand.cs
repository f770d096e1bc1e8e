using System.CommandLine;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Records;
using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Wording;

namespace Heliograph.Cli.Commands;

static class PairCommand
{
    public static Command Create(Interrupt interrupt) => new ExampleCommand("pair", "Inspect and calibrate pair folders.",
        "heliograph pair info pairs/garden",
        "heliograph pair info pairs/garden --json",
        "heliograph pair calibrate pairs/garden")
    { Info(), interrupt.WatchedBy(PairCalibrateCommand.Create) };

    static ExampleCommand Info()
    {
        var folder = new Argument<string>("FOLDER") { Description = "A pair folder." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExampleCommand("info", "Verify every file of a pair and describe it.",
            "heliograph pair info pairs/garden",
            "heliograph pair info pairs/garden --json")
        { folder, json };
        command.SetAction(parsed =>
        {
            var pair = Pair.Open(parsed.GetValue(folder)!);
            pair.Verify();
            if (parsed.GetValue(json))
                PrintJson(pair);
            else
                Print(pair);
            return 0;
        });
        return command;
    }

    static void PrintJson(Pair pair)
    {
        var known = pair.Description;
        var (channels, height, width) = known.Device.Input;
        Output.PrintJson(new
        {
            pair = known.Name,
            folder = pair.Folder,
            id = pair.Id.ToString(),
            known.Split,
            known.PruningRatio,
            known.Symbols,
            modes = known.Modes is { } modes ? new { modes.Ratios, modes.Symbols, modes.SnrLowDb, modes.SnrHighDb } : null,
            known.Task,
            known.Metric,
            known.Gallery,
            known.Channel,
            size = new[] { channels, height, width },
            known.Normalisation,
            known.Classes,
            costs = Costs(pair),
            known.Accuracy,
            known.Calibration,
            known.Provenance,
            files = PairFiles.Of(pair),
        });
    }

    static void Print(Pair pair)
    {
        var known = pair.Description;
        var costs = Costs(pair);
        void Line(string what, FormattableString value) => Output.Line($"{what,-10} {FormattableString.Invariant(value)}");
        Line("pair", $"{known.Name} ({pair.Id}), every file verified");
        Line("input", $"{known.Device.Input}, {known.Classes.Count} classes");
        Line("split", $"{known.Split}, {100 * known.PruningRatio:0.#} % of the filters removed, {known.Symbols} symbols");
        if (known.Modes is { } modes)
            Line("modes", $"widths with {string.Join(", ", modes.Ratios.Select(ratio => FormattableString.Invariant($"{100 * ratio:0.#}")))} % of the filters removed; {string.Join(", ", modes.Symbols)} symbols");
        if (known.Device.Layers.OfType<SnrTable>().Any())
            Line("encoder", $"knows the SNR that the edge last reported");
        if (known.Gallery is { } gallery)
            Line("retrieves", $"the nearest {gallery.Neighbours} of a gallery of {gallery.Images:N0} images, by the {known.Metric} of {gallery.Dimensions:N0} values");
        Line("trained", $"{known.Channel.Name}, {new SnrRange(known.Channel.SnrLowDb, known.Channel.SnrHighDb)} dB (P/σ² per real symbol)");
        Line("device", $"{costs.Device.Macs:N0} MACs, {costs.Device.Parameters:N0} parameters, {costs.Device.PeakActivationBytes:N0} bytes of activations");
        Line("edge", $"{costs.Edge.Macs:N0} MACs, {costs.Edge.Parameters:N0} parameters");
        if (known.Provenance is { } from)
            Line("from", $"Heliograph {from.Heliograph}, commit {from.Commit ?? "unknown"}, seed {from.Seed}");
        if (known.Accuracy is { } accuracy)
            Print(accuracy);
        if (known.Calibration is { } calibration)
            Print(calibration);
        PairFiles.Print(pair);
    }

    static void Print(MeasuredAccuracy accuracy)
    {
        Output.Line(FormattableString.Invariant($"{"accuracy",-10} on {accuracy.Images:N0} {accuracy.MeasuredOn ?? SetNames.Test} images, {accuracy.Draws} draws of the noise"));
        Output.Print(accuracy.Points, accuracy.NoiselessTop1, accuracy.BackboneTop1, precision: accuracy.MeanAveragePrecision);
        if (accuracy.Modes is { } modes)
            Output.PrintModes(modes);
    }

    static void Print(Calibration calibration)
    {
        Output.Line(FormattableString.Invariant($"{"calibrated",-10} on {calibration.Images:N0} {calibration.MeasuredOn ?? SetNames.Test} images"));
        Output.Print(calibration.Points);
    }

    // Never those in the file, which are written for readers that cannot compute them.
    static PairCosts Costs(Pair pair) => PairCosts.Of(pair.Description.Device, pair.Description.Edge);
}
