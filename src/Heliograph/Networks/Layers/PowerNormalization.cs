using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>
/// Scales each image's symbols to mean power one: x · √(B / Σx²), so that (1/B)·Σx² = P = 1 (section 2.1 of the paper).
/// The output is a vector of B symbols, channel by channel, row by row. An all-zero input stays zero.
/// </summary>
public sealed record PowerNormalization(string Name, ValueList<string> Inputs) : Layer(Name, Inputs)
{
    /// <summary>Added to Σx² so that a silent image divides by no zero; far below a float's resolution of any real vector's power.</summary>
    public const float Epsilon = 1e-12f;

    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs) => new(inputs[0].Elements, 1, 1);

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) => NoArrays;

    /// <inheritdoc/>
    public override long Macs(IReadOnlyList<Shape> inputs) => 0;

    /// <inheritdoc/>
    public override ChannelFlow Flow => ChannelFlow.Fixed;

    /// <inheritdoc/>
    public override bool WorksInPlace => true;

    internal const string TypeName = "powerNormalization";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json)
    {
    }

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) => new PowerNormalization(name, inputs);
}
