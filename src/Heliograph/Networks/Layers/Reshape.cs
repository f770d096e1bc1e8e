using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>A vector of symbols as the map that the decoder reads: the inverse of flattening.</summary>
public sealed record Reshape(string Name, ValueList<string> Inputs, int Channels, int Height, int Width) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        if (Channels < 1 || Height < 1 || Width < 1)
            throw Refuse("channels, height and width must be positive");
        var output = new Shape(Channels, Height, Width);
        return output.Elements == inputs[0].Elements ? output : throw Refuse($"cannot read {inputs[0]} as {output}");
    }

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) => NoArrays;

    /// <inheritdoc/>
    public override long Macs(IReadOnlyList<Shape> inputs) => 0;

    /// <inheritdoc/>
    public override ChannelFlow Flow => ChannelFlow.Fixed;

    /// <inheritdoc/>
    public override bool WorksInPlace => true;

    internal const string TypeName = "reshape";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("channels", Channels);
        json.WriteNumber("height", Height);
        json.WriteNumber("width", Width);
    }

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) =>
        new Reshape(name, inputs, json.Whole("channels"), json.Whole("height"), json.Whole("width"));
}
