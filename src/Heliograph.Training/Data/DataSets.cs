using Heliograph.Experiments.Data;

namespace Heliograph.Training.Data;

/// <summary>Finds and loads data sets by name.</summary>
public static class DataSets
{
    /// <summary>
    /// The folder for downloaded data of this user: <c>$XDG_CACHE_HOME/heliograph</c>, or <c>~/.cache/heliograph</c>; below the local
    /// application data on Windows.
    /// </summary>
    public static string CacheFolder
    {
        get
        {
            if (OperatingSystem.IsWindows())
                return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "heliograph");
            string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            // Not verified, or a home that does not exist yet would be none, and the folder one of the working directory.
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
            return Path.Combine(string.IsNullOrEmpty(cache) ? Path.Combine(home, ".cache") : cache, "heliograph");
        }
    }

    /// <summary>Loads a data set.</summary>
    /// <param name="options">Which data, and how much of it.</param>
    /// <param name="dataFolder">Where to look first for data without their own path (<c>--data</c>), if anywhere.</param>
    /// <param name="seed">Draws the signs and chooses what a limit keeps and what is held out, unless the options have their own seed.</param>
    /// <param name="warning">Hears in one line what was left out of a folder, if anything.</param>
    /// <exception cref="UsageException">An unknown name, or a value out of range.</exception>
    /// <exception cref="IOException">The data cannot be found or read.</exception>
    /// <exception cref="InvalidDataException">The data are damaged or incomplete.</exception>
    public static DataSet Load(DataOptions options, string? dataFolder, ulong seed, Action<string>? warning = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        seed = options.Seed ?? seed;
        if (options.Limit < 1)
            throw new UsageException($"data.limit: must be at least 1, or left out, not {options.Limit}.");
        DataSet data = options.Name switch
        {
            "signs" => LoadSigns(options, seed),
            "cifar10" => LoadCifar(CifarLayout.Cifar10, options.Path, dataFolder),
            "cifar100" => LoadCifar(CifarLayout.Cifar100, options.Path, dataFolder),
            "folder" => FolderData.Load(options.Path ?? dataFolder
                ?? throw new UsageException("data.path: name the folder that holds train/<class>/ and test/<class>/, or give it with --data."), options.Size is { } size ? [size.Height, size.Width] : null, options.Skip),
            _ => throw DataOptions.Unknown(options.Name),
        };
        if (data.LeftOutText() is { } leftOut)
            warning?.Invoke(leftOut);
        return Limit(HoldOut(data, options.Validation, seed), options.Limit, seed);
    }

    static DataSet LoadSigns(DataOptions options, ulong seed)
    {
        if (options.Train < 1 || options.Test < 1)
            throw new UsageException($"data.train, data.test: {options.Train} and {options.Test} images; each must be at least 1.");
        return Signs.Load(options.Train, options.Test, seed);
    }

    static DataSet LoadCifar(CifarLayout layout, string? path, string? dataFolder) =>
        CifarData.Load(layout, DataLocation.Find(layout, path, dataFolder));

    static DataSet HoldOut(DataSet data, int validation, ulong seed)
    {
        if (validation == 0)
            return data;
        if (validation < 0 || validation >= data.Train.Count)
            throw new UsageException($"data.validation: {validation} of {data.Train.Count} training images cannot be held out.");
        (ImageSet train, ImageSet held) = data.Train.Split(validation, seed);
        return data with { Train = train, Validation = held };
    }

    static DataSet Limit(DataSet data, int? limit, ulong seed) => limit is not { } n ? data : data with
    {
        Train = data.Train.Take(n, seed),
        Test = data.Test.Take(n, seed),
        Validation = data.Validation?.Take(n, seed),
    };
}
