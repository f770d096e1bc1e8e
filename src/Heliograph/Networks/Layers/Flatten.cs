using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>A map as a vector, channel by channel, row by row.</summary>
public sealed record Flatten(string Name, ValueList<string> Inputs) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs) => new(inputs[0].Elements, 1, 1);

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) => NoArrays;

    /// <inheritdoc/>
    public override long Macs(IReadOnlyList<Shape> inputs) => 0;

    /// <inheritdoc/>
    public override ChannelFlow Flow => ChannelFlow.Flattens;

    /// <inheritdoc/>
    public override bool WorksInPlace => true;

    internal const string TypeName = "flatten";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json)
    {
    }

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) => new Flatten(name, inputs);
}
