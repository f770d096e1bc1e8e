using static TorchSharp.torch;

namespace Heliograph.Training.Convolutions;

/// <summary>Work shared out over as many threads as libtorch uses.</summary>
static class Workers
{
    /// <summary>Calls the body for 0 to count − 1, in any order; each thread takes the next that is left.</summary>
    public static void For(int count, Action<int> body)
    {
        int threads = Math.Min(get_num_threads(), count);
        if (threads <= 1)
        {
            for (int i = 0; i < count; i++)
                body(i);
            return;
        }
        int next = -1;
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
        {
            for (int i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
                body(i);
        });
    }
}
