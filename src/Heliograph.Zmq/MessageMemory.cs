using NetMQ;

namespace Heliograph.Zmq;

/// <summary>
/// Counts what ZeroMQ holds of messages in this process. Its own bounds are on the length of a part and on the number of messages, and a message
/// may have parts without end.
/// </summary>
sealed class MessageMemory : IBufferPool
{
    // The objects around a part, which may be empty.
    const int PartBytes = 128;

    static long held;

    static readonly Lazy<bool> counting = new(() =>
    {
        BufferPool.SetCustomBufferPool(new MessageMemory());
        return true;
    });

    /// <summary>Starts, once; call it before a socket is connected or bound.</summary>
    public static void Count() => _ = counting.Value;

    /// <summary>Bytes held now, and those of parts that were given up with their connection and freed without a word.</summary>
    public static long Held => Interlocked.Read(ref held);

    public byte[] Take(int size)
    {
        Interlocked.Add(ref held, size + PartBytes);
        return new byte[size];
    }

    public void Return(byte[] buffer) => Interlocked.Add(ref held, -(buffer.Length + PartBytes));

    public void Dispose()
    {
    }
}
