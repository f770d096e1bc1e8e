using System.CommandLine;
using Heliograph.Evaluation.Overview;
using Heliograph.Evaluation.Tables;

namespace Heliograph.Cli.Commands;

static class RunsCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Folder to list, with the folders below it.", DefaultValueFactory = _ => "runs" };
        var snr = new Option<double?>("--snr") { Description = "The SNR in dB at which to show the accuracy, from evaluations. Default: the middle of the SNRs in training.", HelpName = "DB" };
        var sort = new Option<string?>("--sort") { Description = "Comma-separated keys to sort by; -KEY sorts in descending order.", HelpName = "KEY[,-KEY]" };
        var where = new Option<string[]>("--where") { Description = "List only runs that meet a condition: KEY=VALUE, !=, <, <=, > or >=. Can be given several times.", HelpName = "CONDITION", DefaultValueFactory = _ => [] };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var csv = new Option<bool>("--csv") { Description = "Print CSV." };
        var command = new ExampleCommand("runs",
            "List runs: last finished step, split point, MACs of the device half, symbols of an image, share of filters removed, channel, SNR in training, accuracy and on which images, seed and age. "
                + "Keys are run, step, split, macs, symbols, ratio, channel, snr, top1, on, seed, age, scheme, psnr, map, network, data, and any option of an experiment, such as joint.rate.",
            "heliograph runs",
            "heliograph runs --sort -top1 --where split=pool2 --where 'macs<4M'",
            "heliograph runs sweeps --snr 0 --where joint.rate=0.01 --csv",
            "heliograph runs /data/runs --json")
        { folder, snr, sort, where, json, csv };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json) && parsed.GetValue(csv))
                throw new UsageException("--json and --csv exclude each other");
            double? at = parsed.GetValue(snr);
            var keys = new RunKeys(at);
            var query = RunQuery.Parse(keys, parsed.GetValue(where)!, parsed.GetValue(sort));
            var all = RunList.In(parsed.GetValue(folder)!);
            foreach (var run in all.Where(run => run.Fault is not null))
                Output.Note($"warning: {run.Fault}");
            if (at is { } asked && all.Any(run => run.Evaluation is not null) && !all.Any(run => run.At(asked) is not null))
                Output.Note(FormattableString.Invariant($"warning: no run was measured at {asked:0.##} dB; 'heliograph evaluate RUN --snr' measures at others"));
            Print(query.Of(all), all.Count, keys, at, parsed.GetValue(folder)!, parsed.GetValue(json), parsed.GetValue(csv));
            return 0;
        });
        return command;
    }

    static void Print(IReadOnlyList<RunSummary> runs, int all, RunKeys keys, double? snr, string folder, bool json, bool csv)
    {
        if (json)
        {
            Output.PrintJson(new
            {
                runs = runs.Select(run => new
                {
                    run.Run,
                    run.Step,
                    run.Split,
                    run.DeviceMacs,
                    run.Symbols,
                    run.Snr,
                    run.Top1,
                    run.MeasuredOn,
                    run.Changed,
                    run.Ratio,
                    run.Channel,
                    run.Scheme,
                    run.Seed,
                    AtSnr = snr ?? run.TrainingSnr,
                    Top1AtSnr = (snr ?? run.TrainingSnr) is { } at ? run.At(at)?.Top1 : null,
                }),
            });
        }
        else if (csv)
        {
            Console.Out.Write(new DataTable([.. keys.Columns.Select(key => (key.Heading, key.Name == "age" ? "age_seconds" : key.Name))],
                [.. runs.Select(run => (ValueList<Cell>)[.. keys.Columns.Select(key => key.Cell(run))])]).Csv());
        }
        else if (runs.Count == 0)
        {
            Output.Line(all == 0 ? $"no runs in {folder}" : $"of {all} {(all == 1 ? "run" : "runs")} in {folder}, none meets the conditions of --where");
        }
        else
        {
            var table = new TextTable([.. keys.Columns.Select(key => key.Heading)]);
            foreach (var run in runs)
                table.AddRow([.. keys.Columns.Select(key => key.Cell(run).Text)]);
            table.Print();
        }
    }
}
