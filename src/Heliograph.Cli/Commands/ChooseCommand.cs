using System.CommandLine;
using Heliograph.Evaluation.Choosing;
using Heliograph.Evaluation.Overview;

namespace Heliograph.Cli.Commands;

static class ChooseCommand
{
    public static Command Create()
    {
        var folders = new Argument<string[]>("RUN|PAIR|SWEEP")
        {
            Description = "Runs, exported pairs, sweeps, or folders of them. Default: runs. Seeds of one experiment count as one.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var macs = new Option<string?>("--max-macs") { Description = "Most multiply-accumulates of the device half, such as 4M.", HelpName = "N" };
        var symbols = new Option<string?>("--max-symbols") { Description = "Most symbols of an image, such as 512.", HelpName = "N" };
        var ram = new Option<string?>("--max-ram") { Description = "Most bytes of activations on the device (32-bit, at their peak), such as 64k or 64Ki.", HelpName = "BYTES" };
        var flash = new Option<string?>("--max-flash") { Description = "Most bytes of the device half's weights: a pair's as exported, a run's with 32 bits each.", HelpName = "BYTES" };
        var drop = new Option<double?>("--max-drop") { Description = "Percentage points below the backbone that are allowed.", HelpName = "POINTS" };
        var snr = new Option<double?>("--snr") { Description = "The SNR in dB of the accuracies. Default: the measured one nearest to the SNR in training.", HelpName = "DB" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var csv = new Option<bool>("--csv") { Description = "Print CSV." };
        var command = new ExampleCommand("choose",
            "Choose a pair for a device: what meets the budgets, best first, whether on the Pareto front of accuracy, MACs, symbols and memory, and why the others fall out. "
                + "Exit code 1 if nothing meets them.",
            "heliograph choose runs --max-macs 4M --max-symbols 512 --max-ram 64k --snr 14.5 --max-drop 2",
            "heliograph choose runs/first pairs --max-ram 256Ki --max-flash 1M --json")
        { folders, macs, symbols, ram, flash, drop, snr, json, csv };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json) && parsed.GetValue(csv))
                throw new UsageException("--json and --csv exclude each other");
            if (parsed.GetValue(drop) is { } points && !(points >= 0 && double.IsFinite(points)))
                throw new UsageException(FormattableString.Invariant($"--max-drop must be 0 or more, not {points}"));
            Budget[] budgets =
            [
                .. Read(macs, Quantity.Si, Budget.Macs), .. Read(symbols, Quantity.Si, Budget.Symbols), .. Read(ram, Quantity.Bytes, Budget.Ram), .. Read(flash, Quantity.Bytes, Budget.Flash),
                .. parsed.GetValue(drop) is { } most ? [Budget.Drop(most)] : Array.Empty<Budget>(),
            ];
            return Print(Candidates.In(parsed.GetValue(folders) is { Length: > 0 } given ? given : ["runs"], parsed.GetValue(snr)), budgets, parsed.GetValue(json), parsed.GetValue(csv));

            Budget[] Read(Option<string?> option, IReadOnlyDictionary<string, double> units, Func<double, Budget> budget) =>
                parsed.GetValue(option) is { } text ? [budget(Budget.Read(option.Name, text, units))] : [];
        });
        return command;
    }

    static int Print(Candidates candidates, IReadOnlyList<Budget> budgets, bool json, bool csv)
    {
        var choice = Choice.Of(candidates.All, budgets);
        if (json)
            PrintJson(choice, budgets, candidates.SnrDb);
        else if (csv)
            Console.Out.Write(ChoiceText.All(choice, candidates.SnrDb).Csv());
        else
            PrintText(choice, candidates.SnrDb);
        if (choice.Fitting.Count > 0)
            return 0;
        Output.Note("error: " + ChoiceText.Nothing(choice));
        return 1;
    }

    static void PrintText(Choice choice, double? snrDb)
    {
        if (choice.Fitting.Count > 0)
        {
            var table = ChoiceText.Fitting(choice, snrDb);
            var text = new TextTable([.. table.Columns.Select(column => column.Heading)]);
            foreach (var row in table.Rows)
                text.AddRow([.. row.Select(cell => cell.Text)]);
            Output.Line(ChoiceText.Order);
            text.Print();
        }
        if (choice.Others.Count == 0)
            return;
        Output.Line(choice.Fitting.Count > 0 ? "Out:" : "Out, the nearest first:");
        foreach (string line in ChoiceText.Others(choice))
            Output.Line("  " + line);
    }

    static void PrintJson(Choice choice, IReadOnlyList<Budget> budgets, double? snrDb) => Output.PrintJson(new
    {
        SnrDb = snrDb,
        Budgets = budgets.ToDictionary(budget => budget.Key, budget => budget.Limit),
        Fitting = choice.Fitting.Select(Json),
        Others = choice.Others.Select(Json),
        Nearest = choice.Nearest?.Candidate.Name,
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
