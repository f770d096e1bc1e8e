namespace Heliograph.Images;

/// <summary>Names formats and variants that are not supported, so that a message can say what a file is.</summary>
static class UnreadFormats
{
    /// <summary>The format that the bytes begin with, or null.</summary>
    public static string? NameOf(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "a GIF image",
        [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => "a TIFF or raw camera image",
        [(byte)'8', (byte)'B', (byte)'P', (byte)'S', ..] => "a Photoshop (PSD) image",
        [(byte)'#', (byte)'?', ..] => "a Radiance (HDR) image",
        [0, 0, 0, _, (byte)'J', (byte)'X', (byte)'L', (byte)' ', ..] or [0xff, 0x0a, ..] => "a JPEG XL image",
        [0, 0, 0, _, (byte)'j', (byte)'P', (byte)' ', (byte)' ', ..] or [0xff, 0x4f, 0xff, 0x51, ..] => "a JPEG 2000 image",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'a', (byte)'v', (byte)'i', ..] => "an AVIF image",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => "a HEIC image or a video",
        [0, 0, 1, 0, ..] => "an icon (ICO)",
        [(byte)'q', (byte)'o', (byte)'i', (byte)'f', ..] => "a QOI image",
        [(byte)'P', (byte)'1' or (byte)'4', var space, ..] when char.IsWhiteSpace((char)space) => "a black-and-white PBM image",
        [(byte)'P', (byte)'2' or (byte)'5', var space, ..] when char.IsWhiteSpace((char)space) => "a grey PGM image",
        [(byte)'P', (byte)'3', var space, ..] when char.IsWhiteSpace((char)space) => "a PPM image in text form (P3)",
        [(byte)'P', (byte)'7', var space, ..] when char.IsWhiteSpace((char)space) => "a PAM image (P7)",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] => "a RIFF file (audio or video)",
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => "a PDF document",
        [(byte)'<', ..] => "a text file such as SVG or HTML",
        _ => null,
    };
}
