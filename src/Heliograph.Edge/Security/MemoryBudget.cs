namespace Heliograph.Edge.Security;

/// <summary>
/// The memory that all request bodies may take together. A caller may take as much as it leaves for others: one alone gets half of it, two get a third each.
/// So newcomers always find some, however much the others have taken (dynamic thresholds: Choudhury and Hahne, 1998, with α = 1).
/// </summary>
/// <param name="capacity">In bytes.</param>
sealed class MemoryBudget(long capacity)
{
    // Bodies become vectors of floats, JSON up to 8 times its size, while they wait; the rest is for the pairs and the runtime.
    const int DefaultShare = 16;

    readonly Dictionary<string, long> held = [];
    long taken;

    /// <summary>The default: a sixteenth of what the machine, its container or DOTNET_GCHeapHardLimit gives the program, and at least two of the largest requests.</summary>
    public static long Default(int maximumRequestBytes) =>
        Math.Max(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / DefaultShare, 2L * maximumRequestBytes);

    /// <summary>Bytes in use.</summary>
    public long Taken
    {
        get
        {
            lock (held)
                return taken;
        }
    }

    /// <summary>Reserves bytes for a caller, or returns false if there are none for it now.</summary>
    public bool TryTake(string caller, int bytes)
    {
        lock (held)
        {
            long had = held.GetValueOrDefault(caller);
            if (had + bytes > capacity - taken)
                return false;
            held[caller] = had + bytes;
            taken += bytes;
            return true;
        }
    }

    /// <summary>Gives bytes back.</summary>
    public void Return(string caller, int bytes)
    {
        lock (held)
        {
            taken -= bytes;
            if ((held[caller] -= bytes) == 0)
                held.Remove(caller);
        }
    }
}
