using Heliograph.Links;

namespace Heliograph.Zmq;

/// <summary>Cuts a stream of complex samples that comes in messages of any length into frames of B symbols.</summary>
sealed class SampleCutter(SampleStream stream, bool wholeFrames, Action<float[], int> deliver)
{
    readonly byte[] partial = new byte[stream.FrameBytes];
    int filled;

    /// <summary>Takes a message.</summary>
    /// <returns>Null; or, in words, why it was refused.</returns>
    public string? Add(ReadOnlySpan<byte> message)
    {
        if (message.Length % SampleStream.SampleBytes != 0)
        {
            filled = 0;
            return $"A message of {message.Length} bytes is no whole number of complex samples of 8 bytes: the other end must send cf32, without tags.";
        }
        if (wholeFrames && message.Length % stream.FrameBytes != 0)
            return $"A message of {message.Length} bytes is no whole number of frames of {stream.FrameBytes} bytes ({stream.SymbolCount} symbols): "
                + $"the other end must send vectors of {stream.FrameBytes / SampleStream.SampleBytes} samples.";
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

    /// <summary>Forgets the begun frame.</summary>
    public void Clear() => filled = 0;

    void Finish()
    {
        filled = 0;
        var symbols = new float[stream.SymbolCount];
        int erased = FrameFormat.ReadFloats(partial, symbols);
        deliver(symbols, erased);
    }
}
