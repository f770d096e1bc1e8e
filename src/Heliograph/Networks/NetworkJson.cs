using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>A network's description as JSON.</summary>
static class NetworkJson
{
    /// <exception cref="InvalidDataException">The JSON describes no whole network.</exception>
    public static Network Read(JsonElement json)
    {
        try
        {
            return new(Shape(json.Member("input")), json.List("layers", LayerCatalogue.Read));
        }
        catch (Exception e) when (e is InvalidDataException or UsageException)
        {
            throw new InvalidDataException($"the network's description does not make sense: {e.Message}", e);
        }
    }

    public static string Write(Network network)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteStartObject("input");
            json.WriteNumber("channels", network.Input.Channels);
            json.WriteNumber("height", network.Input.Height);
            json.WriteNumber("width", network.Input.Width);
            json.WriteNumber("elements", network.Input.Elements);
            json.WriteBoolean("isVector", network.Input.IsVector);
            json.WriteEndObject();
            json.WriteStartArray("layers");
            foreach (var layer in network.Layers)
                LayerCatalogue.Write(layer, json);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    static Shape Shape(JsonElement json) => new(json.Whole("channels"), json.Whole("height"), json.Whole("width"));
}
