using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>
/// Scales each image's symbols to mean power one: x · √(B / Σx²), so that (1/B)·Σx² = P = 1 (section 2.1 of the paper).
/// The output is a vector of B symbols, channel by channel, row by row. An all-zero input stays zero.
/// </summary>
/// <param name="Name">Unique in its network.</param>
/// <param name="Inputs">One layer.</param>
/// <param name="Parts">Parts of equal length into which the vector is divided; each has mean power one of its own, so that it can be sent without those after it.</param>
public sealed record PowerNormalization(string Name, ValueList<string> Inputs, int Parts = 1) : Layer(Name, Inputs)
{
    /// <summary>Added to Σx² so that a silent image divides by no zero; far below a float's resolution of any real vector's power.</summary>
    public const float Epsilon = 1e-12f;

    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        if (Parts < 1 || inputs[0].Elements % Parts != 0)
            throw Refuse(FormattableString.Invariant($"{inputs[0].Elements} symbols cannot be divided into {Parts} equal parts"));
        return new(inputs[0].Elements, 1, 1);
    }

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
        if (Parts != 1)
            json.WriteNumber("parts", Parts);
    }

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) => new PowerNormalization(name, inputs, json.Whole("parts", 1));
}
