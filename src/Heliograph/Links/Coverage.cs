namespace Heliograph.Links;

/// <summary>Which parts of something have arrived, in units that parts begin and end on.</summary>
sealed class Coverage(int units)
{
    readonly ulong[] arrived = new ulong[(units + 63) / 64];

    /// <summary>Units that have not arrived.</summary>
    public int Missing { get; private set; } = units;

    /// <summary>Takes a part: all of it must be new.</summary>
    public Refusal Add(int offset, int count)
    {
        int known = 0;
        for (int i = offset; i < offset + count; i++)
            known += (int)(arrived[i / 64] >> (i % 64)) & 1;
        if (known > 0)
            return known == count ? Refusal.Duplicate : Refusal.Inconsistent;
        for (int i = offset; i < offset + count; i++)
            arrived[i / 64] |= 1UL << (i % 64);
        Missing -= count;
        return Refusal.None;
    }
}
