using System.Globalization;
using Heliograph.Evaluation.Overview;
using Heliograph.Evaluation.Tables;

namespace Heliograph.Evaluation.Choosing;

/// <summary>A choice as people and programs read it.</summary>
public static class ChoiceText
{
    /// <summary>How what fits is ordered.</summary>
    public const string Order = "best first: highest accuracy, then fewest MACs, symbols, bytes of memory; * is on the Pareto front of these four";

    static readonly string[] ColumnsSoFar = ["split", "ratio", "symbols", "macs", "top1", "drop", "front"];

    /// <summary>What fits, as a table to be printed.</summary>
    public static DataTable Fitting(Choice choice, double? snrDb) => Table(choice.Fitting, snrDb, []);

    /// <summary>What fits so far, in few columns.</summary>
    public static DataTable SoFar(Choice choice, double? snrDb)
    {
        var table = Fitting(choice, snrDb);
        int[] columns = [.. ColumnsSoFar.Select(name => table.Columns.ToList().FindIndex(column => column.Name == name))];
        return new([.. columns.Select(column => table.Columns[column])], [.. table.Rows.Select(row => (ValueList<Cell>)[.. columns.Select(column => row[column])])]);
    }

    /// <summary>Everything, as a table for programs: what falls out too, with its reasons.</summary>
    public static DataTable All(Choice choice, double? snrDb) => Table([.. choice.Fitting, .. choice.Others], snrDb,
    [
        ("fits", one => new(one.Reasons.Count == 0 ? "true" : "false")),
        ("excess", one => Number(one.Excess, "0.###")),
        ("reasons", one => new(string.Join("; ", one.Reasons))),
    ]);

    /// <summary>A line for each that falls out.</summary>
    public static IEnumerable<string> Others(Choice choice)
    {
        int width = choice.Others.Select(one => one.Candidate.Name.Length).DefaultIfEmpty().Max();
        return choice.Others.Select(one => $"{one.Candidate.Name.PadRight(width)}  {string.Join("; ", one.Reasons)}");
    }

    /// <summary>That nothing fits, and what comes nearest.</summary>
    public static string Nothing(Choice choice) => $"none of {choice.Others.Count} meets the budgets; "
        + (choice.Nearest is { } near ? $"the nearest is {near.Candidate.Name}: {string.Join("; ", near.Reasons)}"
            : $"of none is enough known to say how near it is: {choice.Others[0].Candidate.Name}: {choice.Others[0].Reasons[0]}");

    static DataTable Table(IReadOnlyList<Judged> judged, double? snrDb, (string Name, Func<Judged, Cell> Cell)[] more)
    {
        string top1 = snrDb is { } at ? string.Create(CultureInfo.InvariantCulture, $"top-1 at {at:0.##} dB (%)") : "top-1 (%)";
        (string Heading, string Name, Func<Judged, Cell> Cell)[] columns =
        [
            ("candidate", "name", one => new(one.Candidate.Name)),
            ("front", "front", one => new(one.IsOnFront ? "*" : "", one.IsOnFront ? "true" : "false")),
            (top1, "top1", one => Number(one.Candidate.Accuracy?.Top1, "0.00")),
            ("±", "half_width", one => Number(one.Candidate.Accuracy?.Band, "0.00")),
            ("below backbone", "drop", one => Number(one.Candidate.Drop, "0.00")),
            ("MACs", "macs", one => Number(one.Candidate.Cost.Macs, "N0")),
            ("symbols", "symbols", one => Number(one.Candidate.Cost.Symbols, "N0")),
            ("memory (bytes)", "ram_bytes", one => Number(one.Candidate.Cost.RamBytes, "N0")),
            ("weights (bytes)", "flash_bytes", one => Number(one.Candidate.Cost.FlashBytes, "N0")),
            ("split", "split", one => new(one.Candidate.Split ?? "")),
            ("ratio", "ratio", one => Number(one.Candidate.Ratio, "0.##")),
            ("seeds", "seeds", one => new(string.Join(", ", one.Candidate.Seeds))),
            .. more.Select(column => (column.Name, column.Name, column.Cell)),
        ];
        return new([.. columns.Select(column => (column.Heading, column.Name))], [.. judged.Select(one => (ValueList<Cell>)[.. columns.Select(column => column.Cell(one))])]);
    }

    static Cell Number(double? value, string format) => new(value?.ToString(format, CultureInfo.InvariantCulture) ?? "", value is { } exact ? Math.Round(exact, 4).ToString("R", CultureInfo.InvariantCulture) : "");
}
