namespace Heliograph.Edge.Options;

/// <summary>A demonstration: a device in this process and the simulated channel between it and the server, as the page shows and sets them (docs/edge.md).</summary>
public interface IDemoController
{
    /// <summary>Lowest and highest SNR that can be set, in dB.</summary>
    const double LowestSnrDb = -30, HighestSnrDb = 60;

    /// <summary>P/σ² per real symbol in dB (docs/snr.md); null for a channel without noise.</summary>
    double? SnrDb { get; set; }

    /// <summary>What stays the same.</summary>
    DemoAbout About { get; }

    /// <summary>Whether a picture from the page is sent, again and again, instead of the images.</summary>
    bool ShowsOwn { get; }

    /// <summary>Sends a picture from now on, or the images again.</summary>
    /// <param name="file">A file of a format that the core reads; null for the images.</param>
    /// <exception cref="InvalidDataException">It is not such a file, or a damaged one.</exception>
    void Show(byte[]? file);

    /// <summary>What happened to the image of a frame, as symbols and as a file over the digital link; null if the frame is no longer, or not yet, known.</summary>
    /// <param name="sequence">Number of the frame in the device's stream.</param>
    /// <param name="format">One of <see cref="DemoAbout.Formats"/>.</param>
    /// <param name="plannedDb">The SNR in dB for which the link was planned, from <see cref="LowestSnrDb"/> to <see cref="HighestSnrDb"/>; null for a link that always knows the SNR.</param>
    DemoStory? Story(ulong sequence, string format, double? plannedDb);
}

/// <summary>What stays the same in a demonstration.</summary>
/// <param name="Device">Number of its device on the link.</param>
/// <param name="Symbols">B, real symbols of one image.</param>
/// <param name="DeviceMacs">Multiply-accumulates of the device half for one image.</param>
/// <param name="Formats">Formats of files that the digital link can carry instead; at least one.</param>
/// <param name="PlannedDb">An SNR in dB for which a link would be planned here.</param>
/// <param name="Carries">Bytes of the longest file that B symbols carry in any mode of the digital link; −1 if they do not even carry an empty one.</param>
public sealed record DemoAbout(ulong Device, int Symbols, long DeviceMacs, ValueList<string> Formats, double PlannedDb, int Carries);

/// <summary>What happened to one image.</summary>
/// <param name="Sent">Its first symbols as they were sent, at most 256.</param>
/// <param name="PixelBytes">Size of its pixels.</param>
/// <param name="PngBytes">Size of the image as a PNG file.</param>
/// <param name="Rival">The same image as a file over the digital link.</param>
public sealed record DemoStory(ValueList<float> Sent, int PixelBytes, int PngBytes, DemoRival Rival);

/// <summary>An image as a file over the digital link.</summary>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Modulation">For instance <c>16-qam</c>.</param>
/// <param name="Rate">Of the code, for instance <c>3/4</c>.</param>
/// <param name="Symbols">Real symbols that it takes.</param>
/// <param name="MediaType">Of the file, for instance <c>image/png</c>.</param>
/// <param name="IsLossless">Whether the file gives back the very pixels.</param>
/// <param name="Arrived">The file, if it arrived; null if it was lost.</param>
/// <param name="Arrives">The share of such files that arrive, by ascending SNR; empty where that is not known.</param>
public sealed record DemoRival(int Bytes, string Modulation, string Rate, int Symbols, string MediaType, bool IsLossless, byte[]? Arrived, ValueList<DemoShare> Arrives);

/// <summary>A share at an SNR.</summary>
/// <param name="SnrDb">P/σ² per real symbol in dB.</param>
/// <param name="Share">From 0 to 1.</param>
public sealed record DemoShare(double SnrDb, double Share);
