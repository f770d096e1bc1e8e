using System.Globalization;
using System.Text;
using Heliograph.Evaluation.OverSnr;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Runs;
using Heliograph.Pairs;

namespace Heliograph.Evaluation.Reports;

/// <summary>A report as Markdown.</summary>
public static class ReportText
{
    /// <summary>Title, steps, accuracy over SNR, and with what it was made.</summary>
    public static string Markdown(RunReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {report.Run}\n\n");
        // A run that has only trained a backbone has no split yet.
        if (report.Steps.Count > 1)
        {
            text.Append(report.Split == Experiments.Experiment.InputPlace ? "The image itself is sent" : $"Split at {report.Split}");
            if (report.Evaluation is { } pair)
                text.Append(CultureInfo.InvariantCulture, $", {pair.Symbols:N0} symbols, {pair.DeviceMacs:N0} MACs on the device");
            text.Append(CultureInfo.InvariantCulture, $"; channel {report.Channel}, in training at {report.Snr} dB. ");
        }
        text.Append(CultureInfo.InvariantCulture, $"Seed {report.Seed}.\n\n");
        Steps(text, report.Steps);
        if (report.Evaluation is not null)
            OverSnr(text, report);
        if (report.Against is { } against)
            ComparisonText.AppendTo(text, against);
        if (report.Calls.Count > 0)
            Calls(text, report);
        return text.ToString();
    }

    static void Steps(StringBuilder text, IReadOnlyList<StepReport> steps)
    {
        text.Append("| step | epochs | top-1 before (%) | top-1 after (%) | top-5 after (%) | time | |\n| --- | ---: | ---: | ---: | ---: | ---: | --- |\n");
        foreach (var step in steps)
        {
            string[] notes =
            [
                .. step.Note is null ? Array.Empty<string>() : [step.Note],
                .. step.Top1AfterRemovals.Count > 0 ? [$"right after the removal {string.Join(", ", step.Top1AfterRemovals.Select(Percent))} %"] : Array.Empty<string>(),
            ];
            text.Append(CultureInfo.InvariantCulture,
                $"| {step.Name} | {step.Epochs} | {(step.Top1Before is { } before ? Percent(before) : "")} | {Percent(step.Top1)} | {Percent(step.Top5)} | {Duration.Text(TimeSpan.FromSeconds(step.Seconds))} | {string.Join("; ", notes)} |\n");
        }
        text.Append("\nAccuracy ").AppendJoin("; ", MeasuredOn(steps));
        if (steps.Count > 1)
            text.Append(CultureInfo.InvariantCulture, $"; after {ThroughTheChannel(steps)} through the channel, one draw of the noise");
        text.Append(".\n\n");
    }

    // Where no such step is finished, those of the paper.
    static string ThroughTheChannel(IReadOnlyList<StepReport> steps)
    {
        string[] halves = [.. RecipeCatalogue.All.SelectMany(recipe => recipe.Steps).Where(step => step.Leaves == Artifact.Halves).Select(step => step.Name).Distinct().Where(name => steps.Any(step => step.Name == name))];
        return string.Join(" and ", (halves.Length == 0 ? [CommonSteps.Autoencoder.Name, CommonSteps.Joint.Name] : halves).Select(name => $"`{name}`"));
    }

    // One set for all steps, unless an earlier version began the run: it measured steps on the test set even where images were held out.
    static IEnumerable<string> MeasuredOn(IReadOnlyList<StepReport> steps)
    {
        var sets = steps.GroupBy(step => step.MeasuredOn).ToList();
        return sets.Select(set => $"on the {set.Key} set" + (sets.Count > 1 ? $" after {string.Join(", ", set.Select(step => $"`{step.Name}`"))}" : ""));
    }

