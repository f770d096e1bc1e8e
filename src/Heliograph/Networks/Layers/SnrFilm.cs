using System.Text.Json;
using Heliograph.Channels;

namespace Heliograph.Networks;

/// <summary>
/// y = x·(1 + s) + t with a scale s and a shift t for each channel of a map, which a perceptron makes of the SNR that the receiver last reported (FiLM: Perez and others, 2018; for the SNR in a
/// joint code: ADJSCC, Xu and others, 2020). It reads the report, from −1 at the lowest SNR to 1 at the highest, limited to that range, and a 1; without a report two zeros. Arrays:
/// <c>hidden_weight</c> [features, 2], <c>hidden_bias</c> [features], then a ReLU; <c>scale_weight</c> and <c>shift_weight</c> [channels, features], <c>scale_bias</c> and <c>shift_bias</c> [channels].
/// For inference it becomes a <see cref="SnrTable"/>.
/// </summary>
/// <param name="Name">Unique in its network.</param>
/// <param name="Inputs">One layer.</param>
/// <param name="LowDb">The lowest SNR in training, in dB (docs/snr.md).</param>
/// <param name="HighDb">The highest.</param>
/// <param name="Features">Hidden units.</param>
public sealed record SnrFilm(string Name, ValueList<string> Inputs, double LowDb, double HighDb, int Features = 16) : Layer(Name, Inputs)
{
    /// <summary>From row to row of the table that it becomes, in dB.</summary>
    public const double StepDb = 1;

    /// <summary>The widest range; a link reports SNRs within ±100 dB.</summary>
    const double WidestDb = 1000;

    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs) =>
        double.IsFinite(LowDb) && HighDb - LowDb is >= 0 and <= WidestDb && Features >= 1 ? inputs[0]
            : throw Refuse("it needs at least one hidden unit, and SNRs from a low to a high one, not further than 1000 dB apart");

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) =>
    [
        new($"{Name}.hidden_weight", [Features, 2], FirstValues.He(2), []),
        new($"{Name}.hidden_bias", [Features], FirstValues.All(0), []),
        // Small, so that maps begin nearly as they are.
        new($"{Name}.scale_weight", [inputs[0].Channels, Features], new(0, 0.01), [Axis.Output]),
        new($"{Name}.scale_bias", [inputs[0].Channels], FirstValues.All(0), [Axis.Output]),
        new($"{Name}.shift_weight", [inputs[0].Channels, Features], new(0, 0.01), [Axis.Output]),
        new($"{Name}.shift_bias", [inputs[0].Channels], FirstValues.All(0), [Axis.Output]),
    ];

    /// <inheritdoc/>
    /// <remarks>Those of the table: no device computes the perceptron.</remarks>
    public override long Macs(IReadOnlyList<Shape> inputs) => inputs[0].Elements;

    /// <inheritdoc/>
    public override ChannelFlow Flow => ChannelFlow.Keeps;

    /// <inheritdoc/>
    public override bool WorksInPlace => true;

    /// <summary>The first value that the perceptron reads; the second is 1 if an SNR was reported, else 0.</summary>
    /// <param name="reported">The SNR that the receiver last reported; null for none.</param>
    public float Told(Snr? reported) => reported is not { } snr ? 0
        : (float)((Math.Clamp(snr.Decibels, LowDb, HighDb) - (LowDb + HighDb) / 2) / Math.Max((HighDb - LowDb) / 2, 1e-9));

    /// <summary>The layer that computes the same for inference, at the SNRs of its rows.</summary>
    public SnrTable Tabulated() => new(Name, Inputs, LowDb, StepDb, 2 + (int)Math.Ceiling((HighDb - LowDb) / StepDb));

    // The arrays of the table, beside those that they are made of. In plain loops: the device program folds too, and has to be small.
    internal void Tabulate(Dictionary<string, WeightArray> arrays)
    {
        int rows = Tabulated().Rows;
        float[] weight = arrays[$"{Name}.hidden_weight"].Values, bias = arrays[$"{Name}.hidden_bias"].Values;
        float[] hidden = new float[rows * Features];
        for (int i = 0; i < hidden.Length; i++)
        {
            int row = i / Features, unit = i % Features;
            hidden[i] = Math.Max(0, row == 0 ? bias[unit]
                : bias[unit] + weight[2 * unit] * Told(Snr.FromDecibels(LowDb + (row - 1) * StepDb)) + weight[2 * unit + 1]);
        }
        Tabulate(arrays, "scale", hidden);
        Tabulate(arrays, "shift", hidden);
    }

    void Tabulate(Dictionary<string, WeightArray> arrays, string kind, float[] hidden)
    {
        float[] weight = arrays[$"{Name}.{kind}_weight"].Values, bias = arrays[$"{Name}.{kind}_bias"].Values;
        int rows = hidden.Length / Features;
        float[] values = new float[bias.Length * rows];
        for (int i = 0; i < values.Length; i++)
        {
            int channel = i / rows, row = i % rows;
            double sum = bias[channel];
            for (int unit = 0; unit < Features; unit++)
                sum += (double)weight[channel * Features + unit] * hidden[row * Features + unit];
            values[i] = (float)sum;
        }
        arrays[$"{Name}.{kind}"] = new([bias.Length, rows], values);
    }

    internal const string TypeName = "snrFilm";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("lowDb", LowDb);
        json.WriteNumber("highDb", HighDb);
        json.WriteNumber("features", Features);
    }

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) => new SnrFilm(name, inputs, json.Number("lowDb"), json.Number("highDb"), json.Whole("features"));
}
