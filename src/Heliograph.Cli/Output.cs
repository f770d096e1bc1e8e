using System.Text.Json;
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
            Print(result.Points, result.NoiselessTop1, result.BackboneTop1);
        if (result.Modes is { } modes)
            PrintModes(modes);
    }

    /// <summary>Accuracy of an elastic pair in percent, for each mode at each SNR.</summary>
    public static void PrintModes(IReadOnlyList<ModeAccuracy> modes)
    {
        var table = new TextTable(["width", "MACs", "symbols", .. modes[0].Points.Select(point => FormattableString.Invariant($"{point.SnrDb:0.##} dB"))]);
        foreach (var mode in modes)
            table.AddRow([FormattableString.Invariant($"{mode.Ratio}"), FormattableString.Invariant($"{mode.DeviceMacs:N0}"), FormattableString.Invariant($"{mode.Symbols}"), .. mode.Points.Select(point => FormattableString.Invariant($"{point.Top1:0.00}"))]);
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
    public static void Print(IReadOnlyList<AccuracyPoint> points, double noiselessTop1, double? backboneTop1)
    {
        var table = new TextTable("SNR (dB)", "top-1 (%)", "± 95 %", "top-5 (%)");
        foreach (var point in points)
        {
            table.AddRow(FormattableString.Invariant($"{point.SnrDb:0.##}"), FormattableString.Invariant($"{point.Top1:0.00}"),
                point.Ci95 is { } half ? FormattableString.Invariant($"{half:0.00}") : "", FormattableString.Invariant($"{point.Top5:0.00}"));
        }
        table.AddRow("no noise", FormattableString.Invariant($"{noiselessTop1:0.00}"), "", "");
        if (backboneTop1 is { } backbone)
            table.AddRow("backbone", FormattableString.Invariant($"{backbone:0.00}"), "", "");
        table.Print();
    }
}
