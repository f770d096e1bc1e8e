using System.Runtime.ExceptionServices;
using Heliograph.Edge.Options;
using Heliograph.Files;
using Heliograph.Pairs;
using Microsoft.Extensions.Logging;

namespace Heliograph.Edge.Pairs;

/// <summary>
/// Keeps the pairs in service to those on disk: a pair folder, or all in a folder. A folder is loaded once it has stayed the same for a look;
/// its pair is verified and warmed before it takes the old one's place. A folder that cannot be loaded is reported and does not affect the others.
/// </summary>
/// <param name="options">Where, and how sessions are made.</param>
/// <param name="pairs">The pairs in service; nobody else changes them.</param>
/// <param name="changed">Called after each change of them.</param>
sealed partial class PairLoader(EdgeOptions options, PairSet pairs, Action changed)
{
    readonly SortedDictionary<string, Entry> entries = new(StringComparer.Ordinal);
    bool warm;

    /// <summary>Folders whose pair is not in service, or not in its present form, and why.</summary>
    public IReadOnlyList<NotServed> NotServed { get; private set; } = [];

    /// <summary>Reads and verifies what is there.</summary>
    /// <exception cref="UsageException">There is no pair.</exception>
    /// <exception cref="InvalidDataException">No pair can be served: what is wrong with the first.</exception>
    /// <exception cref="IOException">No pair can be read.</exception>
    public void Begin()
    {
        if (!Directory.Exists(options.Pairs))
            throw new UsageException($"--pairs: there is no folder {options.Pairs}");
        foreach (string folder in Folders())
            Load(entries[folder] = new(folder));
        if (entries.Count == 0)
            throw new UsageException($"--pairs: {options.Pairs} is not a pair and holds none (a pair is a folder with {Pair.DescriptionFile})");
        ThrowIfNone();
    }

    /// <summary>Makes every pair ready to compute.</summary>
    /// <exception cref="InvalidDataException">No pair can be computed: what is wrong with the first.</exception>
    /// <exception cref="NotSupportedException">CUDA is requested but not available.</exception>
    public void Warm(ILogger log, CancellationToken cancellation)
    {
        foreach (var entry in entries.Values)
        {
            cancellation.ThrowIfCancellationRequested();
            if (entry.Pair is { } pair)
                Try(entry, () => pair.Open(options));
            if (entry.Error is not null && entry.Pair is not null)
                PutInService(entry, null);
            if (entry.Error is { } error)
                Failed(log, entry.Folder, error.Message);
        }
        ThrowIfNone();
        warm = true;
    }

    /// <summary>Looks at the folder again and again.</summary>
    /// <param name="log">Where changes are reported.</param>
    /// <param name="cancellation">Ends it; this is not an error.</param>
    public async Task WatchAsync(ILogger log, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(options.PairsEvery, options.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                try
                {
                    // In the background: loading a pair takes time.
                    await Task.Run(() => Look(log), CancellationToken.None);
                }
                catch (Exception e)
                {
                    // A bug in this program ends one look, not the watch.
                    LookFailed(log, e);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to end.
        }
    }

    void Look(ILogger log)
    {
        string[] folders;
        try
        {
            folders = Folders();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder itself is unavailable: what is in service stays.
            return;
        }
        foreach (string gone in entries.Keys.Except(folders).ToArray())
            Gone(entries[gone], log);
        foreach (string folder in folders)
        {
            if (!entries.TryGetValue(folder, out var entry))
                entries.Add(folder, entry = new(folder));
            entry.Missed = 0;
            var stamp = Stamp.Of(folder);
            // A folder that is still changing is being written.
            if (stamp == entry.Seen && (stamp != entry.Tried || entry.MayPass))
                Reload(entry, log);
            entry.Seen = stamp;
        }
    }

    /// <summary>Takes removed pairs out of service, at the second look, since a pair that is being replaced is gone for a moment.</summary>
    void Gone(Entry entry, ILogger log)
    {
        if (++entry.Missed != 2)
            return;
        (entry.Tried, entry.Seen, entry.Error) = (default, default, null);
        if (entry.Pair is { } pair)
        {
            PutInService(entry, null);
            Removed(log, pair.Name, pair.Id);
            TryOthersAgain(entry);
        }
        Tell();
    }

    void Reload(Entry entry, ILogger log)
    {
        string? said = entry.MayPass ? entry.Error!.Message : null;
        Load(entry);
        if (entry.Error is { } error)
        {
            // It is tried at each look, and told once.
            if (error.Message == said)
                return;
            if (entry.Pair is { } kept)
                FailedKept(log, entry.Folder, error.Message, kept.Name, kept.Id);
            else
                Failed(log, entry.Folder, error.Message);
            return;
        }
        var pair = entry.Pair!;
        Loaded(log, pair.Name, pair.Id, pair.Version, pair.Symbols, pair.ClassCount);
        TryOthersAgain(entry);
    }

    void Load(Entry entry)
    {
        entry.Tried = entry.Seen = Stamp.Of(entry.Folder);
        EdgePair? read = null;
        Try(entry, () =>
        {
            read = new EdgePair(Pair.Open(entry.Folder), entry.Version + 1, options.Clock.GetUtcNow());
            if (pairs.Like(read, entry.Pair) is { } other)
            {
                throw new UsageException(other.Name == read.Name
                    ? $"{other.Folder} and {read.Folder} are both named '{read.Name}'; export one under another name"
                    : $"{other.Folder} and {read.Folder} hold the same pair {read.Id}");
            }
            if (warm)
                read.Open(options);
        });
        if (entry.Error is not null)
        {
            read?.Release();
            return;
        }
        entry.Version++;
        PutInService(entry, read);
    }

    void Try(Entry entry, Action action)
    {
        try
        {
            entry.Error = null;
            action();
        }
        // A missing GPU is not the pair's fault.
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or UsageException || (e is NotSupportedException && !options.Cuda))
        {
            entry.Error = e;
        }
        Tell();
    }

