using Heliograph.Experiments.Data;
using Heliograph.Images;
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

    DataSet Load(ImageSize? size = null, bool skip = false) => DataSets.Load(new DataOptions { Name = "folder", Path = folder.Path, Size = size, Skip = skip }, null, seed: 1);

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
    public void Nested_folders_are_read_and_what_is_no_image_is_counted_by_kind()
    {
        WriteGood();
        folder.Write("train/moth/2024/may/1.jfif", TestPictures.Bytes("base.jpg"));
        folder.Write("train/moth/2024/2.webp", TestPictures.Bytes("w.webp"));
        folder.Write("train/moth/2024/3.tif", [1]);
        folder.Write("test/moth/4.tif", [1]);
        folder.Write("train/loose.png", [1]);
        DataSet data = Load();
        Assert.Equal([0, 0, 1, 1, 1], data.Train.Labels);
        Assert.Equal("left out: 2 .tif, 1 .txt, 1 in no class's folder", data.LeftOutText());
        Assert.Empty(data.Unreadable);
        // Widths 20, 9, 8, 64, 64 and 8; heights 10, 30, 8, 48, 48 and 8.
        Assert.Equal((152 / 6.0, 173 / 6.0), (data.PictureSize.Height, data.PictureSize.Width));
        DataInfo info = DataInfo.Of(data);
        Assert.Equal([new("ant", 2, 0), new("moth", 3, 1)], info.Counts);
    }

    [Fact]
    public void Photographs_are_turned_as_on_the_device()
    {
        WriteGood();
        folder.Write("train/turned/1.jpg", TestPictures.Bytes("stored-turned.jpg"));
        folder.Write("train/upright/1.jpg", TestPictures.Bytes("upright.jpg"));
        DataSet data = Load(new(48, 64));
        byte[] turned = data.Train.Image(data.Train.Labels.IndexOf(2)).ToArray(), upright = data.Train.Image(data.Train.Labels.IndexOf(3)).ToArray();
        Assert.InRange(turned.Zip(upright, (a, b) => Math.Abs(a - b)).Max(), 0, 3);
    }

    [Fact]
    public void What_cannot_be_read_is_refused_or_left_out_on_request()
    {
        WriteGood();
        folder.Write("train/ant/0.png", [1, 2, 3]);
        folder.Write("train/ant/c.jpg", [0xff, 0xd8, 0xff, 0xe0, 0xff, 0xc0]);
        string tiny = folder.Write("test/moth/1.bmp", Bmp(1, 1, 1, 2, 3));
        Assert.Contains("0.png", Assert.Throws<InvalidDataException>(() => Load()).Message, StringComparison.Ordinal);
        DataSet data = Load(new(16, 8), skip: true);
        Assert.Equal([0, 0, 1], data.Train.Labels);
        Assert.Equal([0, 0, 255], new[] { 0, 128, 256 }.Select(i => data.Train.Image(0)[i]));
        Assert.Equal([255, 0, 0], new[] { 0, 128, 256 }.Select(i => data.Train.Image(2)[i]));
        Assert.Equal(1, data.Test.Count);
        Assert.Equal(3, data.Unreadable.Count);
        Assert.StartsWith(tiny, data.Unreadable[2], StringComparison.Ordinal);
        Assert.Contains("3 that cannot be read, the first: ", data.LeftOutText()!, StringComparison.Ordinal);

        folder.Write("train/moth/1.bmp", [1]);
        Assert.Contains("moth: none of the images can be read", Assert.Throws<InvalidDataException>(() => Load(skip: true)).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Links_are_followed_once_and_a_class_that_is_a_link_to_nothing_is_refused()
    {
        Skip.If(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        WriteGood();
        folder.Write("pool/wasp/1.bmp", Bmp(8, 8, 1, 2, 3));
        string train = Path.Combine(folder.Path, "train");
        Directory.CreateSymbolicLink(Path.Combine(train, "wasp"), "../pool/wasp");
        Directory.CreateSymbolicLink(Path.Combine(train, "ant", "up"), "..");
        Directory.CreateSymbolicLink(Path.Combine(train, "ant", "all"), "../..");
        File.CreateSymbolicLink(Path.Combine(train, "ant", "again.bmp"), "b.bmp");
        Assert.Equal([0, 0, 1, 2], Load().Train.Labels);

        File.CreateSymbolicLink(Path.Combine(train, "cricket"), "../pool/cricket");
        Assert.Contains("cricket: a broken link where the folder of a class was expected", Assert.Throws<InvalidDataException>(() => Load()).Message, StringComparison.Ordinal);
        Assert.Contains("1 broken link to a class", Load(skip: true).LeftOutText()!, StringComparison.Ordinal);
        File.Delete(Path.Combine(train, "cricket"));
        Directory.CreateSymbolicLink(Path.Combine(train, "everything"), "..");
        Assert.Contains("everything: a link to a folder above it", Assert.Throws<InvalidDataException>(() => Load()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_is_the_same_in_both_of_Unicodes_forms()
    {
        WriteGood();
        folder.Write("train/caf\u00e9/1.bmp", Bmp(8, 8, 1, 2, 3));
        folder.Write("test/cafe\u0301/1.bmp", Bmp(8, 8, 1, 2, 3));
        DataSet data = Load();
        Assert.Equal(["ant", "caf\u00e9", "moth"], data.Classes);
        Assert.Equal([1, 2], data.Test.Labels);
        folder.Write("train/cafe\u0301/1.bmp", Bmp(8, 8, 1, 2, 3));
        Assert.Contains("a second folder of the class 'caf\u00e9'", Assert.Throws<InvalidDataException>(() => Load()).Message, StringComparison.Ordinal);
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
