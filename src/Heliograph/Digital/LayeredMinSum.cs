using Heliograph.Digital.Lanes;

namespace Heliograph.Digital;

/// <summary>Decodes as many code words at once as a vector has lanes.</summary>
abstract unsafe class LayeredMinSum
{
    /// <summary>Code words at once.</summary>
    public abstract int Lanes { get; }

    /// <summary>Takes in what the channel says of <see cref="Lanes"/> words, one after the other: log-likelihood ratios as integers.</summary>
    public abstract void Load(ReadOnlySpan<short> words);

    /// <summary>Bit i of code word w at bit w of [i]: decided when its parities held for the first time, for the others by the last iteration.</summary>
    public abstract ReadOnlySpan<ulong> Decided { get; }

    /// <summary>Iterates until the parities of all words hold.</summary>
    /// <returns>A bit a word: whether its parities hold.</returns>
    public abstract ulong Run(int iterations);

    /// <summary>For the widest vectors of this processor, or for vectors of so many bits.</summary>
    public static LayeredMinSum Create(LdpcCode code, int? bits = null) =>
        (bits ?? (System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated ? 512 : System.Runtime.Intrinsics.Vector256.IsHardwareAccelerated ? 256 : 128)) switch
        {
            512 => new LayeredMinSum<ShortLanes512, System.Runtime.Intrinsics.Vector512<short>>(code),
            256 => new LayeredMinSum<ShortLanes256, System.Runtime.Intrinsics.Vector256<short>>(code),
            _ => new LayeredMinSum<ShortLanes128, System.Runtime.Intrinsics.Vector128<short>>(code),
        };
}

/// <summary>
/// The layered normalised min-sum algorithm (Hocevar, 2004; Chen and Fossorier, 2002) in 16-bit integers: for each parity check the message to a bit is 13/16 of the least
/// size among what the other bits say, with the product of their signs, and the bit's ratio is updated at once, so that the next checks already know.
/// </summary>
sealed unsafe class LayeredMinSum<TLanes, TVector> : LayeredMinSum
    where TLanes : struct, IShortLanes<TVector>
    where TVector : unmanaged
{
    const int Alignment = 64;

    readonly int[] degrees;
    readonly int[] bits;   // where each check's ratios are
    readonly ulong[] decided;
    readonly short[] memory;
    readonly int length;
    readonly int most;

    public LayeredMinSum(LdpcCode code)
    {
        int[][] checks = code.Checks();
        length = code.Length;
        degrees = [.. checks.Select(check => check.Length)];
        bits = [.. checks.SelectMany(check => check.Select(bit => bit * TLanes.Count))];
        most = degrees.Max();
        decided = new ulong[length];
        memory = GC.AllocateArray<short>((length + bits.Length + most) * TLanes.Count + Alignment, pinned: true);
    }

    public override int Lanes => TLanes.Count;

    public override void Load(ReadOnlySpan<short> words)
    {
        short* ratios = Start;
        fixed (short* first = words)
            for (int i = 0; i < length; i++)
                for (int w = 0; w < TLanes.Count; w++)
                    ratios[i * TLanes.Count + w] = first[w * length + i];
    }

    public override ReadOnlySpan<ulong> Decided => decided;

    // Pinned, so that it stays aligned.
    short* Start
    {
        get
        {
            nuint address = (nuint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(memory));
            return (short*)((address + Alignment - 1) / Alignment * Alignment);
        }
    }

    public override ulong Run(int iterations)
    {
        short* ratios = Start, messages = ratios + length * TLanes.Count, others = messages + bits.Length * TLanes.Count;
        new Span<short>(messages, bits.Length * TLanes.Count).Clear();
        ulong all = ulong.MaxValue >> (64 - TLanes.Count), held = Held(ratios, 0, all);
        Decide(ratios, all);
        for (int iteration = 0; iteration < iterations && held != all; iteration++)
        {
            Iterate(ratios, messages, others);
            ulong now = Held(ratios, held, all) & ~held;
            Decide(ratios, iteration == iterations - 1 ? all & ~held : now);
            held |= now;
        }
        return held;
    }

    void Iterate(short* ratios, short* messages, short* others)
    {
        int width = TLanes.Count;
        fixed (int* first = bits)
        {
            int* bit = first;
            foreach (int degree in degrees)
            {
                TVector least = TLanes.All(short.MaxValue), second = least, sign = TLanes.All(0);
                for (int e = 0; e < degree; e++)
                {
                    TVector other = TLanes.Subtract(TLanes.Load(ratios + bit[e]), TLanes.Load(messages + e * width)), size = TLanes.Abs(other);
                    TLanes.Store(other, others + e * width);
                    sign = TLanes.Xor(sign, other);
                    second = TLanes.Min(second, TLanes.Max(least, size));
                    least = TLanes.Min(least, size);
                }
                TVector usual = TLanes.Normalise(least), own = TLanes.Normalise(second), zero = TLanes.All(0);
                for (int e = 0; e < degree; e++)
                {
                    TVector other = TLanes.Load(others + e * width), size = TLanes.WhereEqual(TLanes.Abs(other), least, own, usual);
                    TVector message = TLanes.WhereNegative(TLanes.Xor(sign, other), TLanes.Subtract(zero, size), size);
                    TLanes.Store(message, messages + e * width);
                    TLanes.Store(TLanes.Add(other, message), ratios + bit[e]);
                }
                bit += degree;
                messages += degree * width;
            }
        }
    }

    /// <summary>Whether all parities of a word hold; for those that are <paramref name="known"/> to have held it does not matter.</summary>
    ulong Held(short* ratios, ulong known, ulong all)
    {
        int width = TLanes.Count;
        TVector broken = TLanes.All(0);
        fixed (int* first = bits)
        {
            int* bit = first;
            int z = 0;
            foreach (int degree in degrees)
            {
                TVector parity = TLanes.All(0);
                for (int e = 0; e < degree; e++)
                    parity = TLanes.Xor(parity, TLanes.Load(ratios + bit[e]));
                broken = TLanes.Or(broken, parity);
                bit += degree;
                // Now and then: nothing is left to find out if no word can hold any more.
                if (++z % 32 == 0 && (TLanes.Negative(broken) | known) == all)
                    return 0;
            }
        }
        return all & ~TLanes.Negative(broken);
    }

    void Decide(short* ratios, ulong which)
    {
        if (which == 0)
            return;
        for (int i = 0; i < length; i++)
            decided[i] = decided[i] & ~which | TLanes.Negative(TLanes.Load(ratios + i * TLanes.Count)) & which;
    }
}
