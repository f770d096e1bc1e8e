using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>The kinds of layers by the names that they have in files.</summary>
static class LayerCatalogue
{
    static readonly Dictionary<string, Func<string, ValueList<string>, JsonElement, Layer>> Kinds = new(StringComparer.Ordinal)
    {
        [Add.TypeName] = Add.Read,
        [AveragePool.TypeName] = AveragePool.Read,
        [BatchNorm.TypeName] = BatchNorm.Read,
        [Convolution.TypeName] = Convolution.Read,
        [Dropout.TypeName] = Dropout.Read,
        [Film.TypeName] = Film.Read,
        [Flatten.TypeName] = Flatten.Read,
        [Gdn.TypeName] = Gdn.Read,
        [Linear.TypeName] = Linear.Read,
        [MaxPool.TypeName] = MaxPool.Read,
        [PowerNormalization.TypeName] = PowerNormalization.Read,
        [PRelu.TypeName] = PRelu.Read,
        [Relu.TypeName] = Relu.Read,
        [Relu6.TypeName] = Relu6.Read,
        [Reshape.TypeName] = Reshape.Read,
        [Sigmoid.TypeName] = Sigmoid.Read,
        [Slice.TypeName] = Slice.Read,
        [SnrFilm.TypeName] = SnrFilm.Read,
        [SnrTable.TypeName] = SnrTable.Read,
        [TransposedConvolution.TypeName] = TransposedConvolution.Read,
        [Upsample.TypeName] = Upsample.Read,
    };

    /// <summary>The names of all kinds.</summary>
    public static IReadOnlyCollection<string> Names => Kinds.Keys;

    /// <exception cref="InvalidDataException">There is no such kind, or a member is missing.</exception>
    public static Layer Read(JsonElement json)
    {
        string type = json.Text("type"), name = json.Text("name");
        ValueList<string> inputs = json.List("inputs", JsonReading.Text);
        return Kinds.TryGetValue(type, out var read) ? read(name, inputs, json) : throw new InvalidDataException($"there is no layer of type '{type}'");
    }

    public static void Write(Layer layer, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", layer.Type);
        layer.Write(json);
        json.WriteString("name", layer.Name);
        json.WriteStartArray("inputs");
        foreach (string input in layer.Inputs)
            json.WriteStringValue(input);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
