namespace Heliograph.Cli.Demo;

/// <summary>The last frames that a demonstration's device sent, and what it knows of them.</summary>
sealed class SentFrames
{
    // At any rate, more than the page takes to ask.
    const int Most = 512;

    readonly Queue<SentFrame> frames = new();
    readonly Lock queue = new();

    public void Add(SentFrame frame)
    {
        lock (queue)
        {
            frames.Enqueue(frame);
            if (frames.Count > Most)
                frames.Dequeue();
        }
    }

    /// <summary>The frame of a number, or null.</summary>
    public SentFrame? Find(ulong sequence)
    {
        lock (queue)
            return frames.FirstOrDefault(frame => frame.Sequence == sequence);
    }
}

/// <summary>A frame.</summary>
/// <param name="Sequence">Its number in the stream.</param>
/// <param name="Image">What it shows.</param>
/// <param name="Symbols">As sent, before the channel.</param>
/// <param name="SnrDb">The channel's SNR at that moment, in dB; null for no noise.</param>
sealed record SentFrame(ulong Sequence, DemoImage Image, float[] Symbols, double? SnrDb);
