using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>
/// Maximum over size × size windows; a remainder at the border that fills no window is dropped. Windows do not overlap unless they have a stride
/// of their own; padding is smaller than every value.
/// </summary>
/// <param name="Name">Unique in its network.</param>
/// <param name="Inputs">One layer.</param>
/// <param name="Size">Side of the window.</param>
/// <param name="Stride">From window to window; 0 for <paramref name="Size"/>.</param>
/// <param name="Padding">Around the map, at most half of <paramref name="Size"/>.</param>
public sealed record MaxPool(string Name, ValueList<string> Inputs, int Size = 2, int Stride = 0, int Padding = 0) : Layer(Name, Inputs)
{
    /// <summary>From window to window.</summary>
    public int Step => Stride == 0 ? Size : Stride;

    /// <summary>True for 2×2 windows side by side without padding.</summary>
    public bool Halves => Size == 2 && Step == 2 && Padding == 0;

    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        var (channels, height, width) = inputs[0];
        if (Size < 1 || Stride < 0)
            throw Refuse("the size must be positive");
        if (Padding < 0 || Padding > Size / 2)
            throw Refuse("the padding must be at most half the size");
        if (Math.Min(height, width) + 2L * Padding < Size)
            throw Refuse($"a map of {channels}×{height}×{width} is too small to be pooled; the input image must be larger");
        return new(channels, Side(height, Size, Step, Padding), Side(width, Size, Step, Padding));
    }

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) => NoArrays;

    /// <inheritdoc/>
    public override long Macs(IReadOnlyList<Shape> inputs) => 0;

    /// <inheritdoc/>
    public override ChannelFlow Flow => ChannelFlow.Keeps;

    /// <inheritdoc/>
    public override bool WorksInPlace => false;

    internal const string TypeName = "maxPool";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("size", Size);
        if (Stride != 0)
            json.WriteNumber("stride", Stride);
        if (Padding != 0)
            json.WriteNumber("padding", Padding);
    }

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) =>
        new MaxPool(name, inputs, json.Whole("size", 2), json.Whole("stride", 0), json.Whole("padding", 0));
}
