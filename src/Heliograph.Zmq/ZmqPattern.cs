namespace Heliograph.Zmq;

/// <summary>How a stream is passed on: the pairs of GNU Radio's ZeroMQ stream blocks.</summary>
public enum ZmqPattern
{
    /// <summary>
    /// Each message goes to one reader. Where none is there, or ZeroMQ's queue to it is full, a frame waits for the patience of
    /// <see cref="ZmqSampleSink"/> (100 ms); then it is dropped whole, and counted. Those after it stay in place.
    /// </summary>
    PushPull,

    /// <summary>Each message goes to all readers that are there, and is lost to one that is too slow.</summary>
    PubSub,
}
