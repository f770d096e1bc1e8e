using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>
/// Generalised divisive normalisation across channels, yᵢ = xᵢ / √(βᵢ + Σⱼ γᵢⱼ xⱼ²) (the paper's equation 1), or its approximate
/// inverse, yᵢ = xᵢ · √(βᵢ + Σⱼ γᵢⱼ xⱼ²) (equation 2). <c>beta</c> [channels], positive; <c>gamma</c> [channels, channels], not negative.
/// </summary>
/// <param name="Name">Unique in its network.</param>
/// <param name="Inputs">One layer.</param>
/// <param name="Inverse">True for IGDN.</param>
/// <param name="Causal">True if a channel depends on no later one: <c>gamma</c> is lower triangular, so that the first k channels can be computed alone.</param>
public sealed record Gdn(string Name, ValueList<string> Inputs, bool Inverse = false, bool Causal = false) : Layer(Name, Inputs)
{
    /// <summary>Smallest β.</summary>
    public const double BetaMinimum = 1e-6;

    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) =>
    [
        // As Ballé et al. begin.
        new($"{Name}.beta", [inputs[0].Channels], FirstValues.All(1), [Axis.Output], Minimum: BetaMinimum),
        new($"{Name}.gamma", [inputs[0].Channels, inputs[0].Channels], new FirstValues(0.1, OnDiagonal: true), [Axis.Output, Axis.Output], Minimum: 0),
    ];

    /// <inheritdoc/>
    public override long Macs(IReadOnlyList<Shape> inputs) => checked((long)inputs[0].Height * inputs[0].Width * inputs[0].Channels * inputs[0].Channels);

    /// <inheritdoc/>
    public override ChannelFlow Flow => ChannelFlow.Keeps;

    /// <inheritdoc/>
    public override bool WorksInPlace => false;

    /// <summary>γ as it counts: where the layer is causal, without what lies above the diagonal.</summary>
    /// <param name="gamma">[channels, channels].</param>
    public WeightArray Gamma(WeightArray gamma)
    {
        if (!Causal)
            return gamma;
        int channels = gamma.Shape[0];
        float[] values = [.. gamma.Values];
        for (int i = 0; i < channels; i++)
            values.AsSpan(i * channels + i + 1, channels - i - 1).Clear();
        return new(gamma.Shape, values);
    }

    internal const string TypeName = "gdn";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json)
    {
        json.WriteBoolean("inverse", Inverse);
        if (Causal)
            json.WriteBoolean("causal", Causal);
    }

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) => new Gdn(name, inputs, json.Flag("inverse"), json.Flag("causal"));
}
