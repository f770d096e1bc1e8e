using System.CommandLine;
using Heliograph.Evaluation.Choosing;
using Heliograph.Evaluation.Overview;
using Heliograph.Evaluation.Tables;

namespace Heliograph.Cli.Commands;

static class ChooseCommand
{
    public static Command Create(CancellationToken interrupt)
    {
        var folders = new Argument<string[]>("RUN|PAIR|SWEEP|key=value")
        {
            Description = "Runs, exported pairs, sweeps, or folders of them; default: runs. Seeds of one experiment count as one. With --from: values to change in the experiment.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var macs = new Option<string?>("--max-macs") { Description = "Most multiply-accumulates of the device half, such as 4M.", HelpName = "N" };
        var symbols = new Option<string?>("--max-symbols") { Description = "Most symbols of an image, such as 512.", HelpName = "N" };
        var ram = new Option<string?>("--max-ram") { Description = "Most bytes of activations on the device (32-bit, at their peak), such as 64k or 64Ki.", HelpName = "BYTES" };
        var flash = new Option<string?>("--max-flash") { Description = "Most bytes of the device half's weights: a pair's as exported, a run's with 32 bits each.", HelpName = "BYTES" };
        var drop = new Option<double?>("--max-drop") { Description = "Percentage points below the backbone that are allowed.", HelpName = "POINTS" };
        var snr = new Option<double?>("--snr") { Description = "The SNR in dB of the accuracies. Default: the measured one nearest to the SNR in training.", HelpName = "DB" };
        var from = new Option<string?>("--from") { Description = "A backbone (a run, a file, or one that ships): list what could be trained from it within the budgets.", HelpName = "BACKBONE" };
        var attempt = new Option<bool>("--try") { Description = "Train what --from proposes, shortly, and choose among it." };
        var candidates = new Option<int>("--candidates") { Description = "How many --from proposes at most.", HelpName = "N", DefaultValueFactory = _ => 6 };
        var to = new Option<string?>("--to") { Description = "Folder of the trainings of --try, to go on with them too. Default: runs/NAME-try.", HelpName = "DIR" };
        var jobs = SweepCommand.JobsOption();
        var data = new Option<string?>("--data") { Description = "With --from: folder to search for data first.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object; everything else goes to standard error." };
        var csv = new Option<bool>("--csv") { Description = "Print CSV." };
        var command = new ExampleCommand("choose",
            "Choose a pair for a device: what meets the budgets, best first, whether on the Pareto front of accuracy, MACs, symbols and memory, and why the others fall out. "
                + "Exit code 1 if nothing meets them.",
            "heliograph choose runs --max-macs 4M --max-symbols 512 --max-ram 64k --snr 14.5 --max-drop 2",
            "heliograph choose runs/first pairs --max-ram 256Ki --max-flash 1M --json",
            "heliograph choose --from runs/backbone --max-macs 4M --max-symbols 64",
            "heliograph choose --from runs/backbone --try --max-macs 4M --max-symbols 64 --max-drop 5 joint.epochs=5")
        { folders, macs, symbols, ram, flash, drop, snr, from, attempt, candidates, to, jobs, data, json, csv };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json) && parsed.GetValue(csv))
                throw new UsageException("--json and --csv exclude each other");
            if (parsed.GetValue(drop) is { } points && !(points >= 0 && double.IsFinite(points)))
                throw new UsageException(FormattableString.Invariant($"--max-drop must be 0 or more, not {points}"));
            Budget[] costs = [.. Read(macs, Quantity.Si, Budget.Macs), .. Read(symbols, Quantity.Si, Budget.Symbols), .. Read(ram, Quantity.Bytes, Budget.Ram), .. Read(flash, Quantity.Bytes, Budget.Flash)];
            Budget[] budgets = [.. costs, .. parsed.GetValue(drop) is { } most ? [Budget.Drop(most)] : Array.Empty<Budget>()];
            string[] words = parsed.GetValue(folders)!;
            if (parsed.GetValue(to) is not null && !parsed.GetValue(attempt))
                throw new UsageException("--to is the folder of --try");
            var format = parsed.GetValue(json) ? ChoiceFormat.Json : parsed.GetValue(csv) ? ChoiceFormat.Csv : ChoiceFormat.Text;
            if (parsed.GetValue(from) is not { } backbone)
            {
                if (parsed.GetValue(attempt))
                    throw new UsageException("--try needs a backbone: --from RUN");
                var found = Candidates.In(words.Length > 0 ? words : ["runs"], parsed.GetValue(snr));
                return ChoiceOutput.Print(Choice.Of(found.All, budgets), budgets, found.SnrDb, format);
            }
            if (words.FirstOrDefault(word => !word.Contains('=', StringComparison.Ordinal)) is { } other)
                throw new UsageException($"'{other}': with --from, values such as joint.epochs=5 are expected; runs are compared without it");
            if (parsed.GetValue(candidates) is (< 1 or > 1000) and var count)
                throw new UsageException(FormattableString.Invariant($"--candidates must be from 1 to 1000, not {count}"));
            var trial = new ChooseFrom(backbone, words, costs, budgets, parsed.GetValue(snr), parsed.GetValue(candidates), parsed.GetValue(data), format);
            return parsed.GetValue(attempt) ? trial.Try(parsed.GetValue(to), parsed.GetValue(jobs), interrupt) : trial.List();

