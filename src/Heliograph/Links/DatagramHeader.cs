namespace Heliograph.Links;

/// <summary>A datagram's header, checked: what it says about its frame, and which part of the frame follows.</summary>
/// <param name="Frame">The frame's header.</param>
/// <param name="SymbolCount">B.</param>
/// <param name="HasThumbnail">Whether a thumbnail belongs to the frame.</param>
/// <param name="IsThumbnail">Whether the payload is part of the thumbnail rather than symbols.</param>
/// <param name="Format">How symbols are stored.</param>
/// <param name="Offset">The first symbol (even) or pixel of this part.</param>
/// <param name="Count">How many symbols or pixels this part has, at least 1; odd for symbols only at the frame's end.</param>
/// <param name="Scale">The factor for integer symbols.</param>
/// <param name="Width">The thumbnail's width.</param>
/// <param name="Height">The thumbnail's height.</param>
/// <param name="HasMac">Whether a MAC follows the payload; it has not been verified yet.</param>
/// <param name="From">The first symbol that is sent this time: above 0 if the frame is sent again with more symbols, of which those before it are known.</param>
/// <param name="Question">What the device asks, or null.</param>
public readonly record struct DatagramHeader(
    FrameHeader Frame, int SymbolCount, bool HasThumbnail, bool IsThumbnail, SampleFormat Format, int Offset, int Count, float Scale, int Width,
    int Height, bool HasMac = false, int From = 0, Question? Question = null);
