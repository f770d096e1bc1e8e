using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Heliograph.Networks;
using Heliograph.Pairs;

namespace Heliograph.Tests.Pairs;

public sealed class RetrievalPairTest : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("heliograph-").FullName;

    string Folder => Path.Combine(root, "finder");

    string DescriptionPath => Path.Combine(Folder, Pair.DescriptionFile);

    string GalleryPath => Path.Combine(Folder, Pair.GalleryFile);

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void The_nearest_are_those_of_the_smallest_angle_whatever_the_lengths()
    {
        var nearest = new Neighbour[3];
        RetrievalPairs.Gallery.Nearest([3, 6], nearest);
        // 3/√45, 6/√45, and −9/(√2·√45).
        Assert.Equal([(1, 1), (0, 0), (2, 2)], nearest.Select(near => (near.Index, near.Class)));
        Assert.Equal([0.894427, 0.447214, -0.948683], nearest.Select(near => Math.Round(near.Similarity, 6)));
        // Nothing is near to nothing: the first in their order.
        RetrievalPairs.Gallery.Nearest([0, 0], nearest);
        Assert.Equal([0, 1, 2], nearest.Select(near => near.Index));
        Assert.All(nearest, near => Assert.Equal(0, near.Similarity));
        Assert.Throws<ArgumentException>(() => RetrievalPairs.Gallery.Nearest([1, 2], new Neighbour[4]));
        Assert.Throws<ArgumentException>(() => RetrievalPairs.Gallery.Nearest([1, 2, 3], nearest));
    }

    [Fact]
    public void They_are_those_of_a_full_sort_in_double_precision()
    {
        const int Images = 300, Dimensions = 37;
        float[] embeddings = Drawn.Normal(Images * Dimensions, 1), asked = Drawn.Normal(Dimensions, 2);
        // One image twice: the first of the two comes first.
        embeddings.AsSpan(5 * Dimensions, Dimensions).CopyTo(embeddings.AsSpan(250 * Dimensions));
        embeddings.AsSpan(5 * Dimensions, Dimensions).CopyTo(asked);
        double[] cosines = [.. embeddings.Chunk(Dimensions).Select(one => one.Zip(asked, (a, b) => (double)a * b).Sum() / Math.Sqrt(one.Sum(a => (double)a * a) * asked.Sum(b => (double)b * b)))];
        var nearest = new Neighbour[40];
        new Gallery(embeddings, [.. Enumerable.Range(0, Images).Select(i => i % 7)]).Nearest(asked, nearest);
        Assert.Equal([5, 250], nearest[..2].Select(near => near.Index));
        Assert.Equal(Enumerable.Range(0, Images).OrderByDescending(i => Math.Round(cosines[i], 12)).Take(40), nearest.Select(near => near.Index));
        Assert.All(nearest, near => Assert.Equal((near.Index % 7, cosines[near.Index]), (near.Class, near.Similarity), ((int Class, double Cosine) a, (int Class, double Cosine) b) => a.Class == b.Class && Math.Abs(a.Cosine - b.Cosine) < 1e-6));
    }

    [Fact]
    public void What_was_written_is_read()
    {
        var written = RetrievalPairs.Make().Write(Folder);
        Assert.Equal(["device.safetensors", "edge.safetensors", "gallery.safetensors", "pair.json"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order());
        var pair = Pair.Open(Folder);
        pair.Verify();
        var known = pair.Description;
        Assert.Equal((4, "retrieval", "cosine", new GalleryDescription(3, 2, 3), written.Id), (known.Version, known.Task, known.Metric, known.Gallery, pair.Id));
        Assert.Equal([0, 1, 2], pair.Gallery!.Classes);
        Assert.Equal(RetrievalPairs.Gallery.Embeddings, pair.Gallery.Embeddings);
        // A device does without it.
        File.Delete(GalleryPath);
        Assert.Equal(2, Pair.Open(Folder).Device.Model.Network.Output.Elements);
        var classifier = TinyPair.Write(Path.Combine(root, "tiny"));
        Assert.Null(classifier.Gallery);
        string json = File.ReadAllText(Path.Combine(root, "tiny", Pair.DescriptionFile));
        Assert.All((string[])["task", "metric", "gallery"], key => Assert.DoesNotContain($"\"{key}\"", json, StringComparison.Ordinal));
    }

    [Fact]
    public void The_id_is_what_the_format_says_and_covers_the_gallery_but_not_how_many_neighbours_are_named()
    {
        var pair = RetrievalPairs.Make().Write(Folder);
        var description = JsonNode.Parse(File.ReadAllText(DescriptionPath))!;
        var hashes = new List<byte>();
        foreach (string file in (string[])["device.safetensors", "edge.safetensors", "gallery.safetensors"])
            hashes.AddRange(SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder, file))));
        var meaning = new List<byte>();
        foreach (string key in (string[])["classes", "device", "edge", "normalisation", "task", "metric"])
            MeaningBytes.Append(meaning, description[key]);
        hashes.AddRange(SHA256.HashData([.. meaning]));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData([.. hashes]))[..16], pair.Id.ToString());
        Assert.Equal(pair.Id, RetrievalPairs.Make(neighbours: 1).Write(Folder, replace: true).Id);
        Assert.NotEqual(pair.Id, RetrievalPairs.Make(new([1, 0, 0, 2, -1, -1.5f], [0, 1, 2])).Write(Folder, replace: true).Id);
    }

    [Theory]
    [InlineData("task", "\"segmentation\"", "\"task\" is 'segmentation'; this program knows retrieval")]
    [InlineData("task", "null", "\"task\" is missing")]
    [InlineData("metric", "\"euclidean\"", "\"metric\" is 'euclidean'; this program knows cosine")]
    [InlineData("gallery", "null", "\"gallery\" is missing")]
    [InlineData("gallery", """{"images":3,"dimensions":2}""", "\"gallery\": \"neighbours\" is missing")]
    [InlineData("gallery", """{"images":3,"dimensions":2,"neighbours":0}""", "\"neighbours\" must be from 1 to 3 of a gallery of 3, not 0")]
    [InlineData("gallery", """{"images":3,"dimensions":2,"neighbours":4}""", "\"neighbours\" must be from 1 to 3 of a gallery of 3, not 4")]
    [InlineData("gallery", """{"images":1000,"dimensions":2,"neighbours":101}""", "\"neighbours\" must be from 1 to 100 of a gallery of 1000, not 101")]
    [InlineData("gallery", """{"images":0,"dimensions":2,"neighbours":1}""", "1 image or more, not 0")]
    [InlineData("gallery", """{"images":3,"dimensions":5,"neighbours":1}""", "the edge half gives embeddings of 2 values, but those of the gallery have 5")]
    [InlineData("calibration", """{"images":100,"points":[{"snrDb":0,"temperature":2,"ece":1,"calibratedEce":1}]}""", "a pair that retrieves has no confidence, so no \"calibration\"")]
    [InlineData("accuracy", """{"images":9,"draws":1,"noiselessTop1":1,"points":[],"meanAveragePrecision":[50]}""", "\"meanAveragePrecision\" has 1 values for 0 points")]
    // What older versions do not know is passed over, and then the edge half gives no logits.
    [InlineData("version", "2", "the edge half gives 2 logits for 3 classes")]
    [InlineData("version", "3", "\"modes\" is missing")]
    public void A_description_that_makes_no_sense_is_told_in_one_line(string key, string value, string said)
    {
        RetrievalPairs.Make().Write(Folder);
        Change(json => json[key] = JsonNode.Parse(value));
        Told(DescriptionPath, said, () => Pair.Open(Folder));
    }

    [Fact]
    public void So_are_one_without_the_file_and_one_with_too_large_a_file()
    {
        RetrievalPairs.Make().Write(Folder);
        Change(json => json["files"]![Pair.GalleryFile]!["bytes"] = Gallery.MaximumBytes + 1);
        Told(DescriptionPath, "has more than 67108864 bytes", () => Pair.Open(Folder));
        Change(json => json["files"]!.AsObject().Remove(Pair.GalleryFile));
        Told(DescriptionPath, "\"files\" lacks gallery.safetensors", () => Pair.Open(Folder));
    }

    [Theory]
    [InlineData("a value that is no number", "the embedding of image 1 holds a value that is not a finite number")]
    [InlineData("another dimension", "'embeddings' is [3, 3], but pair.json says [3, 2]")]
    [InlineData("another number of classes", "'classes' is [2], but pair.json says [3]")]
    [InlineData("no classes", "there is no array 'classes'; a gallery has 'embeddings' [images, dimensions] and 'classes' [images]")]
    [InlineData("a class that the pair lacks", "the class of image 2 is 3; the pair's classes are 0 to 2")]
    [InlineData("half a class", "the class of image 0 is 0.5, not a whole number")]
    [InlineData("a class without an image", "of the class 'lower left' there is no image; a gallery has at least one of each class of the pair")]
    public void A_gallery_that_is_none_of_the_pairs_is_told_in_one_line(string what, string said)
    {
        RetrievalPairs.Make().Write(Folder);
        float[] embeddings = [1, 0, 0, 1, -1, -1], classes = [0, 1, 2];
        var arrays = what switch
        {
            "a value that is no number" => Arrays(3, 2, [1, 0, float.NaN, 1, -1, -1], classes),
            "another dimension" => Arrays(3, 3, new float[9], classes),
            "another number of classes" => Arrays(3, 2, embeddings, [0, 1]),
            "no classes" => Weights.Empty.With("embeddings", new([3, 2], embeddings)),
            "a class that the pair lacks" => Arrays(3, 2, embeddings, [0, 1, 3]),
            "half a class" => Arrays(3, 2, embeddings, [0.5f, 1, 2]),
            _ => Arrays(3, 2, embeddings, [0, 1, 1]),
        };
        Safetensors.Write(GalleryPath, arrays);
        byte[] bytes = File.ReadAllBytes(GalleryPath);
        Change(json => json["files"]![Pair.GalleryFile] = new JsonObject { ["bytes"] = bytes.Length, ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes)) });
        Told(GalleryPath, said, () => _ = Pair.Open(Folder).Gallery);
        Told(GalleryPath, said, Pair.Open(Folder).Verify);

        static Weights Arrays(int images, int dimensions, float[] embeddings, float[] classes) =>
            Weights.Empty.With("embeddings", new([images, dimensions], embeddings)).With("classes", new([classes.Length], classes));
    }

    [Fact]
    public void A_gallery_that_is_missing_cut_short_or_another_is_told_in_one_line()
    {
        RetrievalPairs.Make().Write(Folder);
        byte[] bytes = File.ReadAllBytes(GalleryPath);
        File.WriteAllBytes(GalleryPath, bytes[..^1]);
        Told(GalleryPath, $"{bytes.Length - 1} bytes, but pair.json says {bytes.Length}", Pair.Open(Folder).Verify);
        bytes[^1] ^= 1;
        File.WriteAllBytes(GalleryPath, bytes);
        Told(GalleryPath, "its SHA-256 is", Pair.Open(Folder).Verify);
        File.Delete(GalleryPath);
        Assert.Contains(Pair.GalleryFile, Assert.Throws<FileNotFoundException>(Pair.Open(Folder).Verify).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_written_of_a_gallery_that_could_not_be_read()
    {
        Assert.Throws<InvalidDataException>(() => RetrievalPairs.Make(new([1, 0, 0, 1], [0, 1])).Write(Folder));
        Assert.Throws<InvalidDataException>(() => RetrievalPairs.Make(new([1, 0, float.PositiveInfinity, 1, 1, 1], [0, 1, 2])).Write(Folder));
        Assert.Throws<InvalidDataException>(() => RetrievalPairs.Make(neighbours: 4).Write(Folder));
        Assert.Throws<InvalidDataException>(() => RetrievalPairs.Make(new([1, 0, 0, 0, 1, 1, 1, 1, 1], [0, 1, 2])).Write(Folder));
        Assert.Throws<ArgumentException>(() => PairFolder.Write(Folder, RetrievalPairs.Make().Description, Weights.Empty, RetrievalPairs.Make().Edge));
        Assert.Empty(Directory.GetFileSystemEntries(root));
    }

    static void Told(string path, string said, Action action)
    {
        string message = Assert.Throws<InvalidDataException>(action).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    void Change(Action<JsonNode> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(DescriptionPath))!;
        change(json);
        File.WriteAllText(DescriptionPath, json.ToJsonString());
    }
}
