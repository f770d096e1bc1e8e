using System.Runtime.InteropServices;

namespace Heliograph.Training.Convolutions;

/// <summary>Aligned memory for one call, kept for the next: fresh pages would cost more than the work on them.</summary>
sealed unsafe class Scratch : IDisposable
{
    const nuint CacheLine = 64;

    static readonly Stack<(nint Start, nuint Bytes)> Kept = new();

    readonly nint start;
    readonly nuint bytes;
    nint taken;

    /// <summary>Memory for some arrays of so many floats together.</summary>
    public Scratch(nint floats, int arrays)
    {
        nuint wanted = (nuint)floats * sizeof(float) + (nuint)arrays * CacheLine;
        lock (Kept)
        {
            if (Kept.TryPop(out var kept))
                (start, bytes) = kept;
        }
        if (bytes < wanted)
        {
            NativeMemory.AlignedFree((void*)start);
            (start, bytes) = ((nint)NativeMemory.AlignedAlloc(wanted, CacheLine), wanted);
        }
    }

    /// <summary>The next array, as the last call left it.</summary>
    public float* Take(nint count)
    {
        nint line = (nint)CacheLine / sizeof(float), at = taken;
        taken += (count + line - 1) / line * line;
        return (float*)start + at;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (Kept)
            Kept.Push((start, bytes));
    }
}
