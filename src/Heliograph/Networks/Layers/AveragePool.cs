using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>Mean over size × size windows that do not overlap; a remainder at the border that fills no window is dropped. Size 0: over the whole map.</summary>
/// <param name="Name">Unique in its network.</param>
/// <param name="Inputs">One layer.</param>
/// <param name="Size">Side of the window; 0 for the whole map (global average pooling).</param>
public sealed record AveragePool(string Name, ValueList<string> Inputs, int Size = 0) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        var (channels, height, width) = inputs[0];
        if (Size < 0)
            throw Refuse("the size must not be negative");
        if (Size == 0)
            return new(channels, 1, 1);
        if (height < Size || width < Size)
            throw Refuse($"a map of {channels}×{height}×{width} is too small to be pooled; the input image must be larger");
        return new(channels, height / Size, width / Size);
    }

    /// <summary>Height and width of the window over a map.</summary>
    public (int Height, int Width) Window(Shape input) => Size == 0 ? (input.Height, input.Width) : (Size, Size);

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) => NoArrays;

    /// <inheritdoc/>
    public override long Macs(IReadOnlyList<Shape> inputs) => 0;

    /// <inheritdoc/>
    public override ChannelFlow Flow => ChannelFlow.Keeps;

    /// <inheritdoc/>
    public override bool WorksInPlace => false;

    internal const string TypeName = "averagePool";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json) => json.WriteNumber("size", Size);

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) => new AveragePool(name, inputs, json.Whole("size", 0));
}
