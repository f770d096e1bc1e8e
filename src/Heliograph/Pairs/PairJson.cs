using System.Text.Json;
using System.Text.Json.Serialization;
using Heliograph.Codes;
using Heliograph.Networks;

namespace Heliograph.Pairs;

/// <summary>Networks inside <c>pair.json</c>, as <see cref="Network.ToJson"/> writes them.</summary>
sealed class NetworkConverter : JsonConverter<Network>
{
    public override Network Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException($"{nameof(PairReader)} reads");

    public override void Write(Utf8JsonWriter writer, Network value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.ToJson());
}

/// <summary>Modes: what they are made of, without what follows from it.</summary>
sealed class ModesConverter : JsonConverter<Modes>
{
    public override Modes Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException($"{nameof(PairReader)} reads");

    public override void Write(Utf8JsonWriter writer, Modes value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("ratios");
        foreach (double ratio in value.Ratios)
            writer.WriteNumberValue(ratio);
        writer.WriteEndArray();
        writer.WriteStartArray("symbols");
        foreach (int symbols in value.Symbols)
            writer.WriteNumberValue(symbols);
        writer.WriteEndArray();
        writer.WriteNumber("snrLowDb", value.SnrLowDb);
        writer.WriteNumber("snrHighDb", value.SnrHighDb);
        writer.WriteEndObject();
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    GenerationMode = JsonSourceGenerationMode.Metadata, Converters = [typeof(NetworkConverter), typeof(ModesConverter)])]
[JsonSerializable(typeof(PairDescription))]
sealed partial class PairJsonContext : JsonSerializerContext;
