using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>x where x ≥ 0, else slope·x, with one learned slope a channel, shared over the map; <c>weight</c> [channels].</summary>
public sealed record PRelu(string Name, ValueList<string> Inputs) : ElementwiseLayer(Name, Inputs)
{
    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) => [new($"{Name}.weight", [inputs[0].Channels], FirstValues.All(0.25), [Axis.Output])];

    internal const string TypeName = "prelu";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json)
    {
    }

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) => new PRelu(name, inputs);
}
