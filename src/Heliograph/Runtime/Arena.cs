namespace Heliograph.Runtime;

/// <summary>
/// Zeroed memory that never moves, aligned to cache lines, so that no vector load crosses two of them. It lives as long as its arena.
/// </summary>
sealed unsafe class Arena
{
    const int Alignment = 64;

    readonly List<float[]> held = [];

    /// <summary>Bytes allocated so far.</summary>
    public long Bytes { get; private set; }

    /// <exception cref="OverflowException">This is more than an array can hold; nothing was allocated.</exception>
    public float* Allocate(long floats)
    {
        const int slack = Alignment / sizeof(float);
        if (floats > Array.MaxLength - slack)
            throw new OverflowException($"{floats} floats are more than an array can hold.");
        float[] array = GC.AllocateArray<float>((int)floats + slack, pinned: true);
        held.Add(array);
        Bytes += array.LongLength * sizeof(float);
        nuint address = (nuint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(array));
        return (float*)((address + Alignment - 1) / Alignment * Alignment);
    }

    public int* AllocateIntegers(long count) => (int*)Allocate(count);
}
