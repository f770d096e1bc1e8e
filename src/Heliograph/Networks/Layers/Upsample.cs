using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>Nearest-neighbour upsampling to a given map size: output (m, n) reads input (⌊m·H/height⌋, ⌊n·W/width⌋).</summary>
public sealed record Upsample(string Name, ValueList<string> Inputs, int Height, int Width) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs) =>
        Height > 0 && Width > 0 ? new(inputs[0].Channels, Height, Width) : throw Refuse("height and width must be positive");

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) => NoArrays;

    /// <inheritdoc/>
    public override long Macs(IReadOnlyList<Shape> inputs) => 0;

    /// <inheritdoc/>
    public override ChannelFlow Flow => ChannelFlow.Keeps;

    /// <inheritdoc/>
    public override bool WorksInPlace => false;

    internal const string TypeName = "upsample";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("height", Height);
        json.WriteNumber("width", Width);
    }

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) => new Upsample(name, inputs, json.Whole("height"), json.Whole("width"));
}
