using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>Fully connected layer; <c>weight</c> [features, inputs] and <c>bias</c> [features].</summary>
public sealed record Linear(string Name, ValueList<string> Inputs, int Features) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        Vector(inputs[0]);
        if (Features < 1)
            throw Refuse("the number of features must be positive");
        return new(Features, 1, 1);
    }

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) =>
    [
        new($"{Name}.weight", [Features, inputs[0].Channels], FirstValues.He(inputs[0].Channels), [Axis.Output, Axis.Input]),
        new($"{Name}.bias", [Features], FirstValues.All(0), [Axis.Output]),
    ];

    /// <inheritdoc/>
    public override long Macs(IReadOnlyList<Shape> inputs) => (long)inputs[0].Channels * Features;

    /// <inheritdoc/>
    public override ChannelFlow Flow => ChannelFlow.Produces;

    /// <inheritdoc/>
    public override bool WorksInPlace => false;

    internal const string TypeName = "linear";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json) => json.WriteNumber("features", Features);

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) => new Linear(name, inputs, json.Whole("features"));
}
