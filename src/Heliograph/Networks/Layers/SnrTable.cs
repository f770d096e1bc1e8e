using System.Text.Json;
using Heliograph.Channels;

namespace Heliograph.Networks;

/// <summary>
/// y = x·(1 + s) + t with a scale s and a shift t for each channel of a map, read from the row of a table that is nearest to the SNR which the receiver last reported: what becomes of a
/// <see cref="SnrFilm"/> for inference (<see cref="Folding"/>). <c>scale</c> and <c>shift</c> [channels, rows]; the first row is for no report, the others are for SNRs in equal steps.
/// </summary>
/// <param name="Name">Unique in its network.</param>
/// <param name="Inputs">One layer.</param>
/// <param name="LowDb">SNR of the second row, in dB (docs/snr.md).</param>
/// <param name="StepDb">From row to row, in dB, above 0.</param>
/// <param name="Rows">Number of rows, at least 2.</param>
public sealed record SnrTable(string Name, ValueList<string> Inputs, double LowDb, double StepDb, int Rows) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs) =>
        double.IsFinite(LowDb) && double.IsFinite(StepDb) && StepDb > 0 && Rows >= 2 ? inputs[0] : throw Refuse("it needs at least 2 rows, in steps above 0 dB");

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) =>
    [
        new($"{Name}.scale", [inputs[0].Channels, Rows], FirstValues.All(0), [Axis.Output]),
        new($"{Name}.shift", [inputs[0].Channels, Rows], FirstValues.All(0), [Axis.Output]),
    ];

    /// <inheritdoc/>
    /// <remarks>One a value: it cannot be folded into another layer.</remarks>
    public override long Macs(IReadOnlyList<Shape> inputs) => inputs[0].Elements;

    /// <inheritdoc/>
    public override ChannelFlow Flow => ChannelFlow.Keeps;

    /// <inheritdoc/>
    public override bool WorksInPlace => true;

    /// <summary>The row for a report: the nearest, at the ends of the table the last one; the first for none.</summary>
    /// <param name="reported">The SNR that the receiver last reported; null for none.</param>
    /// <exception cref="UsageException">It is not a number.</exception>
    public int RowOf(Snr? reported)
    {
        if (reported is not { Decibels: var decibels })
            return 0;
        if (double.IsNaN(decibels))
            throw new UsageException("a reported SNR must be a number");
        return 1 + (int)Math.Clamp(Math.Round((decibels - LowDb) / StepDb), 0, Rows - 2);
    }

    internal const string TypeName = "snrTable";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("lowDb", LowDb);
        json.WriteNumber("stepDb", StepDb);
        json.WriteNumber("rows", Rows);
    }

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) => new SnrTable(name, inputs, json.Number("lowDb"), json.Number("stepDb"), json.Whole("rows"));
}
