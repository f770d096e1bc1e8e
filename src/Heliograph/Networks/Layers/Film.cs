using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>
/// Feature-wise linear modulation (Perez and others, 2018): y = x·(1 + s) + t, with a scale s and a shift t for each channel of a map. They are read from
/// the second input, a vector of 2·channels values: all scales, then all shifts.
/// </summary>
/// <param name="Name">Unique in its network.</param>
/// <param name="Inputs">The map, and the vector.</param>
public sealed record Film(string Name, ValueList<string> Inputs) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override bool Reads(int count) => count == 2;

    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs) =>
        Vector(inputs[1]).Channels == 2L * inputs[0].Channels ? inputs[0] : throw Refuse($"a map of {inputs[0]} needs {2L * inputs[0].Channels} scales and shifts, not {inputs[1].Channels}");

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) => NoArrays;

    /// <inheritdoc/>
    public override long Macs(IReadOnlyList<Shape> inputs) => 0;

    /// <inheritdoc/>
    public override ChannelFlow Flow => ChannelFlow.Fixed;

    /// <inheritdoc/>
    public override bool WorksInPlace => true;

    internal const string TypeName = "film";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json)
    {
    }

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) => new Film(name, inputs);
}
