namespace Heliograph.Images;

/// <summary>
/// How many groups of prefix codes a lossless WebP image has. Its decoder makes tables for each, up to 65,536 times, and the number is in no
/// header: it follows from the largest number in the entropy image (RFC 9649, section 6.2.2), which is itself compressed. So the stream is read
/// as far as that image's end: the transforms, each with an image of its own, and the entropy image. What breaks the rules is refused.
/// </summary>
ref struct PrefixCodeGroups
{
    /// <summary>Minimum number of bits that a group takes: five codes of one symbol each, in four bits.</summary>
    public const int LeastBits = 5 * 4;

    const int Literals = 256, Lengths = 24, Distances = 40, LongestCode = 15, MostCacheBits = 11;

    // The places of distance codes up to 120 (section 5.2.2), in the lower bits: rows above, and columns to the left, 7 more.
    static readonly int[] near = Near();

    static readonly byte[] orderOfCodeLengths = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    readonly ReadOnlySpan<byte> stream;
    long at;

    PrefixCodeGroups(ReadOnlySpan<byte> stream, int header)
    {
        this.stream = stream;
        at = 8L * header;
    }

    /// <summary>Counts them.</summary>
    /// <param name="stream">What a VP8L chunk holds.</param>
    /// <param name="header">Bytes of its header.</param>
    /// <param name="width">Pixels in a row, as the header has them.</param>
    /// <param name="height">Rows.</param>
    /// <returns>1 to 65,536 groups, and the colours of the cache that their codes can name: 0, or 2 to 2,048.</returns>
    /// <exception cref="InvalidDataException">The stream is damaged.</exception>
    public static (int Count, int CacheColours) Of(ReadOnlySpan<byte> stream, int header, int width, int height)
    {
        var reader = new PrefixCodeGroups(stream, header);
        width = reader.SkipTransforms(width, height);
        int colours = reader.CacheColours(), most = 0;
        if (reader.Bits(1) == 1)
        {
            int tile = reader.Bits(3) + 2;
            foreach (uint pixel in reader.Image(Tiles(width, tile), Tiles(height, tile)))
                most = Math.Max(most, (int)(pixel >> 8 & 0xffff));
        }
        return (1 + most, colours);
    }

    /// <summary>Returns the width that is left: where few colours are indexed, several pixels are one.</summary>
    int SkipTransforms(int width, int height)
    {
        const int SubtractGreen = 2, Index = 3;
        for (int seen = 0; Bits(1) == 1;)
        {
            int kind = Bits(2);
            if ((seen & 1 << kind) != 0)
                throw ImageFile.Damaged("a transform twice");
            seen |= 1 << kind;
            if (kind == Index)
            {
                int colours = Bits(8) + 1;
                Image(colours, 1);
                width = Tiles(width, colours switch { <= 2 => 3, <= 4 => 2, <= 16 => 1, _ => 0 });
            }
            else if (kind != SubtractGreen)
            {
                int tile = Bits(3) + 2;
                Image(Tiles(width, tile), Tiles(height, tile));
            }
        }
        return width;
    }

    static int Tiles(int pixels, int bits) => (pixels + (1 << bits) - 1) >> bits;

    int CacheColours() => Bits(1) == 0 ? 0
        : Bits(4) is >= 1 and <= MostCacheBits and var bits ? 1 << bits : throw ImageFile.Damaged("the size of its colour cache");

    /// <summary>An image beside the picture, with one group of codes: pixels as 0xAARRGGBB.</summary>
    uint[] Image(int width, int height)
    {
        uint[] cache = new uint[CacheColours()], pixels = new uint[width * height];
        Code green = ReadCode(Literals + Lengths + cache.Length), red = ReadCode(Literals), blue = ReadCode(Literals);
        Code alpha = ReadCode(Literals), distances = ReadCode(Distances);
        for (int next = 0; next < pixels.Length;)
        {
            int first = next, symbol = Symbol(green);
            if (symbol < Literals)
            {
                pixels[next++] = (uint)(symbol << 8 | Symbol(red) << 16 | Symbol(blue) | Symbol(alpha) << 24);
            }
            else if (symbol < Literals + Lengths)
            {
                int length = Number(symbol - Literals), distance = Distance(Number(Symbol(distances)), width);
                if (distance > next || length > pixels.Length - next)
                    throw ImageFile.Damaged("a copy from outside the image");
                for (; length > 0; length--, next++)
                    pixels[next] = pixels[next - distance];
            }
            else
            {
                pixels[next++] = cache[symbol - Literals - Lengths];
            }
            for (; cache.Length > 0 && first < next; first++)
                cache[(0x1e35a7bdu * pixels[first]) >> (32 - int.Log2(cache.Length))] = pixels[first];
        }
        return pixels;
    }

    static int Distance(int code, int width) =>
        code > near.Length ? code - near.Length : Math.Max(1, (near[code - 1] & 15) - 7 + (near[code - 1] >> 4 & 7) * width);

    // The nearest come first; of those as near, those in a nearer column; left before right.
    static int[] Near()
    {
        int[] places = new int[120];
        for (int i = 0; i < places.Length; i++)
        {
            // One row of 8 columns, which are left of the pixel, and seven of 16.
            int y = (i + 8) / 16, x = (i + 8) % 16 - 7;
            places[i] = (x * x + y * y) << 12 | Math.Abs(x) << 8 | (x < 0 ? 1 : 0) << 7 | y << 4 | (x + 7);
        }
        Array.Sort(places);
        return places;
    }

    /// <summary>A length or distance: a symbol for its size, and the lower bits.</summary>
    int Number(int symbol)
    {
        if (symbol < 4)
            return symbol + 1;
        int bits = (symbol - 2) >> 1;
        return ((2 + (symbol & 1)) << bits) + Bits(bits) + 1;
    }

    Code ReadCode(int symbols)
    {
        byte[] lengths = new byte[symbols];
        if (Bits(1) == 1)
        {
            int more = Bits(1), first = Bits(Bits(1) == 0 ? 1 : 8), second = more == 1 ? Bits(8) : first;
            // A symbol beyond is never met.
            foreach (int symbol in (ReadOnlySpan<int>)[first, second])
            {
                if (symbol < symbols)
                    lengths[symbol] = 1;
            }
        }
        else
        {
            ReadLengths(lengths);
        }
        return new Code(lengths);
    }

    void ReadLengths(Span<byte> lengths)
    {
        const int Repeat = 16;
        byte[] own = new byte[orderOfCodeLengths.Length];
        int given = 4 + Bits(4);
        if (given > own.Length)
            throw ImageFile.Damaged("the lengths of a prefix code");
        foreach (byte symbol in orderOfCodeLengths.AsSpan(0, given))
            own[symbol] = (byte)Bits(3);
        var code = new Code(own);
        int left = Bits(1) == 0 ? lengths.Length : 2 + Bits(2 + 2 * Bits(3));
        byte previous = 8;
        for (int next = 0; next < lengths.Length && left > 0; left--)
        {
            int symbol = Symbol(code);
            if (symbol < Repeat)
            {
                lengths[next++] = (byte)symbol;
                if (symbol > 0)
                    previous = (byte)symbol;
                continue;
            }
            int times = symbol switch { Repeat => 3 + Bits(2), Repeat + 1 => 3 + Bits(3), _ => 11 + Bits(7) };
            if (times > lengths.Length - next)
                throw ImageFile.Damaged("the lengths of a prefix code");
            lengths.Slice(next, times).Fill(symbol == Repeat ? previous : (byte)0);
            next += times;
        }
    }

    int Symbol(Code code)
    {
        if (code.Symbols.Length == 1)
            return code.Symbols[0];
        for (int length = 1, value = 0, first = 0, before = 0; ; length++)
        {
            value = 2 * value + Bits(1);
            int count = code.Counts[length];
            first *= 2;
            if (value < first + count)
                return code.Symbols[before + value - first];
            first += count;
            before += count;
        }
    }

    int Bits(int count)
    {
        if (at + count > 8L * stream.Length)
            throw ImageFile.EndsTooEarly();
        int value = 0;
        for (int i = 0; i < count; i++, at++)
            value |= (stream[(int)(at >> 3)] >> (int)(at & 7) & 1) << i;
        return value;
    }

    /// <summary>A canonical prefix code: how many symbols have each length, and the symbols by length and value. A single one takes no bits.</summary>
    readonly struct Code
    {
        public readonly int[] Counts = new int[LongestCode + 1];

        public readonly int[] Symbols;

        public Code(byte[] lengths)
        {
            var symbols = new List<int>();
            int left = 1 << LongestCode;
            for (int length = 1; length <= LongestCode; length++)
            {
                int before = symbols.Count;
                for (int symbol = 0; symbol < lengths.Length; symbol++)
                {
                    if (lengths[symbol] == length)
                        symbols.Add(symbol);
                }
                Counts[length] = symbols.Count - before;
                left -= Counts[length] << (LongestCode - length);
            }
            Symbols = [.. symbols];
            // Complete, so that every bit string means something.
            if (Symbols.Length == 0 || (Symbols.Length > 1 && left != 0))
                throw ImageFile.Damaged("an invalid prefix code");
        }
    }
}
