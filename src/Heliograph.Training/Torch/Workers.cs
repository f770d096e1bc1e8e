using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace Heliograph.Training.Torch;

/// <summary>
/// Distributes work over as many threads as libtorch uses. A training step does this hundreds of times, for pieces of a millisecond: the helping threads
/// are kept, look for the next work a little while before they sleep, and nobody waits for one that has not taken a part.
/// </summary>
static class Workers
{
    // Looks for the next work before a helper sleeps: some tens of microseconds, about what it takes to wake it.
    const int Looks = 2000;

    static readonly Lock Gate = new();
    static readonly List<Helper> Helpers = [];

    /// <summary>Calls the body for 0 to count − 1, in any order; each thread takes the next that is left.</summary>
    public static void For(int count, Action<int> body)
    {
        int threads = Math.Min(get_num_threads(), count);
        // Work within work, or of another caller, is done where it comes up.
        if (threads <= 1 || !Gate.TryEnter())
        {
            for (int i = 0; i < count; i++)
                body(i);
            return;
        }
        try
        {
            while (Helpers.Count < threads - 1)
                Helpers.Add(new Helper());
            var work = new Work(count, body);
            for (int i = 0; i < threads - 1; i++)
                Helpers[i].Give(work);
            work.TakePart();
            work.Wait();
        }
        finally
        {
            Gate.Exit();
        }
    }

    sealed class Work(int count, Action<int> body)
    {
        int taken, done;
        ExceptionDispatchInfo? failure;

        public void TakePart()
        {
            for (int i = Interlocked.Increment(ref taken) - 1; i < count; i = Interlocked.Increment(ref taken) - 1)
            {
                try
                {
                    body(i);
                }
                catch (Exception e)
                {
                    failure = ExceptionDispatchInfo.Capture(e);
                }
                Interlocked.Increment(ref done);
            }
        }

        /// <summary>Until all that others have taken is done.</summary>
        public void Wait()
        {
            var spin = new SpinWait();
            while (Volatile.Read(ref done) < count)
                spin.SpinOnce(sleep1Threshold: -1);
            failure?.Throw();
        }
    }

    sealed class Helper
    {
        readonly object sleep = new();
        Work? given;
        bool asleep;

        public Helper() => new Thread(Run) { IsBackground = true, Name = "workers" }.Start();

        public void Give(Work work)
        {
            Interlocked.Exchange(ref given, work);
            if (!Volatile.Read(ref asleep))
                return;
            lock (sleep)
                Monitor.Pulse(sleep);
        }

        void Run()
        {
            while (true)
            {
                if (Look() is { } work)
                    work.TakePart();
                else
                    Sleep();
            }
        }

        Work? Look()
        {
            for (int look = 0; look < Looks; look++)
            {
                if (Volatile.Read(ref given) is not null)
                    return Interlocked.Exchange(ref given, null);
                Thread.SpinWait(1);
            }
            return null;
        }

        // Either the sleeper sees what was given, or the giver sees the sleeper: both write first and then read.
        void Sleep()
        {
            lock (sleep)
            {
                Volatile.Write(ref asleep, true);
                Interlocked.MemoryBarrier();
                while (Volatile.Read(ref given) is null)
                    Monitor.Wait(sleep);
                Volatile.Write(ref asleep, false);
            }
        }
    }
}
