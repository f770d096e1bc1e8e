using Heliograph.Networks;
using Heliograph.Training.Data;

namespace Heliograph.Training.Tests.Data;

public sealed class FolderDataTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>An uncompressed 24-bit BMP of one colour.</summary>
    static byte[] Bmp(int width, int height, byte red, byte green, byte blue)
    {
        int stride = (3 * width + 3) / 4 * 4;
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("BM"u8);
        foreach (int value in (int[])[54 + stride * height, 0, 54, 40, width, height, 1 | 24 << 16, 0, stride * height, 0, 0, 0, 0])
            writer.Write(value);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                writer.Write([blue, green, red]);
            writer.Write(new byte[stride - 3 * width]);
        }
        return stream.ToArray();
    }

    void WriteGood()
    {
        folder.Write("train/moth/1.bmp", Bmp(8, 8, 255, 0, 0));
        folder.Write("train/ant/b.bmp", Bmp(20, 10, 0, 255, 0));
        folder.Write("train/ant/a.BMP", Bmp(9, 30, 0, 0, 255));
        folder.Write("train/ant/notes.txt", [1]);
        folder.Write("train/ant/._a.BMP", [1]);
        folder.Write("test/moth/2.ppm", [.. "P6 8 8 255\n"u8, .. new byte[3 * 8 * 8]]);
    }

    DataSet Load(ImageSize? size = null) => DataSets.Load(new DataOptions { Name = "folder", Path = folder.Path, Size = size }, null, seed: 1);

    [Fact]
    public void Reads_and_resizes_in_a_fixed_order()
    {
        WriteGood();
        DataSet data = Load(new(16, 8));
        Assert.Equal(["ant", "moth"], data.Classes);
        Assert.Equal([0, 0, 1], data.Train.Labels);
        Assert.Equal([1], data.Test.Labels);
        Assert.Equal(new Shape(3, 16, 8), data.Train.Shape);
        Assert.Equal([0, 0, 255], new[] { 0, 128, 256 }.Select(i => data.Train.Image(0)[i]));
        Assert.Equal([0, 255, 0], new[] { 0, 128, 256 }.Select(i => data.Train.Image(1)[i]));
        Assert.All(data.Mean, mean => Assert.Equal(1 / 3.0, mean, 1e-6));
        Assert.Equal(new Shape(3, 32, 32), Load().Train.Shape);
    }

    [Fact]
    public void Bad_folders_are_told_in_one_line()
    {
        Assert.Contains("no folder 'train'", Assert.Throws<DirectoryNotFoundException>(() => Load()).Message);
        folder.Write("train/ant/1.bmp", Bmp(8, 8, 1, 2, 3));
        Assert.Contains("no folder 'test'", Assert.Throws<DirectoryNotFoundException>(() => Load()).Message);
        folder.Write("test/ant/1.bmp", Bmp(8, 8, 1, 2, 3));
        Assert.Contains("1 class;", Assert.Throws<InvalidDataException>(() => Load()).Message);
        WriteGood();
        string unknown = folder.Write("test/wasp/1.bmp", Bmp(8, 8, 1, 2, 3));
        Assert.Contains("class 'wasp' is not in", Assert.Throws<InvalidDataException>(() => Load()).Message);
        Directory.Delete(Path.GetDirectoryName(unknown)!, recursive: true);
        Assert.Throws<UsageException>(() => Load(new(0, 32)));
        Load();

        string tiny = folder.Write("train/moth/0.bmp", Bmp(1, 1, 1, 2, 3));
        string damaged = folder.Write("train/moth/9.png", [1, 2, 3]);
        string message = Assert.Throws<InvalidDataException>(() => Load()).Message;
        Assert.StartsWith(tiny, message);
        Assert.Contains("too small (1×1)", message);
        File.Delete(tiny);
        Assert.StartsWith(damaged, Assert.Throws<InvalidDataException>(() => Load()).Message);
        File.Delete(damaged);
        Directory.CreateDirectory(Path.Combine(folder.Path, "train", "empty"));
        Assert.Contains("no images", Assert.Throws<InvalidDataException>(() => Load()).Message);
    }
}
