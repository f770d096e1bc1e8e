namespace Heliograph.Zmq;

/// <summary>How a stream is passed on: the pairs of GNU Radio's ZeroMQ stream blocks.</summary>
public enum ZmqPattern
{
    /// <summary>
    /// Each message goes to one reader, and waits for it: a frame that no reader takes within the patience of <see cref="ZmqSampleSink"/> (100 ms)
    /// is dropped whole, and counted; those after it stay in place.
    /// </summary>
    PushPull,

    /// <summary>Each message goes to all readers that are there, and is lost to one that is too slow.</summary>
    PubSub,
}
