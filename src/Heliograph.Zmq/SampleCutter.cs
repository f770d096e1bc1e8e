using Heliograph.Links;

namespace Heliograph.Zmq;

/// <summary>Cuts a stream of complex samples that comes in messages of any length into frames of B symbols.</summary>
sealed class SampleCutter(SampleStream stream, bool wholeFrames, Action<float[], int> deliver) : ISampleCutter
{
    readonly byte[] partial = new byte[stream.FrameBytes];
    int filled;

    public StreamState State { get; } = new(StreamStep.Unknown);

    /// <summary>Null; or, in words, why a message of a length is refused.</summary>
    public static string? Check(SampleStream stream, bool wholeFrames, int length)
    {
        if (length % SampleStream.SampleBytes != 0)
            return $"A message of {length} bytes does not hold a whole number of complex samples of 8 bytes: the other end must send cf32, without tags.";
        return wholeFrames && length % stream.FrameBytes != 0
            ? $"A message of {length} bytes does not hold a whole number of frames of {stream.FrameBytes} bytes ({stream.SymbolCount} symbols): "
                + $"the other end must send vectors of {stream.FrameBytes / SampleStream.SampleBytes} samples."
            : null;
    }

    public string? Add(ReadOnlySpan<byte> message)
    {
        if (Check(stream, wholeFrames, message.Length) is { } reason)
        {
            // If messages hold whole frames, there is no unfinished one.
            filled = 0;
            return reason;
        }
        while (!message.IsEmpty)
        {
            int taken = Math.Min(message.Length, partial.Length - filled);
            message[..taken].CopyTo(partial.AsSpan(filled));
            message = message[taken..];
            filled += taken;
            if (filled == partial.Length)
                Finish();
        }
        return null;
    }

    public void Clear() => filled = 0;

    void Finish()
    {
        filled = 0;
        var symbols = new float[stream.SymbolCount];
        int erased = FrameFormat.ReadFloats(partial, symbols);
        deliver(symbols, erased);
    }
}
