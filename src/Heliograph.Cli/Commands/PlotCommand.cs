using System.CommandLine;
using Heliograph.Evaluation.Overview;
using Heliograph.Evaluation.Plots;

namespace Heliograph.Cli.Commands;

static class PlotCommand
{
    public static Command Create()
    {
        var runs = new Argument<string[]>("RUN") { Description = "Runs, their records, evaluations (evaluate --to), or folders of them. Seeds of one experiment become one curve.", Arity = ArgumentArity.OneOrMore };
        var x = new Option<string>("--x")
        {
            Description = "snr: accuracy over SNR. symbols: accuracy over symbols, with Fano's bound. macs: symbols over MACs on the device, at most --max-drop below the backbone.",
            HelpName = "snr|symbols|macs",
            DefaultValueFactory = _ => "snr",
        };
        var by = new Option<string?>("--by")
        {
            Description = "What distinguishes the curves: split, symbols, ratio, scheme, seed (one curve per run), or any key of 'heliograph runs'. Default: whatever differs.",
            HelpName = "KEY",
        };
        var snr = new Option<double?>("--snr") { Description = "The SNR in dB of the accuracies, for --x symbols and macs. Default: the measured one nearest to the SNR in training.", HelpName = "DB" };
        var drop = new Option<double?>("--max-drop") { Description = "Allowed drop below the backbone in percentage points, for --x macs. Default: 2.", HelpName = "POINTS" };
        var to = new Option<string>("--to") { Description = $"The file: {string.Join(", ", FigureImage.Endings)}.", HelpName = "FILE", Required = true };
        var command = new ExampleCommand("plot", "Draw runs: accuracy over SNR or over symbols, symbols over MACs. Bands show the standard deviation over seeds or, for a single run, the 95 % interval over draws of the noise.",
            "heliograph plot runs/pool4 runs/pool5 --to pools.svg",
            "heliograph plot runs --by symbols --to symbols.pdf",
            "heliograph plot runs --x symbols --by split --snr 14.5 --to bandwidth.png",
            "heliograph plot sweep --x macs --max-drop 2 --to fig3.svg")
        { runs, x, by, snr, drop, to };
        command.SetAction(parsed =>
        {
            string file = parsed.GetValue(to)!, axis = parsed.GetValue(x)!;
            FigureImage.CheckEnding(file);
            var key = parsed.GetValue(by) is { } name ? new RunKeys(parsed.GetValue(snr)).Find(name, "--by") : null;
            if (axis is not ("snr" or "symbols" or "macs"))
                throw new UsageException($"--x: snr, symbols or macs; not '{axis}'");
            if (parsed.GetValue(drop) is not null && axis != "macs")
                throw new UsageException("--max-drop is for --x macs");
            if (parsed.GetValue(snr) is not null && axis == "snr")
                throw new UsageException("--snr is for --x symbols and macs; --x snr shows all that was measured");
            if (axis == key?.Name || axis == "macs" && key?.Name == "symbols")
                throw new UsageException($"--by {key.Name}: the figure's axes show that already; give another key");
            var found = RunList.In(parsed.GetValue(runs)!);
            var groups = key?.Name == "seed" ? RunGroup.Singly(found.SelectMany(run => run.InModes())) : RunGroup.Of(found.SelectMany(run => run.InModes()));
            if (found.All(run => run.Fault is not null))
                throw new InvalidDataException(found[0].Fault);
            if (groups.Count == 0)
                throw new UsageException($"no run in {string.Join(", ", parsed.GetValue(runs)!)} has an evaluation; 'heliograph evaluate RUN' makes one");
            foreach (var run in found.Where(run => run.Evaluation is null))
                Output.Note(run.Fault is { } fault ? $"warning: {fault}" : $"warning: {run.Run} has no evaluation yet ({run.Step}) and is left out");
            double at = parsed.GetValue(snr) ?? RunFigures.UsualSnr(groups) ?? throw new UsageException($"the runs in {string.Join(", ", parsed.GetValue(runs)!)} were measured at no SNR in common");
            FigureImage.Write(axis switch
            {
                "snr" => RunFigures.OverSnr(groups, key),
                "symbols" => RunFigures.OverSymbols(groups, key, at),
                _ => RunFigures.OverMacs(groups, key ?? new RunKeys().Find("scheme", "--by"), at, parsed.GetValue(drop) ?? 2),
            }, file);
            Output.Line($"plot: {file}");
            return 0;
        });
        return command;
    }
}
