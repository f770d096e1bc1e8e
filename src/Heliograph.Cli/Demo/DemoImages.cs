using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Data;
using Heliograph.Files;
using Heliograph.Images;
using Heliograph.Pairs;
using Heliograph.Training.Data;

namespace Heliograph.Cli.Demo;

/// <summary>The images that a demonstration sends.</summary>
/// <param name="About">A description for people.</param>
/// <param name="Count">How many; at least 1.</param>
/// <param name="Read">Returns the image at an index, in the pair's size; null if it cannot be read.</param>
sealed record DemoImages(string About, int Count, Func<int, DemoImage?> Read)
{
    /// <summary>The images of a folder, or the test images of the data that the pair was trained on.</summary>
    /// <param name="pair">The pair, whose classes and image size count.</param>
    /// <param name="folder">A folder of images; null for the data set.</param>
    /// <param name="dataFolder">Where to look first for a data set.</param>
    /// <exception cref="UsageException">There are no images, or it is not known which to send.</exception>
    /// <exception cref="IOException">The data cannot be found or read.</exception>
    /// <exception cref="InvalidDataException">The data are damaged.</exception>
    public static DemoImages For(Pair pair, string? folder, string? dataFolder)
    {
        var input = pair.Description.Device.Input;
        if (input.Channels != 3)
            throw new UsageException($"{pair.Folder}: the pair reads images with {input.Channels} channels; the demonstration sends colour images, with 3 channels");
        return folder is not null ? OfFolder(folder, pair.Description) : OfDataSet(pair, dataFolder);
    }

    static DemoImages OfDataSet(Pair pair, string? dataFolder)
    {
        var about = pair.Description;
        var (options, seed) = TrainedOn(pair);
        var data = Load(pair, options, dataFolder, seed);
        if (data.Test.Shape != about.Device.Input || !data.Classes.SequenceEqual(about.Classes))
            throw new UsageException($"{pair.Folder}: the pair's classes or image size differ from those of {options.Name}; give images with --images FOLDER");
        return new($"test images of {options.Name}", data.Test.Count, i => new DemoImage(Interleaved(data.Test.Image(i)), data.Test.Labels[i]));
    }

    static DataSet Load(Pair pair, DataOptions options, string? dataFolder, ulong seed)
    {
        try
        {
            // Only test images are shown; what was drawn or held out to train on is not needed.
            return DataSets.Load(options with { Train = 1, Validation = 0, Limit = null }, dataFolder, seed);
        }
        // A data set with that name is the same everywhere; a folder is where it was.
        catch (Exception e) when (options.Name == "folder" && e is IOException or UnauthorizedAccessException or InvalidDataException or UsageException)
        {
            throw new UsageException($"{pair.Folder}: the folder that the pair was trained on cannot be read ({e.Message.TrimEnd('.')}); give images with --images FOLDER", e);
        }
    }

    static (DataOptions Data, ulong Seed) TrainedOn(Pair pair)
    {
        if (pair.Description.Provenance is { } provenance)
        {
            var experiment = OptionsBinder.Bind<Experiment>(provenance.Experiment, Path.Combine(pair.Folder, Pair.DescriptionFile));
            return (experiment.Data, experiment.Seed);
        }
        return pair.Description.Classes.SequenceEqual(Signs.Classes) ? (new() { Name = "signs" }, 1)
            : throw new UsageException($"{pair.Folder}: the pair does not say which images it was trained on; give some with --images FOLDER");
    }

    /// <summary>All images in and below a folder; those in a folder with a class's name belong to that class.</summary>
    static DemoImages OfFolder(string folder, PairDescription about)
    {
        if (!Directory.Exists(folder))
            throw new UsageException($"--images: there is no folder {folder}{FileNames.WhyMissing(folder)}");
        var (files, leftOut) = ImageFiles.In(folder);
        if (files.Count == 0)
            throw new UsageException($"--images: {folder} holds no images ({ImageFile.Extensions}){(leftOut.Kinds.Count > 0 ? $", only {leftOut}" : "")}");
        if (leftOut.Kinds.Count > 0)
            Output.Note($"warning: {folder}: left out: {leftOut}");
        string[] classes = [.. about.Classes.Select(FileNames.Compose)];
        var input = about.Device.Input;
        var unreadable = new HashSet<int>();
        return new($"images of {folder}", files.Count, i =>
        {
            int label = Array.IndexOf(classes, FileNames.Compose(Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(files[i])))!));
            try
            {
                return new DemoImage(ImageFile.Read(files[i]).Fit(input.Width, input.Height).Pixels, label < 0 ? null : label);
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                // The other images are worth sending; reported once.
                if (unreadable.Add(i))
                    Output.Note($"warning: left out: {e.Message}");
                return unreadable.Count < files.Count ? null : throw new InvalidDataException($"--images: none of the images in {folder} can be read");
            }
        });
    }

    static byte[] Interleaved(ReadOnlySpan<byte> planes)
    {
        int area = planes.Length / 3;
        var pixels = new byte[planes.Length];
        for (int i = 0; i < area; i++)
        {
            for (int c = 0; c < 3; c++)
                pixels[3 * i + c] = planes[c * area + i];
        }
        return pixels;
    }
}

/// <summary>One image.</summary>
/// <param name="Rgb">Height × width × 3 bytes, row by row.</param>
/// <param name="Label">Index of its class, if known.</param>
readonly record struct DemoImage(byte[] Rgb, int? Label);
