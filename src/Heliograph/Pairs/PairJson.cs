using System.Text.Json;
using System.Text.Json.Serialization;
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

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    GenerationMode = JsonSourceGenerationMode.Metadata, Converters = [typeof(NetworkConverter)])]
[JsonSerializable(typeof(PairDescription))]
sealed partial class PairJsonContext : JsonSerializerContext;
