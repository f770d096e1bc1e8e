using System.Globalization;
using Heliograph.Evaluation.Tables;
using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Wording;

namespace Heliograph.Evaluation.Overview;

/// <summary>Something by which runs are listed, sorted, chosen and told apart: a column of their table, or an option of their experiments.</summary>
/// <param name="Name">What is typed.</param>
/// <param name="Heading">Over its column.</param>
/// <param name="Value">A number, a text, or null where a run has none.</param>
/// <param name="Text">How people read a value that is there.</param>
/// <param name="Label">How a curve is named by it.</param>
public sealed record RunKey(string Name, string Heading, Func<RunSummary, object?> Value, Func<object, string> Text, Func<string, string> Label)
{
    /// <summary>The cell of a table.</summary>
    public Cell Cell(RunSummary run) => Value(run) is { } value ? new(Text(value), Raw(value)) : new("");

    /// <summary>How a curve is named by a run's value; empty where it has none.</summary>
    public string LabelOf(RunSummary run) => Value(run) is { } value ? Label(Text(value)) : "";

    static string Raw(object value) => value is double number ? number.ToString("R", CultureInfo.InvariantCulture) : value.ToString()!;
}

/// <summary>The keys that there are.</summary>
/// <param name="snrDb">At which SNR the accuracy is meant, in dB; null for the middle of each run's SNRs in training.</param>
public sealed class RunKeys(double? snrDb = null)
{
    /// <summary>The columns of a table of runs, in order.</summary>
    public IReadOnlyList<RunKey> Columns { get; } =
    [
        Word("run", "run", run => run.Run),
        Word("step", "step", run => run.Step),
        Word("split", "split", run => run.Split),
        Number("macs", "MACs", run => run.DeviceMacs, "N0", text => $"{text} MACs"),
        Number("symbols", "symbols", run => run.Symbols, "N0", text => $"{text} symbols"),
        new("ratio", "ratio", run => run.Ratio, value => ((double)value).ToString("0.##", CultureInfo.InvariantCulture), text => $"ratio {text}"),
        Word("channel", "channel", run => run.Channel),
        // A range of SNRs sorts by its middle.
        new("snr", "SNR (dB)", run => run.Snr is { } text && double.TryParse(text, CultureInfo.InvariantCulture, out double fixedSnr) ? fixedSnr : run.Snr, value => Convert.ToString(value, CultureInfo.InvariantCulture)!, text => $"trained at {text} dB"),
        Number("top1", snrDb is null ? "top-1 (%)" : FormattableString.Invariant($"top-1 at {snrDb:0.##} dB (%)"), run => Accuracy(run, snrDb), "0.00", text => $"{text} %"),
        Word("on", "on", run => run.MeasuredOn),
        Number("seed", "seed", run => run.Seed, "0", text => $"seed {text}"),
        new("age", "age", run => (DateTime.UtcNow - run.Changed).TotalSeconds, value => Age(TimeSpan.FromSeconds((double)value)), text => text),
    ];

    static readonly RunKey[] Others =
    [
        Word("scheme", "scheme", run => run.Scheme),
        Number("psnr", "PSNR (dB)", run => run.TrainingSnr is { } middle ? run.PsnrAt(middle) : null, "0.00", text => $"PSNR {text} dB"),
        Number("map", "mAP (%)", run => run.TrainingSnr is { } middle ? run.PrecisionAt(middle) : null, "0.00", text => $"mAP {text} %"),
        Word("network", "network", run => run.Experiment?.Network is { } network ? network.Onnx ?? network.Name : null),
        Word("data", "data", run => run.Experiment?.Data.Name),
    ];

    /// <summary>The accuracy that a run shows: of its evaluation at the SNR, or without one and where none is asked for after its last step.</summary>
    public static double? Accuracy(RunSummary run, double? snrDb) =>
        snrDb is { } at ? run.At(at)?.Top1 : run.TrainingSnr is { } middle && run.At(middle) is { } measured ? measured.Top1 : run.Top1;

    /// <summary>The key of a name: of a column, <c>scheme</c>, <c>psnr</c> and <c>map</c> (at the middle of a run's SNRs in training), <c>network</c>, <c>data</c>, or of an experiment's option, such as <c>joint.rate</c>.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public RunKey Find(string name, string option)
    {
        RunKey[] known = [.. Columns, .. Others];
        if (known.FirstOrDefault(key => key.Name == name) is { } key)
            return key;
        var options = OptionsBinder.Flatten(new Experiment());
        if (options.ContainsKey(name))
            return new(name, name, run => Option(run, name), value => Convert.ToString(value, CultureInfo.InvariantCulture)!, text => $"{name} {text}");
        string names = string.Join(", ", known.Select(key => key.Name));
        throw new UsageException($"{option}: there is no key '{name}'; " + (Nearest.To(name, [.. known.Select(key => key.Name), .. options.Keys]) is { } near ? $"did you mean {near}? " : "")
            + $"known are {names}, and the options of experiments, such as joint.rate");
    }

    /// <summary>How old a run is, as people read it.</summary>
    public static string Age(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => "now",
        { TotalHours: < 1 } => $"{(int)age.TotalMinutes} min",
        { TotalDays: < 1 } => $"{(int)age.TotalHours} h",
        _ => $"{(int)age.TotalDays} d",
    };

    static object? Option(RunSummary run, string name)
    {
        if (run.Experiment is null || OptionsBinder.Flatten(run.Experiment).GetValueOrDefault(name) is not { } text)
            return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : text;
    }

    static RunKey Word(string name, string heading, Func<RunSummary, string?> value) => new(name, heading, value, text => (string)text, text => text);

    static RunKey Number(string name, string heading, Func<RunSummary, double?> value, string format, Func<string, string> label) =>
        new(name, heading, run => value(run), number => ((double)number).ToString(format, CultureInfo.InvariantCulture), label);
}
