using System.Diagnostics.CodeAnalysis;
using Heliograph.Pairs;

namespace Heliograph.Edge.Pairs;

/// <summary>
/// The pairs in service, found by id (on links) and by name or id (in requests). Any thread may read it, one may change it; every read sees the set
/// before a change or after it.
/// </summary>
sealed class PairSet : IDisposable
{
    volatile Snapshot now = new([]);

    /// <summary>All, in the order of their folders.</summary>
    public IReadOnlyList<EdgePair> All => now.All;

    /// <summary>True when every pair is warm.</summary>
    public bool Ready => All.All(pair => pair.Ready);

    public bool TryGet(PairId id, [MaybeNullWhen(false)] out EdgePair pair) => now.ById.TryGetValue(id, out pair);

    /// <summary>Finds a pair by its name or its id as 16 hexadecimal digits.</summary>
    public bool TryGet(string name, [MaybeNullWhen(false)] out EdgePair pair) => now.ByName.TryGetValue(name, out pair);

    /// <summary>Finds a pair and uses it until <see cref="EdgePair.Release"/>.</summary>
    public bool TryUse(PairId id, [MaybeNullWhen(false)] out EdgePair pair)
    {
        // One that goes out of service between these two lines has left the set.
        while (TryGet(id, out pair))
        {
            if (pair.TryUse())
                return true;
        }
        return false;
    }

    /// <summary>The pair from which another could not be told apart.</summary>
    /// <param name="pair">The other.</param>
    /// <param name="except">The pair that it would replace.</param>
    public EdgePair? Like(EdgePair pair, EdgePair? except) => All.FirstOrDefault(known => known != except && (known.Name == pair.Name || known.Id == pair.Id));

    /// <summary>Replaces a pair in service with another in one step; current uses of the old one can still finish.</summary>
    /// <param name="old">What goes out of service, or null.</param>
    /// <param name="pair">Its replacement, or null.</param>
    public void Swap(EdgePair? old, EdgePair? pair)
    {
        var changed = now.All.Where(known => known != old);
        now = new([.. (pair is null ? changed : changed.Append(pair)).OrderBy(known => known.Folder, StringComparer.Ordinal)]);
        old?.Release();
    }

    public void Dispose()
    {
        foreach (var pair in All)
            Swap(pair, null);
    }

    sealed class Snapshot
    {
        public Snapshot(EdgePair[] pairs)
        {
            All = pairs;
            ById = pairs.ToDictionary(pair => pair.Id);
            ByName = pairs.ToDictionary(pair => pair.Name, StringComparer.Ordinal);
            foreach (var pair in pairs)
                ByName.TryAdd(pair.Id.ToString(), pair);
        }

        public EdgePair[] All { get; }

        public Dictionary<PairId, EdgePair> ById { get; }

        public Dictionary<string, EdgePair> ByName { get; }
    }
}
