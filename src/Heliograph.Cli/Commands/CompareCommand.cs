using System.CommandLine;
using Heliograph.Evaluation.Comparing;
using Heliograph.Evaluation.Reports;
using Heliograph.Experiments.Recipes;
using Heliograph.Wording;

namespace Heliograph.Cli.Commands;

static class CompareCommand
{
    public static Command Create()
    {
        var a = new Argument<string>("A") { Description = "A run, its records, or the folder of an evaluation (evaluate --to). For several seeds, a comma-separated list in the same order on both sides." };
        var b = new Argument<string>("B") { Description = "What to compare it with, measured on the same images. A backbone without a pair is compared at every SNR." };
        var more = new Argument<string[]>("C") { Description = "More sides: all are compared with the first, in a table.", Arity = ArgumentArity.ZeroOrMore };
        var snr = new Option<string?>("--snr") { Description = "SNRs in dB: low:high:step, a list, or both. Default: all that all sides have.", HelpName = "GRID" };
        var step = new Option<string?>("--step") { Description = $"Compare the results of a step instead of the evaluations: {string.Join(", ", RecipeCatalogue.StepNames)}.", HelpName = "STEP" };
        var format = new Option<string?>("--format") { Description = "Print a table of the differences to the first side as text, markdown, latex (booktabs) or csv.", HelpName = "FORMAT" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExampleCommand("compare",
            "Compare two runs image by image: the difference of their top-1 accuracies, its 95 % interval over images and noise, and McNemar's test (mid-p, first draws). "
                + "For several seeds: mean ± standard deviation of each side, the difference for each seed, and its 95 % interval over seeds. "
                + "For more than two sides: a table of the differences to the first.",
            "heliograph compare runs/pool4 runs/pool4-muon",
            "heliograph compare runs/pool4 runs/backbone-longer --snr 14.5",
            "heliograph compare runs/score runs/uniform --step prune --json",
            "heliograph compare runs/a-1,runs/a-2,runs/a-3 runs/b-1,runs/b-2,runs/b-3",
            "heliograph compare runs/pool3 runs/pool4 runs/pool5 --snr 0,14.5 --format latex")
        { a, b, more, snr, step, format, json };
        command.SetAction(parsed =>
        {
            string? name = parsed.GetValue(step);
            if (name is not null && !RecipeCatalogue.StepNames.Contains(name))
                throw new UsageException($"--step: there is no step '{name}'; they are {string.Join(", ", RecipeCatalogue.StepNames)}");
            var grid = parsed.GetValue(snr) is { } text ? SnrOption.Parse(text) : null;
            string? form = parsed.GetValue(format);
            if (form is not (null or "text" or "markdown" or "latex" or "csv"))
                throw new UsageException($"--format: text, markdown, latex or csv; not '{form}'");
            if (form is not null && parsed.GetValue(json))
                throw new UsageException("--json and --format exclude each other");
            string[] others = parsed.GetValue(more)!;
            if (form is not null || others.Length > 0)
            {
                string[] all = [parsed.GetValue(a)!, parsed.GetValue(b)!, .. others];
                var sides = SideTable.Of([.. all.Select(side => Side(side, name))], grid);
                if (parsed.GetValue(json))
                    Output.PrintJson(sides);
                else
                    Print(sides, form ?? "text");
                return 0;
            }
            var comparison = Comparison.Of(Side(parsed.GetValue(a)!, name), Side(parsed.GetValue(b)!, name), grid);
            if (parsed.GetValue(json))
                Output.PrintJson(comparison);
            else
                Print(comparison);
            return 0;
        });
        return command;
    }

    // A folder may have a comma in its name.
    static HitsSource[] Side(string text, string? step) =>
        [.. (Directory.Exists(text) ? [text] : text.Split(',')).Select(folder => HitsSource.Open(folder, step))];

    static void Print(SideTable sides, string format)
    {
        var table = sides.Table();
        if (format != "text")
        {
            Console.Out.Write(format switch { "markdown" => table.Markdown(), "latex" => table.Latex(), _ => table.Csv() });
            return;
        }
        Output.Line(FormattableString.Invariant($"on {sides.Images:N0} {sides.MeasuredOn} images; differences are to the first side"));
        var text = new TextTable([.. table.Columns.Select(column => column.Heading)]);
        foreach (var row in table.Rows)
            text.AddRow([.. row.Select(cell => cell.Text)]);
        text.Print();
    }

    static void Print(Comparison comparison)
    {
        bool several = comparison.A.Count > 1;
        Output.Line($"A: {string.Join(", ", comparison.A)}");
        Output.Line($"B: {string.Join(", ", comparison.B)}");
        Output.Line(FormattableString.Invariant($"on {comparison.Images:N0} {comparison.MeasuredOn} images")
            + (several ? ", mean ± standard deviation over seeds" : ""));
        var table = new TextTable("SNR (dB)", "A (%)", "B (%)", "A − B", "± 95 %", several ? "by seed" : "McNemar's p");
        foreach (var point in comparison.Points)
        {
            table.AddRow(ComparisonText.Snr(point), ComparisonText.Top1(point.A), ComparisonText.Top1(point.B), ComparisonText.Difference(point.Difference),
                ComparisonText.HalfWidth(point.Ci95),
                several ? string.Join(' ', point.Pairs.Select(pair => ComparisonText.Difference(pair.Difference))) : ComparisonText.P(point.Pairs[0].McNemarP));
        }
        table.Print();
    }
}
