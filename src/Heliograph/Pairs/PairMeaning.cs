using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Heliograph.Networks;

namespace Heliograph.Pairs;

/// <summary>
/// What a pair's answers mean, apart from its weights: the classes, the networks (the size of the images among them), the normalisation and the modes, as one
/// hash that does not depend on how <c>pair.json</c> is laid out (docs/pair-format.md, "The pair id").
/// </summary>
static class PairMeaning
{
    static readonly string[] Keys = ["classes", "device", "edge", "normalisation"], ElasticKeys = [.. Keys, "modes", "widths"], RetrievalKeys = [.. Keys, "task", "metric"];

    /// <summary>SHA-256 over the values of <see cref="Keys"/>, one after another; for an elastic pair also its modes and the networks of its widths, for one that retrieves its task and metric.</summary>
    /// <param name="json">The description.</param>
    /// <param name="version">Its version.</param>
    /// <exception cref="InvalidDataException">One is missing.</exception>
    public static byte[] Hash(JsonElement json, int version)
    {
        using var bytes = new MemoryStream();
        string[] keys = version switch
        {
            PairDescription.ElasticVersion => ElasticKeys,
            PairDescription.RetrievalVersion => RetrievalKeys,
            _ => Keys,
        };
        foreach (string key in keys)
            Append(bytes, json.Member(key));
        return Sha256.Hash(bytes.ToArray());
    }

    static void Append(Stream bytes, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                JsonProperty[] members = [.. value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal)];
                Begin(bytes, '{', members.Length);
                foreach (var member in members)
                {
                    Append(bytes, member.Name);
                    Append(bytes, member.Value);
                }
                break;
            case JsonValueKind.Array:
                Begin(bytes, '[', value.GetArrayLength());
                foreach (var item in value.EnumerateArray())
                    Append(bytes, item);
                break;
            case JsonValueKind.String:
                Append(bytes, value.GetString()!);
                break;
            case JsonValueKind.Number:
                Span<byte> number = stackalloc byte[sizeof(double)];
                BinaryPrimitives.WriteDoubleLittleEndian(number, value.GetDouble());
                bytes.WriteByte((byte)'#');
                bytes.Write(number);
                break;
            default:
                bytes.WriteByte(value.ValueKind switch { JsonValueKind.True => (byte)'t', JsonValueKind.False => (byte)'f', _ => (byte)'n' });
                break;
        }
    }

    static void Append(Stream bytes, string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Begin(bytes, '"', utf8.Length);
        bytes.Write(utf8);
    }

    static void Begin(Stream bytes, char kind, int count)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(number, count);
        bytes.WriteByte((byte)kind);
        bytes.Write(number);
    }
}
