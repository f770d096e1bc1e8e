using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>Some consecutive values of a vector.</summary>
/// <param name="Name">Unique in its network.</param>
/// <param name="Inputs">One layer, a vector.</param>
/// <param name="Start">The first value, from 0 on.</param>
/// <param name="Count">How many, 1 or more.</param>
public sealed record Slice(string Name, ValueList<string> Inputs, int Start, int Count) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        int values = Vector(inputs[0]).Channels;
        return Start >= 0 && Count >= 1 && Start <= values - Count ? new(Count, 1, 1) : throw Refuse($"{values} values have no {Count} from number {Start} on");
    }

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) => NoArrays;

    /// <inheritdoc/>
    public override long Macs(IReadOnlyList<Shape> inputs) => 0;

    /// <inheritdoc/>
    public override ChannelFlow Flow => ChannelFlow.Fixed;

    /// <inheritdoc/>
    public override bool WorksInPlace => false;

    internal const string TypeName = "slice";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("start", Start);
        json.WriteNumber("count", Count);
    }

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) => new Slice(name, inputs, json.Whole("start"), json.Whole("count"));
}
