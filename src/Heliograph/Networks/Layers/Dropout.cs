using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>Zeroes each value with probability <paramref name="Rate"/> in training and scales the rest; does nothing otherwise.</summary>
public sealed record Dropout(string Name, IReadOnlyList<string> Inputs, float Rate) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) => NoArrays;

    /// <inheritdoc/>
    public override long Macs(IReadOnlyList<Shape> inputs) => 0;

    /// <inheritdoc/>
    public override ChannelFlow Flow => ChannelFlow.Keeps;

    /// <inheritdoc/>
    public override bool WorksInPlace => true;

    internal const string TypeName = "dropout";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("rate", Rate);
    }

    internal static Layer Read(string name, string[] inputs, JsonElement json) => new Dropout(name, inputs, (float)json.Number("rate"));
}
