using System.Text;
using System.Text.Json.Nodes;

namespace Heliograph.Tests.Pairs;

/// <summary>What a pair's id is made of, by docs/pair-format.md.</summary>
static class MeaningBytes
{
    public static void Append(List<byte> bytes, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject members:
                Begin(bytes, '{', members.Count);
                foreach (var (name, member) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
                {
                    Text(bytes, name);
                    Append(bytes, member);
                }
                break;
            case JsonArray items:
                Begin(bytes, '[', items.Count);
                foreach (var item in items)
                    Append(bytes, item);
                break;
            case JsonValue text when text.TryGetValue(out string? written):
                Text(bytes, written);
                break;
            case JsonValue flag when flag.TryGetValue(out bool set):
                bytes.Add((byte)(set ? 't' : 'f'));
                break;
            case null:
                bytes.Add((byte)'n');
                break;
            default:
                bytes.Add((byte)'#');
                bytes.AddRange(BitConverter.GetBytes(value.GetValue<double>()));
                break;
        }
    }

    static void Text(List<byte> bytes, string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Begin(bytes, '"', utf8.Length);
        bytes.AddRange(utf8);
    }

    static void Begin(List<byte> bytes, char kind, int count)
    {
        bytes.Add((byte)kind);
        bytes.AddRange(BitConverter.GetBytes(count));
    }
}
