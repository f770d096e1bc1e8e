namespace Heliograph.Images;

/// <summary>The binary portable pixmap: "P6", width, height, maximum value, one white space, then interleaved RGB.</summary>
static class Ppm
{
    public static RgbImage Read(byte[] bytes, string path)
    {
        int at = 2;
        int width = Number(bytes, ref at, path), height = Number(bytes, ref at, path), maximum = Number(bytes, ref at, path);
        ImageFile.CheckSize(width, height, path);
        if (maximum is < 1 or > 255)
            throw new InvalidDataException($"{path}: a PPM image with a maximum of {maximum}; 1 to 255 is read.");
        at++;
        int length = 3 * width * height;
        if (bytes.Length - at < length)
            throw new InvalidDataException($"{path}: truncated image ({Math.Max(0, bytes.Length - at)} of {length} bytes of pixels).");
        byte[] pixels = bytes.AsSpan(at, length).ToArray();
        if (maximum != 255)
        {
            for (int i = 0; i < pixels.Length; i++)
                pixels[i] = (byte)((Math.Min(pixels[i], maximum) * 255 + maximum / 2) / maximum);
        }
        return new RgbImage(width, height, pixels);
    }

    static int Number(byte[] bytes, ref int at, string path)
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
            throw new InvalidDataException($"{path}: damaged image (its PPM header has no width, height and maximum).");
        return value;
    }

    static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or 11 or 12;
}
