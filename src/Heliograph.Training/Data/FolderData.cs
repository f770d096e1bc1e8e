using Heliograph.Images;
using Heliograph.Networks;

namespace Heliograph.Training.Data;

/// <summary>
/// Reads a folder of images: <c>train/&lt;class&gt;/*</c> and <c>test/&lt;class&gt;/*</c>, PNG, JPEG, BMP or PPM. Classes and files are
/// sorted by name (ordinally). Every image is cut to the target's aspect ratio about its centre and resized (<see cref="RgbImage.Fit"/>).
/// </summary>
static class FolderData
{
    /// <summary>Loads both splits, decoding on all cores.</summary>
    /// <param name="folder">The folder that holds <c>train</c> and <c>test</c>.</param>
    /// <param name="size">Height and width; 32, 32 when null.</param>
    public static DataSet Load(string folder, int[]? size)
    {
        size ??= [32, 32];
        if (size.Length != 2 || size.Any(side => side is < DataOptions.SmallestSide or > DataOptions.LargestSide))
            throw new UsageException($"data.size: [{string.Join(", ", size)}] is no height and width from {DataOptions.SmallestSide} to {DataOptions.LargestSide}.");
        string train = Path.Combine(folder, "train"), test = Path.Combine(folder, "test");
        foreach (string split in (string[])[train, test])
        {
            if (!Directory.Exists(split))
                throw new DirectoryNotFoundException(
                    $"{folder}: no folder '{Path.GetFileName(split)}'; images are expected in train/<class>/ and test/<class>/.");
        }

        string[] classes = Classes(train);
        if (classes.Length < 2)
            throw new InvalidDataException($"{train}: {classes.Length} class{(classes.Length == 1 ? "" : "es")}; at least 2 folders of images are needed.");
        if (Classes(test).Except(classes, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            throw new InvalidDataException($"{Path.Combine(test, unknown)}: class '{unknown}' is not in {train}.");

        var shape = new Shape(3, size[0], size[1]);
        return DataSet.Measure("folder", classes, LoadSplit(train, classes, shape), LoadSplit(test, classes, shape));
    }

    static string[] Classes(string split) =>
        [.. Directory.EnumerateDirectories(split).Select(path => Path.GetFileName(path)).Where(name => name[0] != '.').Order(StringComparer.Ordinal)];

    static ImageSet LoadSplit(string split, string[] classes, Shape shape)
    {
        List<(string Path, int Label)> files = [];
        for (int label = 0; label < classes.Length; label++)
        {
            string folder = Path.Combine(split, classes[label]);
            int before = files.Count;
            if (Directory.Exists(folder))
                files.AddRange(Directory.EnumerateFiles(folder).Where(ImageFile.IsImage).Order(StringComparer.Ordinal).Select(file => (file, label)));
            if (files.Count == before && Path.GetFileName(split) == "train")
                throw new InvalidDataException($"{folder}: no images ({ImageFile.Extensions}).");
        }
        if (files.Count == 0)
            throw new InvalidDataException($"{split}: no images ({ImageFile.Extensions}).");
        if ((long)files.Count * shape.Elements > Array.MaxLength)
            throw new UsageException($"data.size: {files.Count} images of {shape} do not fit in memory; choose a smaller size.");

        byte[] pixels = GC.AllocateUninitializedArray<byte>(files.Count * shape.Elements);
        ForEachInOrder(files.Count, i => ReadImage(files[i].Path, shape, pixels.AsSpan(i * shape.Elements, shape.Elements)));
        return new ImageSet(shape, pixels, [.. files.Select(file => file.Label)]);
    }

    static void ReadImage(string path, Shape shape, Span<byte> planes)
    {
        RgbImage image = ImageFile.Read(path);
        if (image.Width < DataOptions.SmallestSide || image.Height < DataOptions.SmallestSide)
            throw new InvalidDataException($"{path}: the image is too small ({image.Width}×{image.Height}); at least {DataOptions.SmallestSide} pixels a side are needed.");
        image.Fit(shape.Width, shape.Height).ToPlanes(planes);
    }

    /// <summary>Runs on all cores; when several fail, the failure with the lowest index is the one that is told.</summary>
    static void ForEachInOrder(int count, Action<int> work)
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
                state.Break();
            }
        });
        if (failures.FirstOrDefault(failure => failure != null) is { } first)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
    }
}
