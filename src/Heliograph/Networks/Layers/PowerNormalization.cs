using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>
/// Scales each image's symbols to mean power one: x · √(B / Σx²), so that (1/B)·Σx² = P = 1 (section 2.1 of the paper).
/// The output is a vector of B symbols, channel by channel, row by row. An all-zero input stays zero.
/// </summary>
/// <param name="Name">Unique in its network.</param>
/// <param name="Inputs">One layer.</param>
/// <param name="Parts">
/// Numbers of symbols of consecutive parts that are each scaled to mean power one, or null for one part. The first parts are then a code of their own:
/// they are the same whether the others follow or not.
/// </param>
public sealed record PowerNormalization(string Name, ValueList<string> Inputs, ValueList<int>? Parts = null) : Layer(Name, Inputs)
{
    /// <summary>Added to Σx² so that a silent image divides by no zero; far below a float's resolution of any real vector's power.</summary>
    public const float Epsilon = 1e-12f;

    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        int symbols = inputs[0].Elements;
        if (Parts is not null && !AddUp(Parts, symbols))
            throw Refuse($"its parts, {Parts}, do not add up to the {symbols} symbols of {inputs[0]}");
        return new(symbols, 1, 1);
    }

    static bool AddUp(ValueList<int> parts, int symbols)
    {
        long sum = 0;
        foreach (int part in parts.AsSpan())
        {
            if (part < 1)
                return false;
            sum += part;
        }
        return sum == symbols;
    }

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) => NoArrays;

    /// <inheritdoc/>
    public override long Macs(IReadOnlyList<Shape> inputs) => 0;

    /// <inheritdoc/>
    public override ChannelFlow Flow => ChannelFlow.Fixed;

    /// <inheritdoc/>
    public override bool WorksInPlace => true;

    internal const string TypeName = "powerNormalization";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json)
    {
        if (Parts is null)
            return;
        json.WriteStartArray("parts");
        foreach (int part in Parts)
            json.WriteNumberValue(part);
        json.WriteEndArray();
    }

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) =>
        new PowerNormalization(name, inputs, json.Optional("parts") is null ? null : json.List("parts", JsonReading.Whole));
}