    void PutInService(Entry entry, EdgePair? pair)
    {
        pairs.Swap(entry.Pair, pair);
        entry.Pair = pair;
        changed();
    }

    /// <summary>A folder that could not be served beside a pair that is now gone may be served.</summary>
    void TryOthersAgain(Entry but)
    {
        foreach (var entry in entries.Values.Where(entry => entry != but && entry.Error is UsageException))
            entry.Tried = default;
    }

    void Tell() => NotServed = [.. entries.Values.Where(entry => entry.Error is not null).Select(entry => new NotServed(Path.GetFileName(entry.Folder), entry.Error!.Message))];

    void ThrowIfNone()
    {
        if (pairs.All.Count == 0)
            ExceptionDispatchInfo.Throw(entries.Values.First().Error!);
    }

    string[] Folders()
    {
        string root = Path.TrimEndingDirectorySeparator(options.Pairs);
        // A folder whose name starts with a dot is being written.
        return Pair.IsPair(root) || entries.ContainsKey(root) ? [root]
            : [.. Directory.GetDirectories(root).Where(sub => !Path.GetFileName(sub).StartsWith('.') && Pair.IsPair(sub))];
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "pair {Name} ({Id}), version {Version}: {Symbols} symbols, {Classes} classes")]
    static partial void Loaded(ILogger log, string name, PairId id, int version, int symbols, int classes);

    [LoggerMessage(EventId = 10, Level = LogLevel.Information, Message = "pair {Name} ({Id}) was removed and is no longer served")]
    static partial void Removed(ILogger log, string name, PairId id);

    [LoggerMessage(EventId = 11, Level = LogLevel.Warning, Message = "{Folder} is not served: {Problem}")]
    static partial void Failed(ILogger log, string folder, string problem);

    [LoggerMessage(EventId = 12, Level = LogLevel.Warning, Message = "{Folder} is not served in its new form: {Problem}; {Name} ({Id}) is still served")]
    static partial void FailedKept(ILogger log, string folder, string problem, string name, PairId id);

    [LoggerMessage(EventId = 13, Level = LogLevel.Error, Message = "could not look for pairs")]
    static partial void LookFailed(ILogger log, Exception error);

    sealed class Entry(string folder)
    {
        public string Folder => folder;

        /// <summary>Its pair in service.</summary>
        public EdgePair? Pair { get; set; }

        /// <summary>How often it was loaded.</summary>
        public int Version { get; set; }

        /// <summary>Why its present content is not in service.</summary>
        public Exception? Error { get; set; }

        /// <summary>Whether that may pass without a change of the files that shows: they could not be read.</summary>
        public bool MayPass => Error is IOException or UnauthorizedAccessException;

        /// <summary>Its state when it was last loaded, and when it was last looked at.</summary>
        public Stamp Tried { get; set; }

        /// <inheritdoc cref="Tried"/>
        public Stamp Seen { get; set; }

        /// <summary>Successive looks at which it was missing.</summary>
        public int Missed { get; set; }
    }

    /// <summary>What shows that the files have changed, without reading them.</summary>
    readonly record struct Stamp(DateTime DescriptionWritten, long DescriptionBytes, DateTime EdgeWritten, long EdgeBytes, DateTime GalleryWritten, long GalleryBytes)
    {
        public static Stamp Of(string folder)
        {
            FileInfo description = At(Pair.DescriptionFile), edge = At(Pair.EdgeFile), gallery = At(Pair.GalleryFile);
            return new(description.LastWriteTimeUtc, Bytes(description), edge.LastWriteTimeUtc, Bytes(edge), gallery.LastWriteTimeUtc, Bytes(gallery));

            FileInfo At(string name) => FileNames.Target(Path.Combine(folder, name));
        }

        static long Bytes(FileInfo file) => file.Exists ? file.Length : -1;
    }
}

/// <summary>A pair folder that cannot be served in its present form.</summary>
/// <param name="Folder">Its name.</param>
/// <param name="Problem">What is wrong, in a line.</param>
sealed record NotServed(string Folder, string Problem);
