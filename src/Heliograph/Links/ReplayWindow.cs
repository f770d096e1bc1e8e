namespace Heliograph.Links;

/// <summary>Remembers which of a stream's last sequence numbers were delivered.</summary>
sealed class ReplayWindow
{
    const int Size = 1024;

    readonly ulong[] seen = new ulong[Size / 64];
    ulong highest, lowest;
    bool started;

    /// <summary>Whether the number was marked, or is older than the window.</summary>
    public bool Contains(ulong sequence)
    {
        if (!started || sequence > highest)
            return false;
        return highest - sequence >= Size || (seen[Word(sequence)] & Bit(sequence)) != 0;
    }

    /// <summary>Marks a number that is not contained.</summary>
    /// <returns>The change in the count of lost numbers: the numbers skipped, or −1 if one of those arrived after all.</returns>
    public long Mark(ulong sequence)
    {
        long lost;
        if (!started)
        {
            (started, highest, lowest, lost) = (true, sequence, sequence, 0);
        }
        else if (sequence > highest)
        {
            ulong step = sequence - highest;
            lost = Gap(step);
            if (step >= Size)
                Array.Clear(seen);
            else
                for (ulong passed = highest + 1; passed != sequence; passed++)
                    seen[Word(passed)] &= ~Bit(passed);
            highest = sequence;
        }
        else if (sequence < lowest)
        {
            lost = Gap(lowest - sequence);
            lowest = sequence;
        }
        else
        {
            lost = -1;
        }
        seen[Word(sequence)] |= Bit(sequence);
        return lost;
    }

    /// <summary>A jump larger than any link loses is a sender's error, not a loss.</summary>
    static long Gap(ulong step) => step > uint.MaxValue ? 0 : (long)step - 1;

    static int Word(ulong sequence) => (int)(sequence % Size / 64);

    static ulong Bit(ulong sequence) => 1UL << (int)(sequence % 64);
}
