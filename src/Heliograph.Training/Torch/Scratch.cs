using System.Runtime.InteropServices;

namespace Heliograph.Training.Torch;

/// <summary>Aligned memory for one use, kept for the next: fresh pages would cost more than the work on them.</summary>
sealed unsafe class Scratch : IDisposable
{
    const nuint CacheLine = 64;

    static readonly List<(nint Start, nuint Bytes)> Kept = [];

    readonly nint start;
    readonly nuint bytes;

    /// <summary>Memory for so many floats, as the last use left it.</summary>
    public Scratch(nint floats)
    {
        nuint wanted = (nuint)floats * sizeof(float);
        lock (Kept)
        {
            // By ascending size: the first that suffices, else the largest makes room for a larger one.
            int found = Kept.FindIndex(kept => kept.Bytes >= wanted);
            if (Kept.Count > 0)
            {
                int at = found >= 0 ? found : Kept.Count - 1;
                (start, bytes) = Kept[at];
                Kept.RemoveAt(at);
            }
        }
        if (bytes < wanted)
        {
            NativeMemory.AlignedFree((void*)start);
            (start, bytes) = ((nint)NativeMemory.AlignedAlloc(wanted, CacheLine), wanted);
        }
    }

    public float* Start => (float*)start;

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (Kept)
        {
            int larger = Kept.FindIndex(kept => kept.Bytes > bytes);
            Kept.Insert(larger >= 0 ? larger : Kept.Count, (start, bytes));
        }
    }
}
