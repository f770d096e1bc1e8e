using System.Text.Json;
using Heliograph.Evaluation.OverSnr;
using Heliograph.Evaluation.Tables;
using Heliograph.Experiments.Records;
using Heliograph.Pairs;
using Heliograph.Wording;

namespace Heliograph.Cli;

/// <summary>What the commands print at the end.</summary>
static class Output
{
    /// <summary>A line of text, which may hold names from outside (<see cref="Printable"/>).</summary>
    public static void Line(string text) => Console.Out.WriteLine(Printable.Line(text));

    /// <summary>Such a line on standard error.</summary>
    public static void Note(string text) => Console.Error.WriteLine(Printable.Line(text));

    public static void PrintJson(object value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, Json.Indented));

    /// <summary>One object on one line, for programs that print several.</summary>
    public static void PrintJsonLine(object value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, Json.Compact));

    public static void Print(EvaluationResult result)
    {
        string sent = result.Bits is { } bits ? FormattableString.Invariant($"{bits:N0} bits") : FormattableString.Invariant($"{result.Symbols} symbols");
        Line(FormattableString.Invariant($"{result.Pair}: split at {result.Split}, {sent}, {result.DeviceMacs:N0} MACs on the device; on the {result.MeasuredOn} set"));
        if (result.SymbolsAt is { } symbols)
            PrintDigital(result, symbols);
        else
            Print(result.Points, result.NoiselessTop1, result.BackboneTop1, result.Constellation, result.AsTheyAre, result.MeanAveragePrecision);
        if (result.Modes is { } modes)
            PrintModes(modes);
        if (result is { Modes: { } all, Refinement: { } curves })
        {
            Line("more symbols only while the edge wishes for them, mean over these SNRs, of the widest:");
            Print(ModeTables.Refinement(all, curves));
        }
        if (result.Calibration is { Count: > 0 } calibration)
            Line(FormattableString.Invariant($"expected calibration error: at most {calibration.Max(point => point.Ece):0.0} points; with a temperature for each SNR {calibration.Max(point => point.CalibratedEce):0.0}"));
    }

    /// <summary>Temperatures and calibration errors over SNR as a table.</summary>
    public static void Print(IReadOnlyList<CalibrationPoint> points)
    {
        var table = new TextTable("SNR (dB)", "temperature", "ECE (%)", "calibrated (%)");
        foreach (var point in points)
            table.AddRow(FormattableString.Invariant($"{point.SnrDb:0.##}"), FormattableString.Invariant($"{point.Temperature:0.000}"), FormattableString.Invariant($"{point.Ece:0.00}"), FormattableString.Invariant($"{point.CalibratedEce:0.00}"));
        table.Print();
    }

    /// <summary>Accuracy of an elastic pair in percent, for each mode at each SNR.</summary>
    public static void PrintModes(ValueList<ModeAccuracy> modes) => Print(ModeTables.Accuracy(modes));

    static void Print(DataTable data)
    {
        var table = new TextTable([.. data.Columns.Select(column => column.Heading)]);
        foreach (var row in data.Rows)
            table.AddRow([.. row.Select(cell => cell.Text)]);
        table.Print();
    }

    static void PrintDigital(EvaluationResult result, IReadOnlyList<double> symbols)
    {
        var table = new TextTable("SNR (dB)", "symbols", "top-1 (%)", "top-5 (%)");
        foreach (var (point, count) in result.Points.Zip(symbols))
            table.AddRow(FormattableString.Invariant($"{point.SnrDb:0.##}"), FormattableString.Invariant($"{count:0.#}"), FormattableString.Invariant($"{point.Top1:0.00}"), FormattableString.Invariant($"{point.Top5:0.00}"));
        if (result.BackboneTop1 is { } backbone)
            table.AddRow("backbone", "", FormattableString.Invariant($"{backbone:0.00}"), "");
        table.Print();
    }

    /// <summary>Accuracy over SNR as a table, in percent.</summary>
    /// <param name="points">What was measured.</param>
    /// <param name="noiselessTop1">Without noise.</param>
    /// <param name="backboneTop1">Of the backbone, if known.</param>
    /// <param name="constellation">Whose points were sent, if they were.</param>
    /// <param name="asTheyAre">The same without that constellation.</param>
    /// <param name="precision">Mean average precision at each point, where the edge retrieves.</param>
    public static void Print(IReadOnlyList<AccuracyPoint> points, double noiselessTop1, double? backboneTop1, string? constellation = null, IReadOnlyList<AccuracyPoint>? asTheyAre = null,
        IReadOnlyList<double>? precision = null)
    {
        string[] heads = ["SNR (dB)", constellation is null ? "top-1 (%)" : $"{constellation} (%)", "± 95 %", "top-5 (%)",
            .. asTheyAre is null ? Array.Empty<string>() : ["as they are (%)", "± 95 %"], .. precision is null ? Array.Empty<string>() : ["mAP (%)"]];
        var table = new TextTable(heads);
        for (int i = 0; i < points.Count; i++)
        {
            var point = points[i];
            Row([FormattableString.Invariant($"{point.SnrDb:0.##}"), Percent(point.Top1), Half(point), Percent(point.Top5),
                .. asTheyAre is null ? Array.Empty<string>() : [Percent(asTheyAre[i].Top1), Half(asTheyAre[i])], .. precision is null ? Array.Empty<string>() : [Percent(precision[i])]]);
        }
        Row("no noise", Percent(noiselessTop1));
        if (backboneTop1 is { } backbone)
            Row("backbone", Percent(backbone));
        table.Print();

        void Row(params string[] cells) => table.AddRow([.. cells, .. Enumerable.Repeat("", heads.Length - cells.Length)]);

        static string Percent(double value) => FormattableString.Invariant($"{value:0.00}");

        static string Half(AccuracyPoint point) => point.Ci95 is { } half ? FormattableString.Invariant($"{half:0.00}") : "";
    }
}
