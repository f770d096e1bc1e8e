namespace Heliograph.Training.Data;

/// <summary>Where data that are downloaded once may lie.</summary>
static class DataLocation
{
    /// <summary>
    /// The archive, or the folder that it unpacks to: at <paramref name="path"/> when that is given, else the first found in
    /// <paramref name="dataFolder"/>, the folder that HELIOGRAPH_DATA names, and the user's cache folder.
    /// </summary>
    public static string Find(CifarLayout layout, string? path, string? dataFolder)
    {
        if (path != null)
        {
            return In(layout, path) ?? (File.Exists(path) ? path : throw new FileNotFoundException(!Directory.Exists(path)
                ? $"data.path: there is no {path}; give {layout.Archive}, its folder, or a folder that holds one of them."
                : $"data.path: {path} is neither {layout.Archive}, nor its folder, nor a folder that holds one of them."));
        }
        string[] places = [.. new[] { dataFolder, Environment.GetEnvironmentVariable("HELIOGRAPH_DATA"), DataSets.CacheFolder }
            .Where(place => !string.IsNullOrEmpty(place)).Select(place => place!).Distinct()];
        return places.Select(place => In(layout, place)).FirstOrDefault(found => found != null) ?? throw new FileNotFoundException(
            $"{layout.Name} is not in {string.Join(", ", places)}; run 'heliograph data get {layout.Name}', or give its folder with --data.");
    }

    static string? In(CifarLayout layout, string place)
    {
        if (File.Exists(place))
            return IsArchive(place) ? place : null;
        if (File.Exists(Path.Combine(place, layout.TestFile)))
            return place;
        string folder = Path.Combine(place, layout.Folder), archive = Path.Combine(place, layout.Archive);
        return Directory.Exists(folder) ? folder : File.Exists(archive) ? archive : null;
    }

    static bool IsArchive(string path) =>
        path.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase);
}
