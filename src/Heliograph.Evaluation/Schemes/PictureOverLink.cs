using Heliograph.Channels;
using Heliograph.Digital;
using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Training.Data;

namespace Heliograph.Evaluation.Schemes;

/// <summary>One picture as a file over the digital link (docs/digital-link.md), in one mode: what a demonstration shows beside a pair.</summary>
public sealed class PictureOverLink
{
    const int SmallQuality = 10;

    static readonly OrderedDictionary<string, (string MediaType, bool IsLossless, Func<ImageSet, byte[]> Encode)> Known = new(StringComparer.Ordinal)
    {
        ["png"] = ("image/png", true, image => ImageScheme.Png.Encode(image, 0, null)),
        ["jpeg"] = ("image/jpeg", false, image => ImageScheme.Jpeg.Encode(image, 0, null)),
        ["webp"] = ("image/webp", false, image => ImageScheme.Webp.Encode(image, 0, SmallQuality)),
    };

    readonly string format;

    PictureOverLink(string format, byte[] file, LinkMode mode)
    {
        (this.format, File, Mode) = (format, file, mode);
        (MediaType, IsLossless, _) = Known[format];
        Symbols = DigitalLink.SymbolCount(mode, file.Length);
    }

    /// <summary>Formats: PNG, JPEG of the usual quality (75), and WebP of a quality (10) that makes the smallest files.</summary>
    public static IReadOnlyList<string> Formats => Known.Keys;

    /// <summary>The file.</summary>
    public byte[] File { get; }

    /// <summary>For instance <c>image/png</c>.</summary>
    public string MediaType { get; }

    /// <summary>Whether the file gives back the very pixels.</summary>
    public bool IsLossless { get; }

    /// <summary>Modulation and code.</summary>
    public LinkMode Mode { get; }

    /// <summary>Real symbols that it takes.</summary>
    public int Symbols { get; }

    /// <summary>Makes a file of a picture and chooses a mode for it: the one with the fewest symbols that loses at most 1 % of such files at the planned SNR, or the strongest.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="planned">The SNR that the link is planned for (docs/snr.md).</param>
    public static PictureOverLink Plan(RgbImage picture, string format, Snr planned)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var shape = new Shape(3, picture.Height, picture.Width);
        byte[] planes = new byte[shape.Elements];
        picture.ToPlanes(planes);
        byte[] file = Known[format].Encode(new(shape, planes, [0]));
        return new(format, file, LdpcTransmission.Mode(file.Length, planned));
    }

    /// <summary>The same file, planned for another SNR.</summary>
    public PictureOverLink PlannedFor(Snr snr) => new(format, File, LdpcTransmission.Mode(File.Length, snr));

    /// <summary>Bytes of the longest file that so many real symbols carry in any mode; −1 if they do not even carry an empty one.</summary>
    public static int MostBytesIn(int symbols) => LinkMode.All.Max(mode => DigitalLink.MostBytesIn(mode, symbols));

    /// <summary>Sends the file once: every block is decoded from what arrives.</summary>
    /// <param name="transmit">The channel, which changes the symbols in place.</param>
    /// <returns>Whether the file arrived.</returns>
    public bool Send(Action<float[]> transmit)
    {
        ArgumentNullException.ThrowIfNull(transmit);
        var link = new DigitalLink(Mode);
        float[] symbols = link.Send(File);
        transmit(symbols);
        return link.Receive(symbols)?.AsSpan().SequenceEqual(File) == true;
    }

    /// <summary>The share of such files that arrive over AWGN, by the measured block error rates.</summary>
    public double Arrives(Snr snr) => Math.Pow(1 - BlockErrorRates.Measured.At(Mode, snr), DigitalLink.BlockCount(Mode, File.Length));
}
