using System.Text;
using Heliograph.Statistics;

namespace Heliograph.Fuzz.Tests;

/// <summary>
/// Changes of texts that have a structure, JSON and YAML: numbers replaced by extremes, texts by hostile ones, values by values of other kinds, parts
/// deleted, doubled, moved and nested deeply.
/// </summary>
static class TextChanges
{
    static readonly byte[][] Numbers = Bytes("0", "-0", "-1", "1", "2", "3", "46341", "65536", "1048576", "2147483647", "2147483648", "-2147483648", "4294967295", "9007199254740993",
        "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", "1e308", "-1e308", "1e309", "1e-400", "1.5", "NaN", ".nan", "Infinity", "-.inf",
        "1e1000000000", "00", "0x7f", "0.1e", new string('9', 400), "0." + new string('0', 400) + "1");

    // Those before the first that is no JSON are taken more often.
    const int JsonValues = 18;

    static readonly byte[][] Values = Bytes("null", "true", "false", "[]", "{}", "\"\"", "0", "[null]", "[0]", "{\"a\":0}", "[[0,1],[2]]", "\"a\"", "\"\\ud800\"", "\"\\u0000\"", "\"\\u001b[2J\"", "\"\\u202e\"",
        "\"\\n\\r\"", "\"../../a\"", "\"/dev/zero\"", "~", "''", "*a", "&a", "&a [*a]", "!!binary x", "!!int \"1\"", "|", ">", "'", "\"", "%", "@", "`", "#", "? ", "- ", ": ", ",", "<<", "---", "...");

    static readonly byte[][] Nests = Bytes("[", "{\"a\":", "[{\"a\":", "- ", "a: ", "{a: ", "? ", "\\", "(", "&a [", "\t", " ", "\"", "'", "\u00e9", "\ud83d\ude00");

    /// <summary>One to four changes, one after the other.</summary>
    public static byte[] Change(byte[] origin, IReadOnlyList<byte[]> pool, RandomStream random)
    {
        byte[] changed = origin;
        for (int left = ByteChanges.Times(random); left > 0; left--)
            changed = random.NextInt(8) == 0 ? ByteChanges.Change(changed, pool, random) : Once(changed, pool, random);
        return changed;
    }

    static byte[] Once(byte[] origin, IReadOnlyList<byte[]> pool, RandomStream random)
    {
        Range token = Token(origin, random.NextInt(origin.Length + 1));
        var (at, length) = token.GetOffsetAndLength(origin.Length);
        switch (random.NextInt(10))
        {
            case 0 or 1:
                return ByteChanges.Splice(origin, at, length, length > 0 && IsNumber(origin[at]) ? One(Numbers, random) : Values[random.NextInt(JsonValues)]);
            case 2:
                return ByteChanges.Splice(origin, at, length, One(random.NextInt(2) == 0 ? Numbers : Values, random));
            case 3:
                return ByteChanges.Splice(origin, at, length, []);
            case 4:
                return ByteChanges.Splice(origin, at, 0, Repeated(origin.AsSpan(at, length), random));
            case 5:
                byte[] other = pool[random.NextInt(pool.Count)];
                return ByteChanges.Splice(origin, at, length, other.AsSpan(Token(other, random.NextInt(other.Length + 1))));
            case 6:
                return ByteChanges.Splice(origin, at, random.NextInt(2) == 0 ? length : 0, Repeated(One(Nests, random), random));
            case 7:
                // A member or an item as a whole: up to and with the comma or line break behind it.
                int end = at + length;
                while (end < origin.Length && origin[end - 1] is not ((byte)',' or (byte)'\n'))
                    end++;
                return random.NextInt(2) == 0 ? ByteChanges.Splice(origin, at, end - at, []) : ByteChanges.Splice(origin, at, 0, Repeated(origin.AsSpan(at, end - at), random));
            case 8:
                int to = random.NextInt(origin.Length + 1);
                byte[] moved = [.. origin.AsSpan(at, length)];
                return ByteChanges.Splice(origin, to, 0, moved);
            default:
                byte[] word = new byte[ByteChanges.Length(random)];
                word.AsSpan().Fill((byte)"a9 \\é\u001b"[random.NextInt(6)]);
                return ByteChanges.Splice(origin, Math.Min(at + 1, origin.Length), 0, word);
        }
    }

    static ReadOnlySpan<byte> One(byte[][] from, RandomStream random) => from[random.NextInt(from.Length)];

    static byte[] Repeated(ReadOnlySpan<byte> part, RandomStream random)
    {
        int times = random.NextInt(4) == 0 ? Math.Min(ByteChanges.Length(random), (1 << 20) / Math.Max(part.Length, 1)) : 1 + random.NextInt(3);
        byte[] all = new byte[times * part.Length];
        for (int i = 0; i < times; i++)
            part.CopyTo(all.AsSpan(i * part.Length));
        return all;
    }

    /// <summary>The number, quoted text, word or bracketed part that begins at a place, or the byte there.</summary>
    static Range Token(byte[] text, int at)
    {
        if (at >= text.Length)
            return text.Length..text.Length;
        // What stands between values is passed over, mostly to the next; from within a word one goes to its start.
        while (at + 1 < text.Length && text[at] is (byte)' ' or (byte)'\n' or (byte)':' or (byte)',')
            at++;
        if (IsWord(text[at]))
        {
            while (at > 0 && IsWord(text[at - 1]))
                at--;
        }
        int end = at + 1;
        switch (text[at])
        {
            case (byte)'"' or (byte)'\'':
                while (end < text.Length && text[end] != text[at])
                    end += text[end] == '\\' ? 2 : 1;
                return at..Math.Min(end + 1, text.Length);
            case (byte)'{' or (byte)'[':
                for (int depth = 1; end < text.Length && depth > 0; end++)
                    depth += text[end] is (byte)'{' or (byte)'[' ? 1 : text[end] is (byte)'}' or (byte)']' ? -1 : 0;
                return at..end;
            default:
                while (IsWord(text[at]) && end < text.Length && IsWord(text[end]))
                    end++;
                return at..end;
        }
    }

    static bool IsWord(byte letter) => char.IsAsciiLetterOrDigit((char)letter) || letter is (byte)'_' or (byte)'.' or (byte)'-' or (byte)'+';

    static bool IsNumber(byte letter) => char.IsAsciiDigit((char)letter) || letter == '-';

    static byte[][] Bytes(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
