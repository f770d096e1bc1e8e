using Heliograph.Edge.Pairs;

namespace Heliograph.Edge.Intake;

/// <summary>Symbol vectors of one pair that wait for what the edge half makes of them.</summary>
abstract class Work
{
    /// <summary>The pair whose edge half computes them.</summary>
    public EdgePair Pair { get; protected set; } = null!;

    /// <summary>Number of vectors, at least 1.</summary>
    public int Rows { get; protected set; }

    /// <summary>Rows × what the edge half reads of one, or more.</summary>
    public float[] Input { get; protected set; } = [];

    /// <summary>Rows × what the edge half gives for one (logits, or an embedding), or more; filled when the work is done.</summary>
    public float[] Output { get; protected set; } = [];

    /// <summary>When it was accepted, by <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long AcceptedAt { get; set; }

    /// <summary>The owner of its places in the queue.</summary>
    public Flow Flow { get; set; }

    /// <summary>Rows that the batcher has put into a batch.</summary>
    public int Taken { get; set; }

    /// <summary>Rows whose batch was computed.</summary>
    public int Computed { get; set; }

    /// <summary>True when it has lost its places to others.</summary>
    public bool Displaced { get; set; }

    /// <summary>Why one of its batches failed.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Called once, on the batcher's thread: every row has its output, or the computation failed. Must not block.</summary>
    public abstract void Done(Exception? failure);
}
