using System.Collections.Concurrent;
using System.Net;
using Heliograph.Links;

namespace Heliograph.Device.Tests;

/// <summary>An edge that only listens.</summary>
sealed class Listener : IDisposable
{
    readonly ConcurrentQueue<Frame> frames = new();
    readonly CancellationTokenSource stop = new();
    readonly UdpFrameReceiver receiver;
    readonly Task running;

    public Listener(AssemblerOptions? options = null)
    {
        receiver = new(new IPEndPoint(IPAddress.Loopback, 0), frame =>
        {
            frames.Enqueue(frame);
            return true;
        }, options);
        running = receiver.RunAsync(stop.Token);
    }

    public string Address => $"udp://127.0.0.1:{receiver.LocalEndPoint.Port}";

    /// <summary>Waits for so many frames, in the order of their sequence.</summary>
    public Frame[] Take(int count)
    {
        Assert.True(SpinWait.SpinUntil(() => frames.Count >= count, TimeSpan.FromSeconds(20)), $"{frames.Count} of {count} frames came");
        return [.. frames.OrderBy(frame => frame.Sequence)];
    }

    public void Dispose()
    {
        stop.Cancel();
        try
        {
            running.Wait(TimeSpan.FromSeconds(5));
        }
        catch (AggregateException)
        {
        }
        receiver.Dispose();
        stop.Dispose();
    }
}
