using System.CommandLine;
using Heliograph.Experiments.Data;
using Heliograph.Images;
using Heliograph.Training.Data;

namespace Heliograph.Cli;

/// <summary>The options by which commands name a data set.</summary>
sealed class DataSource
{
    const string Drawn = "signs", Folder = "folder";

    public Argument<string> Name { get; } = new("NAME") { Description = $"One of {string.Join(", ", DataOptions.Names)}." };

    public Option<string?> Path { get; } = new("--path") { Description = "The archive or folder itself.", HelpName = "PATH" };

    public Option<string?> Size { get; } = new("--size") { Description = "Size in pixels to which a folder's images are resized, N or HEIGHTxWIDTH. Default: 32.", HelpName = "SIZE" };

    public Option<bool> Skip { get; } = new("--skip") { Description = "Leave out images in a folder that cannot be read, as data.skip=true does." };

    public Option<string?> Data { get; } = new("--data") { Description = "Folder to search for data first.", HelpName = "DIR" };

    /// <summary>Loads what was named.</summary>
    /// <exception cref="UsageException">There is no such data set, or an option does not fit it.</exception>
    public DataSet Load(ParseResult parsed)
    {
        string name = parsed.GetValue(Name)!;
        string? path = parsed.GetValue(Path), size = parsed.GetValue(Size);
        if (path is not null && name == Drawn)
            throw new UsageException($"--path: {name} are drawn; there is nothing to read");
        if (size is not null && name != Folder && DataOptions.Names.Contains(name))
            throw new UsageException($"--size is for the data set {Folder}; the images of {name} have a fixed size");
        if (!DataOptions.Names.Contains(name) && System.IO.Path.Exists(name))
            throw new UsageException($"NAME is a data set's; for the images in {name}: {Folder} --path {name}");
        return DataSets.Load(new DataOptions { Name = name, Path = path, Size = size is null ? null : ImageSize.OfOption("--size", size, DataOptions.SmallestSide, DataOptions.LargestSide), Skip = parsed.GetValue(Skip) }, parsed.GetValue(Data), seed: 1, leftOut => Output.Note($"warning: {leftOut}"));
    }
}
