namespace Heliograph.Zmq;

/// <summary>How a stream is passed on: the pairs of GNU Radio's ZeroMQ stream blocks.</summary>
public enum ZmqPattern
{
    /// <summary>Each message goes to one reader, and waits for it: nothing is lost.</summary>
    PushPull,

    /// <summary>Each message goes to all readers that are there, and is lost to one that is too slow.</summary>
    PubSub,
}
