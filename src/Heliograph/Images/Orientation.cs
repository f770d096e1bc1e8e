using System.Buffers.Binary;

namespace Heliograph.Images;

/// <summary>
/// How a stored image is oriented, as numbered by EXIF's tag 0x0112 (CIPA DC-008): 1 upright; 2 mirrored; 3 upside down; 4 upside down and mirrored;
/// 5 transposed; 6 upright after a quarter turn clockwise; 7 transposed about the other diagonal; 8 upright after a quarter turn the other way.
/// </summary>
static class Orientation
{
    const int Tag = 0x0112, Short = 3;

    /// <summary>The orientation given by EXIF data; 1 if they give none or are damaged.</summary>
    /// <param name="tiff">From the byte order, <c>II</c> or <c>MM</c>.</param>
    public static int Of(ReadOnlySpan<byte> tiff)
    {
        bool little = tiff.StartsWith("II*\0"u8);
        if (tiff.Length < 8 || !little && !tiff.StartsWith("MM\0*"u8))
            return 1;
        uint begin = little ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (begin > tiff.Length - 2)
            return 1;
        int count = Number(tiff[(int)begin..], little);
        for (int i = 0, at = (int)begin + 2; i < count && at <= tiff.Length - 12; i++, at += 12)
        {
            if (Number(tiff[at..], little) == Tag && Number(tiff[(at + 2)..], little) == Short)
                return Number(tiff[(at + 8)..], little) is >= 1 and <= 8 and var orientation ? orientation : 1;
        }
        return 1;
    }

    /// <summary>The image upright.</summary>
    /// <param name="image">As it is stored.</param>
    /// <param name="orientation">1 to 8.</param>
    public static RgbImage Turn(RgbImage image, int orientation)
    {
        if (orientation == 1)
            return image;
        var (w, h) = (image.Width, image.Height);
        bool sideways = orientation >= 5;
        var turned = new RgbImage(sideways ? h : w, sideways ? w : h, GC.AllocateUninitializedArray<byte>(image.Pixels.Length));
        // In stored pixels: where the upright image's first one is, and how far away its neighbours to the right and below are.
        int first = (orientation is 2 or 3 or 7 or 8 ? w - 1 : 0) + (orientation is 3 or 4 or 6 or 7 ? (h - 1) * w : 0);
        int along = orientation is 2 or 3 or 7 or 8 ? -1 : 1, across = orientation is 3 or 4 or 6 or 7 ? -w : w;
        var (right, below) = sideways ? (across, along) : (along, across);
        for (int y = 0, to = 0; y < turned.Height; y++)
        {
            for (int x = 0, from = first + y * below; x < turned.Width; x++, from += right, to += 3)
                image.Pixels.AsSpan(3 * from, 3).CopyTo(turned.Pixels.AsSpan(to));
        }
        return turned;
    }

    static int Number(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
