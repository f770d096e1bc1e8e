namespace Heliograph.Images;

/// <summary>The binary portable pixmap: "P6", width, height, maximum value, one white space, then interleaved RGB.</summary>
static class Ppm
{
    public static bool Begins(byte[] bytes) => bytes.AsSpan().StartsWith("P6"u8);

    public static ImageHeader ReadHeader(byte[] bytes)
    {
        var (width, height, maximum, _) = Header(bytes);
        if (maximum is < 1 or > 255)
            throw new InvalidDataException($"a PPM image with a maximum of {maximum}; only 1 to 255 are supported.");
        return new(width, height, Memory: 3L * width * height, LeastBytes: 0);
    }

    public static byte[] ReadPixels(byte[] bytes, ImageHeader header)
    {
        var (_, _, maximum, at) = Header(bytes);
        int length = 3 * header.Width * header.Height;
        if (bytes.Length - at < length)
            throw new InvalidDataException($"truncated image ({Math.Max(0, bytes.Length - at)} of {length} bytes of pixels).");
        byte[] pixels = bytes.AsSpan(at, length).ToArray();
        if (maximum != 255)
        {
            for (int i = 0; i < pixels.Length; i++)
                pixels[i] = (byte)((Math.Min(pixels[i], maximum) * 255 + maximum / 2) / maximum);
        }
        return pixels;
    }

    static (int Width, int Height, int Maximum, int Pixels) Header(byte[] bytes)
    {
        int at = 2;
        return (Number(bytes, ref at), Number(bytes, ref at), Number(bytes, ref at), at + 1);
    }

    static int Number(byte[] bytes, ref int at)
    {
        while (at < bytes.Length && (bytes[at] == '#' || IsSpace(bytes[at])))
        {
            if (bytes[at] == '#')
                while (at < bytes.Length && bytes[at] != '\n')
                    at++;
            else
                at++;
        }
        int start = at, value = 0;
        while (at < bytes.Length && char.IsAsciiDigit((char)bytes[at]) && at - start < 9)
            value = value * 10 + bytes[at++] - '0';
        if (at == start || at == bytes.Length || !IsSpace(bytes[at]))
            throw ImageFile.Damaged("its PPM header has no width, height and maximum");
        return value;
    }

    static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or 11 or 12;
}
