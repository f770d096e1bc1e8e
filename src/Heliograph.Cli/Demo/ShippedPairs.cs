using Heliograph.Pairs;

namespace Heliograph.Cli.Demo;

/// <summary>Finds the pairs that ship: the folder <c>pairs</c> beside the program, or in the current folder or one above it.</summary>
static class ShippedPairs
{
    const string Folder = "pairs", Preferred = "signs";

    /// <summary>The pair on drawn signs, which needs no data; else the first by name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static string Default() => Places().Select(First).FirstOrDefault(found => found is not null)
        ?? throw new UsageException($"there is no pair in a folder '{Folder}' beside the program or in the current folder; give one with --pair FOLDER (heliograph export RUN --to FOLDER makes one)");

    static IEnumerable<string> Places()
    {
        yield return Path.Combine(AppContext.BaseDirectory, Folder);
        for (var at = new DirectoryInfo(Directory.GetCurrentDirectory()); at is not null; at = at.Parent)
            yield return Path.Combine(at.FullName, Folder);
    }

    static string? First(string place) => !Directory.Exists(place) ? null
        : Directory.EnumerateDirectories(place).Where(Pair.IsPair).OrderBy(pair => Path.GetFileName(pair) != Preferred).ThenBy(pair => pair, StringComparer.Ordinal).FirstOrDefault();
}
