using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>The sum of two or more maps of one shape, such as a residual block's branch and its shortcut.</summary>
public sealed record Add(string Name, ValueList<string> Inputs) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override bool Reads(int count) => count >= 2;

    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs) =>
        inputs.FirstOrDefault(shape => shape != inputs[0], inputs[0]) is var other && other == inputs[0]
            ? inputs[0]
            : throw Refuse($"cannot add maps of {inputs[0]} and {other}");

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) => NoArrays;

    /// <inheritdoc/>
    public override long Macs(IReadOnlyList<Shape> inputs) => 0;

    /// <inheritdoc/>
    public override ChannelFlow Flow => ChannelFlow.Joins;

    /// <inheritdoc/>
    public override bool WorksInPlace => true;

    internal const string TypeName = "add";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json)
    {
    }

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) => new Add(name, inputs);
}
