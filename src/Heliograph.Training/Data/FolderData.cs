using Heliograph.Experiments.Data;
using Heliograph.Files;
using Heliograph.Images;
using Heliograph.Networks;

namespace Heliograph.Training.Data;

/// <summary>
/// Reads a folder of images: those in and below <c>train/&lt;class&gt;</c> and <c>test/&lt;class&gt;</c>, in the formats of
/// <see cref="ImageFile"/>. Classes and files are sorted by name (ordinally). Every image is cut to the target's aspect ratio about its centre
/// and resized (<see cref="RgbImage.Fit"/>).
/// </summary>
sealed class FolderData
{
    readonly Shape shape;
    readonly bool skip;
    readonly LeftOut leftOut = new();
    readonly List<string> unreadable = [];
    double width, height;
    long count;

    FolderData(Shape shape, bool skip) => (this.shape, this.skip) = (shape, skip);

    /// <summary>Loads both splits, decoding on all cores.</summary>
    /// <param name="folder">The folder that holds <c>train</c> and <c>test</c>.</param>
    /// <param name="size">Height and width; 32, 32 when null.</param>
    /// <param name="skip">True to leave out what cannot be read; else it is refused.</param>
    public static DataSet Load(string folder, int[]? size, bool skip)
    {
        size ??= [32, 32];
        if (size.Length != 2 || size.Any(side => side is < DataOptions.SmallestSide or > DataOptions.LargestSide))
            throw new UsageException($"data.size: [{string.Join(", ", size)}] is not a height and width from {DataOptions.SmallestSide} to {DataOptions.LargestSide}.");
        string train = Path.Combine(folder, "train"), test = Path.Combine(folder, "test");
        foreach (string split in (string[])[train, test])
        {
            if (!Directory.Exists(split))
                throw new DirectoryNotFoundException(
                    $"{folder}: no folder '{Path.GetFileName(split)}'; images are expected in train/<class>/ and test/<class>/.");
        }
        return new FolderData(new Shape(3, size[0], size[1]), skip).Load(train, test);
    }

    DataSet Load(string train, string test)
    {
        var classes = Classes(train);
        if (classes.Count < 2)
            throw new InvalidDataException($"{train}: {classes.Count} class{(classes.Count == 1 ? "" : "es")}; at least 2 folders of images are needed.");
        string[] names = [.. classes.Keys];
        var tested = Classes(test);
        if (tested.Keys.Except(names, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            throw new InvalidDataException($"{tested[unknown]}: class '{unknown}' is not in {train}.");

        ImageSet training = LoadSplit(train, names, classes), testing = LoadSplit(test, names, tested);
        return DataSet.Measure("folder", names, training, testing) with { LeftOut = leftOut, Unreadable = [.. unreadable], PictureSize = new(height / count, width / count) };
    }

    /// <summary>The folders of the classes, by the classes' names. Of a name that can be written in two ways, both are the same class.</summary>
    SortedDictionary<string, string> Classes(string split)
    {
        var classes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in new DirectoryInfo(split).EnumerateFileSystemInfos().Where(entry => entry.Name[0] != '.').OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            string path = Path.Combine(split, entry.Name), name = FileNames.Compose(entry.Name);
            if (FileTree.IsBroken(entry))
                Refuse($"{path}: a broken link where the folder of a class was expected.", "broken link to a class");
            else if (entry is not DirectoryInfo)
                leftOut.Add("in no class's folder");
            else if (FileNames.IsUnreadable(path))
                Refuse($"{path}: the folder cannot be opened{FileNames.WhyMissing(path)}", "class without a valid name");
            else if (FileTree.LeadsUp(path))
                Refuse($"{path}: a link to a folder above it where the folder of a class was expected.", "class that is a link to a folder above it");
            else if (!classes.TryAdd(name, path))
                throw new InvalidDataException($"{path}: a second folder of the class '{name}', whose name looks the same but has other Unicode characters; merge the two.");
        }
        return classes;
    }

    ImageSet LoadSplit(string split, string[] names, SortedDictionary<string, string> classes)
    {
        List<(string Path, int Label)> files = [];
        for (int label = 0; label < names.Length; label++)
        {
            string folder = classes.GetValueOrDefault(names[label]) ?? Path.Combine(split, names[label]);
            int before = files.Count;
            if (classes.ContainsKey(names[label]))
            {
                var found = ImageFiles.In(folder);
                leftOut.Add(found.LeftOut);
                files.AddRange(found.Paths.Select(path => (path, label)));
            }
            if (files.Count == before && Path.GetFileName(split) == "train")
                throw NoImages(folder);
        }
        if (files.Count == 0)
            throw NoImages(split);
        if ((long)files.Count * shape.Elements > Array.MaxLength)
            throw new UsageException($"data.size: {files.Count} images of {shape} do not fit in memory; choose a smaller size.");
        return Read(files, split, names);
    }

    ImageSet Read(List<(string Path, int Label)> files, string split, string[] names)
    {
        byte[] pixels = GC.AllocateUninitializedArray<byte>(files.Count * shape.Elements);
        var sizes = new (int Width, int Height)[files.Count];
        var failures = ForEach(files.Count, !skip, i => sizes[i] = ReadImage(files[i].Path, pixels.AsSpan(i * shape.Elements, shape.Elements)));
        if (!skip && failures.FirstOrDefault(failure => failure is not null) is { } first)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);

        int kept = 0;
        int[] labels = new int[files.Count];
        for (int i = 0; i < files.Count; i++)
        {
            if (failures[i] is { } failure)
            {
                unreadable.Add(failure.Message);
                continue;
            }
            if (kept < i)
                pixels.AsSpan(i * shape.Elements, shape.Elements).CopyTo(pixels.AsSpan(kept * shape.Elements));
            labels[kept++] = files[i].Label;
            (width, height, count) = (width + sizes[i].Width, height + sizes[i].Height, count + 1);
        }
        if (kept < files.Count)
            (pixels, labels) = (pixels[..(kept * shape.Elements)], labels[..kept]);
        var set = new ImageSet(shape, pixels, labels);
        int without = Path.GetFileName(split) == "train" ? Array.IndexOf(set.CountClasses(names.Length), 0) : -1;
        if (kept == 0 || without >= 0)
            throw new InvalidDataException($"{(without < 0 ? split : Path.Combine(split, names[without]))}: none of the images can be read.");
        return set;
    }

    (int Width, int Height) ReadImage(string path, Span<byte> planes)
    {
        RgbImage image = ImageFile.Read(path);
        if (image.Width < DataOptions.SmallestSide || image.Height < DataOptions.SmallestSide)
            throw new InvalidDataException($"{path}: the image is too small ({image.Width}×{image.Height}); at least {DataOptions.SmallestSide} pixels a side are needed.");
        image.Fit(shape.Width, shape.Height).ToPlanes(planes);
        return (image.Width, image.Height);
    }

    void Refuse(string message, string kind)
    {
        if (!skip)
            throw new InvalidDataException(message + " Or leave it out with data.skip=true.");
        leftOut.Add(kind);
    }

    static InvalidDataException NoImages(string folder) => new($"{folder}: no images ({ImageFile.Extensions}).");

    /// <summary>Runs on all cores; gives what each failed with, if anything. All before the first that failed have run in any case.</summary>
    static Exception?[] ForEach(int count, bool stop, Action<int> work)
    {
        Exception?[] failures = new Exception?[count];
        Parallel.For(0, count, (i, state) =>
        {
            try
            {
                work(i);
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                failures[i] = e;
                if (stop)
                    state.Break();
            }
        });
        return failures;
    }
}
