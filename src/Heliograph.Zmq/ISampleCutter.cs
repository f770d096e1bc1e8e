namespace Heliograph.Zmq;

/// <summary>Cuts a stream of complex samples into frames.</summary>
interface ISampleCutter
{
    /// <summary>What is known of the stream.</summary>
    StreamState State { get; }

    /// <summary>Takes a message.</summary>
    /// <returns>Null; or, in words, why it was refused.</returns>
    string? Add(ReadOnlySpan<byte> message);

    /// <summary>Drops the unfinished frame.</summary>
    void Clear();
}
