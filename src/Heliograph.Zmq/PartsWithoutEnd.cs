using System.Diagnostics;
using NetMQ;

namespace Heliograph.Zmq;

/// <summary>Leaves a peer that sends more parts of a message than there is memory for, and comes back to it.</summary>
/// <param name="socket">Connected; used by the thread that receives from it.</param>
/// <param name="address">Where to.</param>
sealed class PartsWithoutEnd(NetMQSocket socket, string address)
{
    /// <summary>The message about the peer.</summary>
    public const string Refused = "a message with endless parts; its peer was disconnected for a second";

    // Somewhat more than may wait to be read.
    const long Most = (ZmqSampleSource.MessagesWaiting + 8L) * ZmqSampleSource.MaximumMessageBytes;

    static readonly TimeSpan Away = TimeSpan.FromSeconds(1), Poll = TimeSpan.FromMilliseconds(50);

    long freed = MessageMemory.Held;

    /// <summary>True when there was too much, and all of it was given up. Takes a second then.</summary>
    /// <param name="message">For what is received meanwhile.</param>
    public bool GivenUp(ref Msg message)
    {
        if (MessageMemory.Held - freed <= Most)
            return false;
        socket.Disconnect(address);
        for (long from = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(from) < Away;)
            socket.TryReceive(ref message, Poll);
        // What is still counted was freed by the collector alone.
        freed = MessageMemory.Held;
        socket.Connect(address);
        return true;
    }
}
