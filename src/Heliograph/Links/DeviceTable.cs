using System.Diagnostics.CodeAnalysis;

namespace Heliograph.Links;

/// <summary>How far a device can be trusted to be one.</summary>
enum Standing
{
    /// <summary>No complete frame has arrived from it.</summary>
    New,

    /// <summary>A complete frame has arrived.</summary>
    Heard,

    /// <summary>Frames have been arriving for a while.</summary>
    Established,

    /// <summary>It has proved that it has its key.</summary>
    Authenticated,
}

/// <summary>
/// What is remembered of a bounded number of devices. Anyone can invent ids, so new devices give way first: a full table forgets the
/// longest silent of the new devices while these are more than a quarter, then of those that were heard, then of the established ones, of which
/// there are at most three quarters; those with a key last. Every step takes the same time, however many devices there are. Not thread-safe.
/// </summary>
/// <param name="capacity">Maximum number of devices, at least 1.</param>
/// <typeparam name="T">What is remembered of a device.</typeparam>
sealed class DeviceTable<T>(int capacity)
{
    /// <summary>Complete frames after which a device may be <see cref="Standing.Established"/>.</summary>
    public const int EstablishingFrames = 16;

    /// <summary>The minimum time from the first of them to the last.</summary>
    public static readonly TimeSpan EstablishingTime = TimeSpan.FromSeconds(10);

    readonly Dictionary<ulong, LinkedListNode<Entry>> entries = [];

    // By standing, the longest silent first.
    readonly LinkedList<Entry>[] ranks = [new(), new(), new(), new()];

    /// <summary>Number of devices remembered.</summary>
    public int Count => entries.Count;

    /// <summary>What is remembered, in no particular order.</summary>
    public IEnumerable<T> Values => ranks.SelectMany(rank => rank.Select(entry => entry.Value));

    /// <summary>Finds a device.</summary>
    public bool TryGet(ulong device, [MaybeNullWhen(false)] out T value)
    {
        bool known = entries.TryGetValue(device, out var node);
        value = known ? node!.Value.Value : default;
        return known;
    }

    /// <summary>Adds a device that is not in the table, as a new one; forgets another if the table is full.</summary>
    /// <param name="device">Its id.</param>
    /// <param name="value">What is remembered of it.</param>
    /// <param name="now">The time, on a clock that never goes back.</param>
    /// <param name="forgotten">What was remembered of the forgotten device.</param>
    /// <returns>True if another device was forgotten.</returns>
    public bool Add(ulong device, T value, TimeSpan now, [MaybeNullWhen(false)] out T forgotten)
    {
        forgotten = default;
        bool full = entries.Count >= capacity;
        if (full)
        {
            var least = Least();
            forgotten = least.Value;
            Remove(least.Device);
        }
        entries.Add(device, ranks[(int)Standing.New].AddLast(new Entry(device, value, now)));
        return full;
    }

    /// <summary>A complete frame of a device in the table has arrived.</summary>
    /// <param name="device">Its id.</param>
    /// <param name="now">The time, on the clock of <see cref="Add"/>.</param>
    /// <param name="authenticated">Whether it has shown its key.</param>
    /// <returns>Its new standing.</returns>
    public Standing Heard(ulong device, TimeSpan now, bool authenticated)
    {
        var node = entries[device];
        var entry = node.Value;
        entry.Frames++;
        bool lasting = entry.Standing == Standing.Established || (entry.Frames >= EstablishingFrames && now - entry.Since >= EstablishingTime);
        Move(node, authenticated || entry.Standing == Standing.Authenticated ? Standing.Authenticated : lasting ? Standing.Established : Standing.Heard);
        var established = ranks[(int)Standing.Established];
        if (established.Count > Math.Max(1, capacity * 3 / 4))
            Move(established.First!, Standing.Heard);
        return entry.Standing;
    }

    /// <summary>Forgets a device.</summary>
    public void Remove(ulong device)
    {
        if (entries.Remove(device, out var node))
            node.List!.Remove(node);
    }

    Entry Least()
    {
        var fresh = ranks[(int)Standing.New];
        bool many = fresh.Count > capacity / 4;
        return (many ? fresh : ranks.Skip(1).FirstOrDefault(rank => rank.Count > 0) ?? fresh).First!.Value;
    }

    void Move(LinkedListNode<Entry> node, Standing standing)
    {
        node.List!.Remove(node);
        node.Value.Standing = standing;
        ranks[(int)standing].AddLast(node);
    }

    sealed class Entry(ulong device, T value, TimeSpan since)
    {
        public ulong Device => device;

        public T Value => value;

        public TimeSpan Since => since;

        public long Frames { get; set; }

        public Standing Standing { get; set; }
    }
}
