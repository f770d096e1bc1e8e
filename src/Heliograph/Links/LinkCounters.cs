namespace Heliograph.Links;

/// <summary>What a receiver has counted since its start. One thread writes, any thread may read.</summary>
public sealed class LinkCounters
{
    readonly long[] datagrams = new long[Enum.GetValues<Refusal>().Length];
    long frames, refinements, dropped, framesWithErasures, erasedSymbols, lost, streams, socketErrors;

    /// <summary>Datagrams by outcome; <see cref="Refusal.None"/> counts those that were accepted.</summary>
    public long this[Refusal refusal] => Volatile.Read(ref datagrams[(int)refusal]);

    /// <summary>Frames delivered.</summary>
    public long Frames => Volatile.Read(ref frames);

    /// <summary>Of these, how many added symbols to a frame that had been delivered before.</summary>
    public long Refinements => Volatile.Read(ref refinements);

    /// <summary>Frames that arrived while their consumer was full.</summary>
    public long Dropped => Volatile.Read(ref dropped);

    /// <summary>Frames delivered or dropped with at least one symbol erased.</summary>
    public long FramesWithErasures => Volatile.Read(ref framesWithErasures);

    /// <summary>Symbols of those frames that were erased.</summary>
    public long ErasedSymbols => Volatile.Read(ref erasedSymbols);

    /// <summary>Sequence numbers without any symbol, although later ones arrived.</summary>
    public long Lost => Volatile.Read(ref lost);

    /// <summary>Streams accepted: a device's first, and one after each restart.</summary>
    public long Streams => Volatile.Read(ref streams);

    /// <summary>Errors reported by the socket and ignored.</summary>
    public long SocketErrors => Volatile.Read(ref socketErrors);

    internal void Count(Refusal refusal) => datagrams[(int)refusal]++;

    internal void CountFrame(Frame frame, int erased, bool taken)
    {
        if (taken)
            frames++;
        else
            dropped++;
        if (taken && frame.Known > 0)
            refinements++;
        if (erased > 0)
            framesWithErasures++;
        erasedSymbols += erased;
    }

    internal void CountLost(long change) => lost += change;

    internal void CountStream() => streams++;

    internal void CountSocketError() => socketErrors++;
}
