namespace Heliograph.Training.Data;

/// <summary>Fetches the official archives of the data sets that the program does not draw itself.</summary>
public static class DataDownload
{
    static readonly DownloadFile[] Known =
    [
        new("cifar10", CifarLayout.Cifar10.Archive, new Uri("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"), "c32a1d4ab5d03f1284b67883e8d87530"),
        new("cifar100", CifarLayout.Cifar100.Archive, new Uri("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"), "03b5dce01913d631647c71ecec9e9cb8"),
    ];

    /// <summary>The names that can be downloaded.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(file => file.Name)];

    /// <summary>
    /// Downloads an archive into a folder: continues a broken download where it ended, retries when the connection is lost, checks the MD5 and
    /// only then gives the file its name. An archive that is there already is left alone.
    /// </summary>
    /// <param name="name">cifar10 or cifar100.</param>
    /// <param name="folder">Where to put it; made when missing.</param>
    /// <param name="source">Where to get it instead of the official address, such as a mirror; the same file is expected.</param>
    /// <param name="progress">Told about every step, if not null.</param>
    /// <param name="cancellation">Stops; what has arrived is kept for the next time.</param>
    /// <returns>The archive's path.</returns>
    /// <exception cref="UsageException">Nothing of that name can be downloaded.</exception>
    /// <exception cref="IOException">The server cannot be reached, refuses, or keeps losing the connection; or the disk is full.</exception>
    /// <exception cref="InvalidDataException">What arrived has another MD5.</exception>
    public static Task<string> GetAsync(
        string name, string folder, Uri? source = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (Known.FirstOrDefault(file => file.Name == name) is not { } file)
            throw name is "signs" or "folder"
                ? new UsageException($"data get: {name} needs no download. Downloads: {string.Join(", ", Names)}.")
                : new UsageException($"data get: there is no download '{name}'. Downloads: {string.Join(", ", Names)}.");
        return new Downloader(source == null ? file : file with { Source = source }, folder, progress).GetAsync(cancellation);
    }
}
