using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>Batch normalisation over each channel; <c>weight</c>, <c>bias</c>, <c>running_mean</c>, <c>running_var</c>, each [channels].</summary>
public sealed record BatchNorm(string Name, ValueList<string> Inputs, float Epsilon = 1e-5f, float Momentum = 0.1f) : ElementwiseLayer(Name, Inputs)
{
    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) =>
    [
        new($"{Name}.weight", [inputs[0].Channels], FirstValues.All(1), [Axis.Output]),
        new($"{Name}.bias", [inputs[0].Channels], FirstValues.All(0), [Axis.Output]),
        new($"{Name}.running_mean", [inputs[0].Channels], FirstValues.All(0), [Axis.Output], Trained: false),
        new($"{Name}.running_var", [inputs[0].Channels], FirstValues.All(1), [Axis.Output], Trained: false),
    ];

    internal const string TypeName = "batchNorm";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("epsilon", Epsilon);
        json.WriteNumber("momentum", Momentum);
    }

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) =>
        new BatchNorm(name, inputs, (float)json.Number("epsilon", 1e-5f), (float)json.Number("momentum", 0.1f));
}
