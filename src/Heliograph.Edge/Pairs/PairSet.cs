using System.Diagnostics.CodeAnalysis;
using Heliograph.Pairs;

namespace Heliograph.Edge.Pairs;

/// <summary>The pairs of one server, found by id (on links) and by name or id (in requests).</summary>
sealed class PairSet : IDisposable
{
    readonly Dictionary<PairId, EdgePair> byId = [];
    readonly Dictionary<string, EdgePair> byName = new(StringComparer.Ordinal);

    PairSet(IEnumerable<EdgePair> pairs)
    {
        foreach (var pair in pairs)
        {
            if (!byName.TryAdd(pair.Name, pair))
                throw new UsageException($"{byName[pair.Name].Folder} and {pair.Folder} are both called '{pair.Name}'; serve one of them, or export one under another name");
            if (!byId.TryAdd(pair.Id, pair))
                throw new UsageException($"{byId[pair.Id].Folder} and {pair.Folder} hold the same pair {pair.Id}; serve one of them");
        }
        All = [.. byName.Values];
        foreach (var pair in All)
            byName.TryAdd(pair.Id.ToString(), pair);
    }

    public IReadOnlyList<EdgePair> All { get; }

    /// <summary>True when every pair is warm.</summary>
    public bool Ready => All.All(pair => pair.Ready);

    /// <summary>Reads and verifies a pair folder, or every pair folder in a folder.</summary>
    /// <exception cref="UsageException">There is no pair, or two cannot be told apart.</exception>
    /// <exception cref="InvalidDataException">A pair is damaged.</exception>
    public static PairSet Open(string folder)
    {
        if (!Directory.Exists(folder))
            throw new UsageException($"--pairs: there is no folder {folder}");
        // A folder whose name begins with a dot is one that is being written.
        string[] folders = Pair.IsPair(folder) ? [folder]
            : [.. Directory.GetDirectories(folder).Where(sub => !Path.GetFileName(sub).StartsWith('.') && Pair.IsPair(sub)).Order(StringComparer.Ordinal)];
        if (folders.Length == 0)
            throw new UsageException($"--pairs: {folder} is no pair and holds none (a pair is a folder with {Pair.DescriptionFile})");
        return new(folders.Select(each => new EdgePair(Pair.Open(each))));
    }

    public bool TryGet(PairId id, [MaybeNullWhen(false)] out EdgePair pair) => byId.TryGetValue(id, out pair);

    /// <summary>Finds a pair by its name or its id as 16 hexadecimal digits.</summary>
    public bool TryGet(string name, [MaybeNullWhen(false)] out EdgePair pair) => byName.TryGetValue(name, out pair);

    public void Dispose()
    {
        foreach (var pair in All)
            pair.Dispose();
    }
}
