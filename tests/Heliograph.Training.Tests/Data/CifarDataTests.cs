using System.Formats.Tar;
using System.IO.Compression;
using Heliograph.Experiments.Data;
using Heliograph.Networks;
using Heliograph.Statistics;
using Heliograph.Training.Data;

namespace Heliograph.Training.Tests.Data;

public sealed class CifarDataTests : IDisposable
{
    static readonly CifarLayout Tiny10 = CifarLayout.Cifar10 with { TrainFiles = ["data_batch_1.bin", "data_batch_2.bin"], Classes = 3, Train = 5, Test = 2 };
    static readonly CifarLayout Tiny100 = CifarLayout.Cifar100 with { Classes = 4, Train = 5, Test = 2 };

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Records whose pixels count up from the label.</summary>
    static byte[] Records(params byte[][] labels) =>
        [.. labels.SelectMany(label => label.Concat(Enumerable.Range(label[^1], CifarLayout.ImageBytes).Select(i => (byte)i)))];

    static Dictionary<string, byte[]> Files100() => new()
    {
        ["fine_label_names.txt"] = "apple\nbear\ncan\ndinosaur\n"u8.ToArray(),
        ["test.bin"] = Records([9, 1], [9, 2]),
        ["train.bin"] = Records([9, 0], [9, 1], [9, 2], [9, 3], [9, 3]),
    };

