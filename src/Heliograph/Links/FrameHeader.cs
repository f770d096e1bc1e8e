using Heliograph.Pairs;

namespace Heliograph.Links;

/// <summary>The header of the symbols of one image; the same in every datagram of a frame.</summary>
/// <param name="Pair">The pair whose device half made the symbols.</param>
/// <param name="Device">Who sent them.</param>
/// <param name="Stream">Identifies one start of the sender, so that a restarted device's sequence 0 is not a replay. It has no order.</param>
/// <param name="Sequence">Counts the frames of a stream, from 0.</param>
/// <param name="SentMicroseconds">Unix time in microseconds (UTC, the sender's clock).</param>
/// <param name="SenderSnrDb">The SNR in dB (docs/snr.md) of noise that the sender added itself; null if it added none.</param>
/// <param name="Label">The true class if the sender knows it, 0 or above, else null.</param>
/// <param name="Width">
/// Number of the device half's width in the pair's modes, 0 (the widest) to 255: with it a frame is written in version 3 of the format. Null for a pair with one mode.
/// </param>
public readonly record struct FrameHeader(
    PairId Pair, ulong Device, uint Stream, ulong Sequence, long SentMicroseconds, float? SenderSnrDb = null, int? Label = null, byte? Width = null);
