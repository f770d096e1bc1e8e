namespace Heliograph.Links;

/// <summary>What the edge answers to a question about a frame.</summary>
/// <param name="Device">Who asked.</param>
/// <param name="Stream">Of the frame.</param>
/// <param name="Sequence">Of the frame.</param>
/// <param name="Nonce">That of the question.</param>
/// <param name="Wish">How many symbols of the frame, from the first on, the edge would like to have in all; 0 if it has enough.</param>
/// <param name="SnrDb">The SNR in dB (docs/snr.md) that it measures; null if it does not know yet, or finds no noise.</param>
/// <param name="Confidence">The probability of the best class, 0 to 1.</param>
public readonly record struct Answer(ulong Device, uint Stream, ulong Sequence, ulong Nonce, int Wish, float? SnrDb, float Confidence)
{
    /// <summary>Whether it is the answer to a question about a frame.</summary>
    public bool IsTo(in FrameHeader frame, in Question question) =>
        (Device, Stream, Sequence, Nonce) == (frame.Device, frame.Stream, frame.Sequence, question.Nonce);
}
