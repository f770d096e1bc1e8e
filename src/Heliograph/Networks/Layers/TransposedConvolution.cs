using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>
/// Transposed convolution whose windows lie side by side: every value of the map becomes a square of size × size. Weights <c>weight</c>
/// [channels, filters, size, size], as PyTorch has them, and <c>bias</c> [filters].
/// </summary>
/// <param name="Name">Unique in its network.</param>
/// <param name="Inputs">One layer.</param>
/// <param name="Filters">Channels of the output.</param>
/// <param name="Size">Side of the window, and how many times higher and wider the map becomes.</param>
public sealed record TransposedConvolution(string Name, ValueList<string> Inputs, int Filters, int Size = 2) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs) =>
        Filters < 1 || Size < 1 ? throw Refuse("filters and size must be positive") : new(Filters, checked(inputs[0].Height * Size), checked(inputs[0].Width * Size));

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) =>
    [
        // Each value of the output is fed by one of each channel.
        new($"{Name}.weight", [inputs[0].Channels, Filters, Size, Size], FirstValues.He(inputs[0].Channels), [Axis.Input, Axis.Output]),
        new($"{Name}.bias", [Filters], FirstValues.All(0), [Axis.Output]),
    ];

    /// <inheritdoc/>
    public override long Macs(IReadOnlyList<Shape> inputs) => checked((long)inputs[0].Elements * Filters * Size * Size);

    /// <inheritdoc/>
    public override ChannelFlow Flow => ChannelFlow.Produces;

    /// <inheritdoc/>
    public override bool WorksInPlace => false;

    internal const string TypeName = "transposedConvolution";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("filters", Filters);
        json.WriteNumber("size", Size);
    }

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) => new TransposedConvolution(name, inputs, json.Whole("filters"), json.Whole("size", 2));
}
