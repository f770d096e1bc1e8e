using Heliograph.Pairs;

namespace Heliograph.Links;

/// <summary>What is said about the symbols of one image; the same in every datagram of a frame.</summary>
/// <param name="Pair">Which pair's device half made the symbols.</param>
/// <param name="Device">Who sent them.</param>
/// <param name="Stream">Names one start of the sender, so that a restarted device's sequence 0 is no replay. A name, not an order.</param>
/// <param name="Sequence">Counts the frames of a stream, from 0.</param>
/// <param name="SentMicroseconds">Unix time in microseconds (UTC, the sender's clock).</param>
/// <param name="SenderSnrDb">The SNR in dB (docs/snr.md) of noise that the sender added itself; null when it added none.</param>
/// <param name="Label">The true class where the sender knows it, 0 or above; else null.</param>
public readonly record struct FrameHeader(
    PairId Pair, ulong Device, uint Stream, ulong Sequence, long SentMicroseconds, float? SenderSnrDb = null, int? Label = null);
