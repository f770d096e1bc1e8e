using System.Runtime.Versioning;
using System.Text;
using System.Text.Json.Nodes;
using Heliograph.Networks;
using Heliograph.Pairs;

namespace Heliograph.Tests.Pairs;

public sealed class PairTest : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("heliograph-").FullName;

    string Folder => Path.Combine(root, "pairs", "tiny");

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void What_was_written_is_read()
    {
        var (description, device, edge) = TinyPair.Make();
        var written = PairFolder.Write(Folder, description, device, edge);
        var pair = Pair.Open(Folder);
        pair.Verify();
        Assert.Equal(written.Id, pair.Id);
        Assert.Equal(description.Device.ToJson(), pair.Description.Device.ToJson());
        Assert.Equal(description.Edge.ToJson(), pair.Description.Edge.ToJson());
        Assert.Equal(description.Classes, pair.Description.Classes);
        Assert.Equal(description.Normalisation.Std, pair.Device.Normalisation.Std);
        Assert.Equal(description.Accuracy!.Points, pair.Description.Accuracy!.Points);
        Assert.Equal(description.Device.Cost().Macs, pair.Description.Costs!.Device.Macs);
        foreach (var spec in description.Device.WeightSpecs())
            Assert.Equal(device[spec.Name].Values, pair.Device.Model.Weights[spec.Name].Values);
        foreach (var spec in description.Edge.WeightSpecs())
            Assert.Equal(edge[spec.Name].Values, pair.Edge.Weights[spec.Name].Values);
        Assert.Equal(["device.safetensors", "edge.safetensors", "pair.json"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order());
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(Folder)!));
    }

    [Fact]
    public void The_id_covers_what_an_answer_means_and_nothing_else()
    {
        var (description, device, edge) = TinyPair.Make();
        PairId Written(PairDescription described, WeightType type = WeightType.F32) => PairFolder.Write(Folder, described, device, edge, type, replace: true).Id;
        var first = Written(description);
        Assert.Equal(first, Written(description with { Name = "other", Accuracy = null, Provenance = null, PruningRatio = 0 }));
        PairId[] others =
        [
            Written(description, WeightType.F16),
            Written(description with { Classes = ["one", .. description.Classes.Skip(1)] }),
            Written(description with { Classes = [.. description.Classes.Reverse()] }),
            Written(description with { Normalisation = new([0.5f, 0.4f, 0.30001f], description.Normalisation.Std) }),
            // The same weights, computed with otherwise.
            Written(description with { Edge = description.Edge.With(layer => layer is Gdn gdn ? gdn with { Inverse = false } : layer) }),
        ];
        Assert.Equal(others.Length + 1, others.Append(first).Distinct().Count());
        Assert.True(PairId.TryParse(first.ToString(), out var parsed));
        Assert.Equal(first, parsed);
    }

    [Fact]
    public void The_id_is_what_the_format_says()
    {
        var pair = TinyPair.Write(Folder);
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, Pair.DescriptionFile)))!;
        var meaning = new List<byte>();
        foreach (string key in (string[])["classes", "device", "edge", "normalisation"])
            MeaningBytes.Append(meaning, json[key]);
        byte[] hashes = [.. Hash(File.ReadAllBytes(Path.Combine(Folder, Pair.DeviceFile))), .. Hash(File.ReadAllBytes(Path.Combine(Folder, Pair.EdgeFile))), .. Hash([.. meaning])];
        Assert.Equal(Convert.ToHexStringLower(Hash(hashes))[..16], pair.Id.ToString());

        // Neither the layout nor the order of members, nor keys that are not known.
        Change(all => all["remark"] = "mine");
        Change(all => all["normalisation"] = new JsonObject { ["std"] = all["normalisation"]!["std"]!.DeepClone(), ["mean"] = all["normalisation"]!["mean"]!.DeepClone() });
        Assert.Equal(pair.Id, Pair.Open(Folder).Id);

        static byte[] Hash(byte[] bytes) => System.Security.Cryptography.SHA256.HashData(bytes);
    }

    [Fact]
    public void A_pair_of_version_1_keeps_its_id()
    {
        var (description, device, edge) = TinyPair.Make();
        PairId Written(PairDescription described) => PairFolder.Write(Folder, described, device, edge, replace: true).Id;
        var id = Written(description with { Version = 1 });
        Assert.NotEqual(Written(description), id);
        Assert.Equal(id, Written(description with { Version = 1, Classes = [.. description.Classes.Reverse()] }));
        byte[] hashes = [.. Hash(Pair.DeviceFile), .. Hash(Pair.EdgeFile)];
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(hashes))[..16], id.ToString());

        byte[] Hash(string name) => System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder, name)));
    }

    [Theory]
    [InlineData(Pair.DeviceFile)]
    [InlineData(Pair.EdgeFile)]
    public void A_changed_bit_or_length_of_a_half_is_found_before_it_is_used(string name)
    {
        var pair = TinyPair.Write(Folder);
        string path = Path.Combine(Folder, name);
        byte[] whole = File.ReadAllBytes(path);
        byte[] flipped = [.. whole];
        flipped[^7] ^= 4;
        foreach (byte[] damaged in new[] { flipped, whole[..^1], [.. whole, 0] })
        {
            File.WriteAllBytes(path, damaged);
            var opened = Pair.Open(Folder);
            string message = Assert.Throws<InvalidDataException>(opened.Verify).Message;
            Assert.Contains(path, message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }
    }

    [Fact]
    public void Weights_of_another_network_are_refused_though_their_hash_is_right()
    {
        TinyPair.Write(Folder);
        Change(json => json["device"]!["layers"]![0]!["filters"] = 5);
        Assert.Throws<InvalidDataException>(() => Pair.Open(Folder).Verify());
    }

    [Theory]
    [InlineData("version", "3", "\"modes\" is missing")]
    [InlineData("version", "4", "\"task\" is missing")]
    [InlineData("version", "5", "the pair has version 5; this program reads versions 1 to 4")]
    [InlineData("version", "0", "version 0")]
    [InlineData("format", "\"zip\"", "format")]
    [InlineData("name", "\"../up\"", "name")]
    [InlineData("symbols", "31", "31")]
    [InlineData("classes", """["one"]""", "1 classes")]
    [InlineData("pruningRatio", "1", "pruningRatio")]
    [InlineData("normalisation", """{"mean":[0.1,0.1,0.1],"std":[1,0,1]}""", "standard deviations")]
    [InlineData("files", """{"../device.safetensors":{"bytes":1,"sha256":"00"}}""", "../device.safetensors")]
    [InlineData("files", """{"/etc/passwd":{"bytes":1,"sha256":"00"}}""", "/etc/passwd")]
    [InlineData("files", "{}", "device.safetensors")]
    [InlineData("files", """{"device.safetensors":null}""", "device.safetensors")]
    [InlineData("device", "null", "device")]
    [InlineData("edge", """{"input":{"channels":1,"height":1,"width":1},"layers":[{"type":"teleport"}]}""", "description")]
    [InlineData("device", """{"input":{"channels":3,"height":40000,"width":40000},"layers":[]}""", "3×40000×40000: the map has more values than can be counted")]
    [InlineData("device", """{"input":{"channels":3,"height":4,"width":4},"layers":[{"type":"convolution","name":"x","inputs":["input"],"filters":1,"kernel":1,"padding":2147483647}]}""", "layer 'x' (Convolution): the map has more values than can be counted")]
    public void A_description_that_makes_no_sense_is_told_in_one_line(string key, string value, string said)
    {
        TinyPair.Write(Folder);
        Change(json => json[key] = JsonNode.Parse(value));
        string message = Assert.Throws<InvalidDataException>(() => Pair.Open(Folder)).Message;
        Assert.StartsWith(Path.Combine(Folder, "pair.json"), message, StringComparison.Ordinal);
        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Damaged_descriptions_are_refused_and_never_crash()
    {
        TinyPair.Write(Folder);
        string path = Path.Combine(Folder, Pair.DescriptionFile);
        byte[] whole = File.ReadAllBytes(path);
        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 2_000; i++)
        {
            byte[] damaged = i % 4 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            for (int n = random.Next(1, 4); n > 0 && damaged.Length > 0; n--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(path, damaged);
            try
            {
                Pair.Open(Folder).Verify();
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }
        // Most of the text is numbers and names of layers, where a change is an error.
        Assert.True(refused > 1_000, $"{refused} of 2,000 refused");
    }

    [Fact]
    public void A_folder_that_is_there_is_only_replaced_when_it_is_a_pair_and_asked_for()
    {
        TinyPair.Write(Folder);
        var before = Pair.Open(Folder).Id;
        Assert.Throws<UsageException>(() => TinyPair.Write(Folder, seed: 2));
        Assert.Equal(before, Pair.Open(Folder).Id);
        TinyPair.Write(Folder, seed: 2, replace: true);
        Assert.NotEqual(before, Pair.Open(Folder).Id);

        string other = Path.Combine(root, "photos");
        Directory.CreateDirectory(other);
        File.WriteAllText(Path.Combine(other, "a.txt"), "a");
        Assert.Throws<UsageException>(() => TinyPair.Write(other, replace: true));
        Assert.Throws<UsageException>(() => Pair.Open(other));
        Assert.Equal(["a.txt"], Directory.GetFileSystemEntries(other).Select(Path.GetFileName));
    }

    [SkippableFact]
    [UnsupportedOSPlatform("windows")]
    public void A_pair_is_replaced_though_the_old_one_cannot_be_deleted()
    {
        Skip.If(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "permission bits are of Unix, and do not bind the administrator");
        const UnixFileMode readable = UnixFileMode.UserRead | UnixFileMode.UserExecute;
        TinyPair.Write(Folder);
        var before = Pair.Open(Folder).Id;
        string locked = Path.Combine(Folder, "locked");
        Directory.CreateDirectory(locked);
        File.WriteAllText(Path.Combine(locked, "a.txt"), "a");
        File.SetUnixFileMode(locked, readable);
        try
        {
            var replaced = TinyPair.Write(Folder, seed: 2, replace: true);
            replaced.Verify();
            Assert.NotEqual(before, replaced.Id);
            Assert.Single(Directory.GetDirectories(Path.GetDirectoryName(Folder)!), name => name.EndsWith(".tmp.old", StringComparison.Ordinal));
        }
        finally
        {
            foreach (string left in Directory.GetDirectories(root, "locked", SearchOption.AllDirectories))
                File.SetUnixFileMode(left, readable | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public void A_failure_while_writing_leaves_nothing()
    {
        var (description, device, edge) = TinyPair.Make();
        var others = new Dictionary<string, Action<PairId, Stream>> { [Pair.EdgeOnnxFile] = (_, _) => throw new IOException("disk full") };
        Assert.Throws<IOException>(() => PairFolder.Write(Folder, description, device, edge, others: others));
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(Folder)!));
    }

    [Fact]
    public void Other_files_are_told_the_id_and_verified()
    {
        var (description, device, edge) = TinyPair.Make();
        var others = new Dictionary<string, Action<PairId, Stream>> { [Pair.EdgeOnnxFile] = (id, stream) => stream.Write(Encoding.ASCII.GetBytes(id.ToString())) };
        var pair = PairFolder.Write(Folder, description, device, edge, others: others);
        string path = Path.Combine(Folder, Pair.EdgeOnnxFile);
        Assert.Equal(pair.Id.ToString(), File.ReadAllText(path));
        pair.Verify();
        File.WriteAllText(path, "0123456789abcdef");
        Assert.Contains(path, Assert.Throws<InvalidDataException>(pair.Verify).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(70_000, WeightType.F16)]
    [InlineData(float.NaN, WeightType.F32)]
    [InlineData(float.PositiveInfinity, WeightType.F32)]
    public void A_weight_that_cannot_be_stored_is_refused_by_name(float value, WeightType type)
    {
        var (description, device, edge) = TinyPair.Make();
        float[] values = [.. edge["fc3.bias"].Values];
        values[1] = value;
        edge = edge.With("fc3.bias", new(edge["fc3.bias"].Shape, values));
        string message = Assert.Throws<InvalidDataException>(() => PairFolder.Write(Folder, description, device, edge, type)).Message;
        Assert.Contains("'fc3.bias'", message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(Folder)!));
    }

    void Change(Action<JsonNode> change)
    {
        string path = Path.Combine(Folder, Pair.DescriptionFile);
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        change(json);
        File.WriteAllText(path, json.ToJsonString(), Encoding.UTF8);
    }
}
