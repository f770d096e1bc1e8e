using System.Buffers.Binary;

namespace Heliograph.Images;

/// <summary>
/// The markers of JPEG files (ITU-T T.81), all of them before anything is decoded; <see cref="Stb"/> reads the pixels. Baseline, extended
/// and progressive files with 8 bits a channel: grey, YCbCr, RGB, and CMYK or YCCK with Adobe's marker.
/// </summary>
static class Jpeg
{
    // Each scan goes over the whole image. Usual progressive files have about ten.
    const long MostPixelsOfAllScans = 1L << 30;

    public static bool Begins(byte[] bytes) => bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]);

    public static ImageHeader ReadHeader(byte[] file)
    {
        ReadOnlySpan<byte> bytes = file;
        ReadOnlySpan<byte> frame = default;
        byte kind = 0;
        bool adobe = false;
        int orientation = 1, scans = 0;
        for (int at = 2; NextMarker(bytes, ref at) is not EndOfImage and var marker;)
        {
            ReadOnlySpan<byte> segment = Segment(bytes, ref at);
            switch (marker)
            {
                case StartOfScan:
                    // The next marker is searched for after it, across the coded data.
                    scans++;
                    break;
                case >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc) when frame.IsEmpty:
                    kind = marker;
                    frame = segment;
                    break;
                case 0xe1 when segment.StartsWith("Exif\0"u8) && segment.Length > 6:
                    orientation = Orientation.Of(segment[6..]);
                    break;
                case 0xee when segment.StartsWith("Adobe"u8) && segment.Length >= 12:
                    adobe = true;
                    break;
            }
        }
        if (frame.IsEmpty)
            throw ImageFile.Damaged("no frame header");
        ImageHeader header = Frame(frame, kind, adobe) with { Orientation = orientation };
        if (scans == 0)
            throw ImageFile.EndsTooEarly();
        if (scans * header.Pixels > MostPixelsOfAllScans)
            throw new InvalidDataException($"a JPEG image of {header.Width}×{header.Height} pixels in {scans} scans, which take too long; the maximum is {MostPixelsOfAllScans >> 20} Mi pixels in all scans together.");
        return header;
    }

    const byte EndOfImage = 0xd9, StartOfScan = 0xda;

    static ImageHeader Frame(ReadOnlySpan<byte> frame, byte kind, bool adobe)
    {
        if (Variant(kind) is { } variant)
            throw new InvalidDataException($"a JPEG image with {variant}; only baseline and progressive ones are supported.");
        if (frame.Length < 6 || frame.Length != 6 + 3 * frame[5])
            throw ImageFile.Damaged("a frame header of the wrong length");
        int precision = frame[0], height = BinaryPrimitives.ReadUInt16BigEndian(frame[1..]), width = BinaryPrimitives.ReadUInt16BigEndian(frame[3..]), channels = frame[5];
        if (precision != 8)
            throw new InvalidDataException($"a JPEG image with {precision} bits a channel; only 8 are supported.");
        if (channels is not (1 or 3 or 4))
            throw new InvalidDataException($"a JPEG image with {channels} channels; only 1, 3 and 4 are supported.");
        if (height == 0)
            throw new InvalidDataException("a JPEG image that gives its height after its pixels (DNL), which is not supported.");
        if (channels == 4 && !adobe)
            throw new InvalidDataException("a CMYK JPEG image without Adobe's marker, whose values could mean ink or its absence; save it as RGB.");

        int mostX = 1, mostY = 1;
        for (int c = 0; c < channels; c++)
            (mostX, mostY) = (Math.Max(mostX, frame[7 + 3 * c] >> 4), Math.Max(mostY, frame[7 + 3 * c] & 15));
        long blocks = 0, columns = (width + 8 * mostX - 1) / (8 * mostX), rows = (height + 8 * mostY - 1) / (8 * mostY);
        for (int c = 0; c < channels; c++)
            blocks += columns * (frame[7 + 3 * c] >> 4) * rows * (frame[7 + 3 * c] & 15);
        bool progressive = kind == 0xc2;
        // Samples, and where progressive coefficients of 16 bits; the decoder's picture and ours, and that once more to turn it. A block takes a
        // bit for its mean at least, and in a baseline file another for its end.
        return new(width, height, Memory: blocks * 64 * (progressive ? 3 : 1) + 9L * width * height, LeastBytes: blocks * (progressive ? 1 : 2) / 8);
    }

    static string? Variant(byte kind) => kind switch
    {
        0xc0 or 0xc1 or 0xc2 => null,
        0xc3 or 0xc7 or 0xcb or 0xcf => "lossless coding",
        0xc5 or 0xc6 or 0xcd or 0xce => "hierarchical coding",
        _ => "arithmetic coding",
    };

    /// <summary>The marker at or after a position, which then moves past it; the end of the image if there is none.</summary>
    static byte NextMarker(ReadOnlySpan<byte> bytes, ref int at)
    {
        while (true)
        {
            int found = bytes[at..].IndexOf((byte)0xff);
            if (found < 0)
                return EndOfImage;
            at += found;
            while (at < bytes.Length && bytes[at] == 0xff)
                at++;
            if (at == bytes.Length)
                return EndOfImage;
            // Neither a stuffed byte nor a standalone marker.
            if (bytes[at++] is not (0 or 1 or (>= 0xd0 and <= 0xd8)) and var marker)
                return marker;
        }
    }

    static ReadOnlySpan<byte> Segment(ReadOnlySpan<byte> bytes, scoped ref int at)
    {
        int length = at <= bytes.Length - 2 ? BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]) : int.MaxValue;
        if (length > bytes.Length - at)
            throw ImageFile.EndsTooEarly();
        if (length < 2)
            throw ImageFile.Damaged("a segment without a length");
        ReadOnlySpan<byte> segment = bytes.Slice(at + 2, length - 2);
        at += length;
        return segment;
    }
}