    static void OverSnr(StringBuilder text, RunReport report)
    {
        var pair = report.Evaluation!;
        text.Append(CultureInfo.InvariantCulture,
            $"Over SNR ({(pair.IsOfThePeak ? "of the peak, 1/σ²" : "P/σ²")} per real symbol), {(report.Draws == 1 ? "one draw" : $"mean of {report.Draws} draws")} of the noise over the whole {pair.MeasuredOn} set{(report.Draws == 1 ? "" : ", and the 95 % interval of that mean")}:\n\n");
        Table(text, pair.Points, pair.Psnr);
        string none = pair.Psnr is null ? "" : " |";
        text.Append(CultureInfo.InvariantCulture, $"| no noise | {Percent(pair.NoiselessTop1)} | | |{(pair.NoiselessPsnr is { } psnr ? $" {Percent(psnr)} |" : none)}\n");
        if (pair.BackboneTop1 is { } backbone)
            text.Append(CultureInfo.InvariantCulture, $"| backbone | {Percent(backbone)} | | |{none}\n");
        text.Append('\n');
        if (pair.MeanAveragePrecision is { } precision)
        {
            text.Append(CultureInfo.InvariantCulture, $"Retrieval: accuracies are of the nearest of the gallery's {pair.Gallery:N0} images. Mean average precision:\n\n| SNR (dB) | mAP (%) |\n| ---: | ---: |\n");
            foreach (var (point, value) in pair.Points.Zip(precision))
                text.Append(CultureInfo.InvariantCulture, $"| {point.SnrDb:0.##} | {Percent(value)} |\n");
            text.Append('\n');
        }
        foreach (var fewer in pair.FewerLayers ?? [])
        {
            text.Append(CultureInfo.InvariantCulture, $"With the first {fewer.Symbols:N0} symbols alone:\n\n");
            Table(text, fewer.Points, fewer.Psnr);
            text.Append('\n');
        }
        if (pair.Modes is not { } modes)
            return;
        text.Append(CultureInfo.InvariantCulture, $"All modes, in percent; the width is the share of each layer's filters that the device half lacks:\n\n{ModeTables.Accuracy(modes).Markdown()}\n");
        if (pair.Refinement is { } curves)
            text.Append(CultureInfo.InvariantCulture, $"With feedback: the widest device half sends more symbols of an image only while the edge wishes for them. Mean over these SNRs, each as likely as the others, beside the symbols that the same accuracy takes without feedback:\n\n{ModeTables.Refinement(modes, curves).Markdown()}\n");
    }

    static void Table(StringBuilder text, ValueList<AccuracyPoint> points, ValueList<double>? psnr)
    {
        bool restores = psnr is not null;
        text.Append("| SNR (dB) | top-1 (%) | ± 95 % | top-5 (%) |").Append(restores ? " PSNR (dB) |" : "").Append("\n| ---: | ---: | ---: | ---: |").Append(restores ? " ---: |" : "").Append('\n');
        for (int i = 0; i < points.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {points[i].SnrDb:0.##} | {Percent(points[i].Top1)} | {(points[i].Ci95 is { } half ? Percent(half) : "")} | {Percent(points[i].Top5)} |");
            text.Append(restores ? $" {Percent(psnr![i])} |\n" : "\n");
        }
    }

    static void Calls(StringBuilder text, RunReport report)
    {
        string[] commands = Commands(report);
        if (commands.Length > 0)
            text.Append("Made by\n```\n").AppendJoin('\n', commands).Append("\n```\n\n");
        text.Append("| calls | first (UTC) | commit | computed with |\n| ---: | --- | --- | --- |\n");
        foreach (var same in report.Calls.GroupBy(call => (call.Commit, With: $"{call.Processor}, {call.Threads} {(call.Threads == 1 ? "thread" : "threads")}, {call.Precision} on {call.Device}{(call.Gpu is null ? "" : $" ({call.Gpu})")}, libtorch {call.Libtorch}")))
        {
            text.Append(CultureInfo.InvariantCulture,
                $"| {same.Count()} | {same.Min(call => call.Started).UtcDateTime:yyyy-MM-dd HH:mm} | {same.Key.Commit ?? "unknown"} | {same.Key.With} |\n");
        }
    }

    /// <summary>The command lines that made a run, each once, as a shell takes them.</summary>
    internal static string[] Commands(RunReport report) =>
        [.. report.Calls.Where(call => call.Arguments is not null).Select(call => $"heliograph {string.Join(' ', call.Arguments!.Select(Quoted))}").Distinct()];

    static string Percent(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    static string Quoted(string argument) => argument.Length > 0 && argument.All(c => char.IsLetterOrDigit(c) || "-_=./:,@%+".Contains(c)) ? argument : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
