using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Heliograph.Training.Data;

/// <summary>
/// Fills buffers on one background thread, a few ahead of the thread that uses them, in order. A buffer that was handed out is filled again
/// after the next one was asked for. What the filling throws is thrown to the user at that place in the order.
/// </summary>
static class Prefetcher
{
    /// <summary>Hands out the buffers that <paramref name="fill"/> filled for 0 … <paramref name="count"/> − 1.</summary>
    /// <param name="buffers">At least two: one in use, the others being filled or waiting.</param>
    /// <param name="count">How often to fill one.</param>
    /// <param name="fill">Fills a buffer for an index; runs on the background thread only.</param>
    /// <param name="cancellation">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    public static IEnumerable<T> Run<T>(IReadOnlyList<T> buffers, int count, Action<T, int> fill, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var free = new BlockingCollection<T>(new ConcurrentQueue<T>(buffers));
        using var full = new BlockingCollection<T>(new ConcurrentQueue<T>());
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(Produce) { IsBackground = true, Name = "batches" };
        thread.Start();
        try
        {
            foreach (T buffer in full.GetConsumingEnumerable(stop.Token))
            {
                yield return buffer;
                free.Add(buffer, CancellationToken.None);
            }
            failure?.Throw();
            // A producer that was stopped also completes: without this an epoch could seem to end early.
            cancellation.ThrowIfCancellationRequested();
        }
        finally
        {
            stop.Cancel();
            thread.Join();
        }

        void Produce()
        {
            try
            {
                for (int i = 0; i < count; i++)
                {
                    T buffer = free.Take(stop.Token);
                    fill(buffer, i);
                    full.Add(buffer, CancellationToken.None);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The user has stopped; nobody waits for more.
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
            finally
            {
                full.CompleteAdding();
            }
        }
    }
}