    string Archive(string name, string inside, Dictionary<string, byte[]> files)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(zip))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, inside + "/"));
            foreach ((string file, byte[] bytes) in files)
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, inside + "/" + file) { DataStream = new MemoryStream(bytes) });
        }
        return folder.Write(name, packed.ToArray());
    }

    [Fact]
    public void Reads_an_archive()
    {
        DataSet data = CifarData.Load(Tiny100, Archive("a.tar.gz", "cifar-100-binary", Files100()));
        Assert.Equal(["apple", "bear", "can", "dinosaur"], data.Classes);
        Assert.Equal([0, 1, 2, 3, 3], data.Train.Labels);
        Assert.Equal([1, 2], data.Test.Labels);
        Assert.Equal(new Shape(3, 32, 32), data.Train.Shape);
        Assert.Equal([2, 3, 4], data.Test.Image(1)[..3].ToArray());
        Assert.Equal(unchecked((byte)(2 + CifarLayout.ImageBytes - 1)), data.Test.Image(1)[^1]);
    }

    [Fact]
    public void Reads_a_folder_in_the_order_of_its_files()
    {
        folder.Write("data_batch_2.bin", Records([2], [0]));
        folder.Write("data_batch_1.bin", Records([0], [1], [2]));
        folder.Write("test_batch.bin", Records([1], [1]));
        folder.Write("batches.meta.txt", "a\nb\nc\n\n"u8.ToArray());
        DataSet data = CifarData.Load(Tiny10, folder.Path);
        Assert.Equal([0, 1, 2, 2, 0], data.Train.Labels);
        Assert.Equal(2, data.Train.Image(3)[0]);
    }

    public static TheoryData<string, string> Damages => new()
    {
        { "cut", "truncated or damaged" },
        { "flipped", "truncated or damaged" },
        { "no gzip", "truncated or damaged" },
        { "label", "record 1 of test.bin has label 4; cifar100 has 0 to 3" },
        { "missing", "test.bin missing" },
        { "record", "train.bin has 15369 bytes" },
        { "count", "4 images in train.bin; cifar100 has 5" },
        { "names", "names 1 classes; cifar100 has 4" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Damage_is_told_in_one_line(string damage, string expected)
    {
        Dictionary<string, byte[]> files = Files100();
        switch (damage)
        {
            case "label": files["test.bin"] = Records([9, 1], [9, 4]); break;
            case "missing": files.Remove("test.bin"); break;
            case "record": files["train.bin"] = files["train.bin"][..^1]; break;
            case "count": files["train.bin"] = Records([9, 0], [9, 1], [9, 2], [9, 3]); break;
            case "names": files["fine_label_names.txt"] = "apple"u8.ToArray(); break;
        }
        string path = Archive("cifar-100-binary.tar.gz", "cifar-100-binary", files);
        byte[] bytes = File.ReadAllBytes(path);
        if (damage == "cut")
            File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        else if (damage == "flipped")
            File.WriteAllBytes(path, [.. bytes.Select((value, i) => i == bytes.Length - 7 ? (byte)~value : value)]);
        else if (damage == "no gzip")
            File.WriteAllBytes(path, new byte[1000]);

        string message = Assert.Throws<InvalidDataException>(() => CifarData.Load(Tiny100, path)).Message;
        Assert.StartsWith(path, message);
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Damaged_headers_are_refused_or_harmless()
    {
        string path = Archive("whole.tar.gz", "cifar-100-binary", Files100());
        using var unzipped = new MemoryStream();
        using (var zip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress))
            zip.CopyTo(unzipped);
        byte[] tar = unzipped.ToArray();
        var random = new RandomStream(1, "damage");
        int refused = 0;
        for (int i = 0; i < 300; i++)
        {
            // The folder's, the names' and the test file's headers lie in the first five blocks of 512 bytes.
            byte[] damaged = [.. tar];
            damaged[random.NextInt(5 * 512)] = (byte)random.NextInt(256);
            using (var zip = new GZipStream(File.Create(path), CompressionLevel.NoCompression))
                zip.Write(damaged);
            try
            {
                CifarData.Load(Tiny100, path);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 10, 300);
    }

    [Fact]
    public void Looks_in_the_given_folder_first_and_says_where_it_looked()
    {
        string archive = Archive("data/cifar-100-binary.tar.gz", "cifar-100-binary", Files100());
        Assert.Equal(archive, DataLocation.Find(Tiny100, null, Path.GetDirectoryName(archive)));
        Assert.Equal(archive, DataLocation.Find(Tiny100, archive, null));
        string unpacked = Path.GetDirectoryName(folder.Write("data/cifar-100-binary/test.bin", []))!;
        Assert.Equal(unpacked, DataLocation.Find(Tiny100, null, Path.GetDirectoryName(archive)));
        Assert.Equal(unpacked, DataLocation.Find(Tiny100, unpacked, null));
        string message = Assert.Throws<FileNotFoundException>(() => DataLocation.Find(
            Tiny100 with { Name = "cifar7", Archive = "none.tar.gz", Folder = "none", TestFile = "none.bin" }, null, folder.Path)).Message;
        Assert.Contains(folder.Path, message);
        Assert.Contains(DataSets.CacheFolder, message);
        Assert.Contains("heliograph data get cifar7", message);
        Assert.Throws<FileNotFoundException>(() => DataLocation.Find(Tiny100, Path.Combine(folder.Path, "nowhere"), null));
    }

    [SkippableFact]
    public void Real_cifar100_is_whole()
    {
        string? place = Environment.GetEnvironmentVariable("HELIOGRAPH_DATA");
        Skip.If(string.IsNullOrEmpty(place), "HELIOGRAPH_DATA is not set: the folder that holds cifar-100-binary.tar.gz.");
        DataSet data = DataSets.Load(new DataOptions { Name = "cifar100" }, null, seed: 1);
        Assert.Equal((100, 50_000, 10_000), (data.Classes.Count, data.Train.Count, data.Test.Count));
        Assert.All(data.Train.Labels.CountBy(label => label), count => Assert.Equal(500, count.Value));
        Assert.All(data.Test.Labels.CountBy(label => label), count => Assert.Equal(100, count.Value));
        Assert.All(new[] { 0.5071f, 0.4865f, 0.4409f }.Zip(data.Mean), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        Assert.All(new[] { 0.2673f, 0.2564f, 0.2762f }.Zip(data.Std), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        Assert.All(data.Train.Take(1000, seed: 1).Labels.CountBy(label => label), count => Assert.Equal(10, count.Value));
    }
}