            Budget[] Read(Option<string?> option, IReadOnlyDictionary<string, double> units, Func<double, Budget> budget) =>
                parsed.GetValue(option) is { } text ? [budget(Budget.Read(option.Name, text, units))] : [];
        });
        return command;
    }
}

enum ChoiceFormat
{
    Text,
    Json,
    Csv,
}

/// <summary>Prints a choice.</summary>
static class ChoiceOutput
{
    /// <summary>Prints it; the exit code is 1 where nothing fits.</summary>
    /// <param name="choice">The choice.</param>
    /// <param name="budgets">What it was weighed against.</param>
    /// <param name="snrDb">Of the accuracies, in dB.</param>
    /// <param name="format">How.</param>
    /// <param name="chosen">With JSON: the experiment of the full training of the best, and its command.</param>
    public static int Print(Choice choice, IReadOnlyList<Budget> budgets, double? snrDb, ChoiceFormat format, (string Experiment, string Command)? chosen = null)
    {
        if (format == ChoiceFormat.Json)
            PrintJson(choice, budgets, snrDb, chosen);
        else if (format == ChoiceFormat.Csv)
            Console.Out.Write(ChoiceText.All(choice, snrDb).Csv());
        else
            PrintText(choice, snrDb);
        if (choice.Fitting.Count > 0)
            return 0;
        Output.Note("error: " + ChoiceText.Nothing(choice));
        return 1;
    }

    /// <summary>A table for so many columns of a terminal.</summary>
    public static TextTable Table(DataTable table)
    {
        var text = new TextTable([.. table.Columns.Select(column => column.Heading)]);
        foreach (var row in table.Rows)
            text.AddRow([.. row.Select(cell => cell.Text)]);
        return text;
    }

    static void PrintText(Choice choice, double? snrDb)
    {
        if (choice.Fitting.Count > 0)
        {
            Output.Line(ChoiceText.Order);
            Table(ChoiceText.Fitting(choice, snrDb)).Print();
        }
        if (choice.Others.Count == 0)
            return;
        Output.Line(choice.Fitting.Count > 0 ? "Out:" : "Out, the nearest first:");
        foreach (string line in ChoiceText.Others(choice))
            Output.Line("  " + line);
    }

    static void PrintJson(Choice choice, IReadOnlyList<Budget> budgets, double? snrDb, (string Experiment, string Command)? chosen) => Output.PrintJson(new
    {
        SnrDb = snrDb,
        Budgets = budgets.ToDictionary(budget => budget.Key, budget => budget.Limit),
        Fitting = choice.Fitting.Select(Json),
        Others = choice.Others.Select(Json),
        Nearest = choice.Nearest?.Candidate.Name,
        chosen?.Experiment,
        chosen?.Command,
    });

    static object Json(Judged one) => new
    {
        one.Candidate.Name,
        one.Candidate.Folders,
        one.Candidate.Seeds,
        one.Candidate.Split,
        one.Candidate.Ratio,
        DeviceMacs = one.Candidate.Cost.Macs,
        one.Candidate.Cost.Symbols,
        one.Candidate.Cost.RamBytes,
        one.Candidate.Cost.FlashBytes,
        one.Candidate.Accuracy?.Top1,
        one.Candidate.Accuracy?.Deviation,
        one.Candidate.Accuracy?.Ci95,
        one.Candidate.BackboneTop1,
        one.Candidate.Drop,
        one.IsOnFront,
        one.Reasons,
        one.Excess,
    };
}
