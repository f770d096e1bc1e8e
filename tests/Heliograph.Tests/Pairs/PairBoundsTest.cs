using System.Text.Json.Nodes;
using Heliograph.Networks;
using Heliograph.Pairs;

namespace Heliograph.Tests.Pairs;

/// <summary>What a <c>pair.json</c> from outside can make its reader do is bounded.</summary>
public sealed class PairBoundsTest : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("heliograph-test-").FullName;

    string Folder => Path.Combine(root, "pair");

    public void Dispose() => Directory.Delete(root, recursive: true);

    [SkippableFact]
    public void A_description_that_is_a_device_without_end_is_refused_by_its_size()
    {
        Skip.If(OperatingSystem.IsWindows(), "there is no /dev/zero");
        Directory.CreateDirectory(Folder);
        File.CreateSymbolicLink(Path.Combine(Folder, Pair.DescriptionFile), "/dev/zero");
        Assert.Contains("pair.json: longer than 4,194,304 bytes", Refusal(mostBytes: 64 << 20), StringComparison.Ordinal);
    }

    [Fact]
    public void A_description_that_is_a_little_too_long_is_refused_and_one_byte_less_is_read()
    {
        TinyPair.Write(Folder);
        string path = Path.Combine(Folder, Pair.DescriptionFile), text = File.ReadAllText(path);
        File.WriteAllText(path, text + new string(' ', Pair.MaximumDescriptionBytes - text.Length));
        Pair.Open(Folder);
        File.AppendAllText(path, " ");
        Assert.Contains("longer than", Refusal(mostBytes: 64 << 20), StringComparison.Ordinal);
    }

    [Fact]
    public void Sixty_thousand_layers_are_refused_at_once()
    {
        TinyPair.Write(Folder);
        Change(json => json["device"]!["layers"] = Relus(60_000));
        Assert.Contains("a network may have at most 10,000 layers, not 60,000", Refusal(mostBytes: 128 << 20), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"upsample","name":"a","inputs":["input"],"height":16384,"width":16384},{"type":"averagePool","name":"b","inputs":["a"]}""", "the device half's maps take")]
    [InlineData("""{"type":"convolution","name":"a","inputs":["input"],"filters":1,"kernel":65536,"padding":32768}""", "layer 'a' (Convolution): its weights or multiply-accumulates are more than can be counted")]
    [InlineData("""{"type":"flatten","name":"f","inputs":["input"]},{"type":"linear","name":"a","inputs":["f"],"features":2000000000}""", "layer 'a' (Linear): its weights or multiply-accumulates are more than can be counted")]
    public void A_network_of_absurd_size_is_refused_before_anything_is_allocated(string layers, string said)
    {
        TinyPair.Write(Folder);
        Change(json =>
        {
            json["device"]!["layers"] = JsonNode.Parse($"[{layers}]");
            json["symbols"] = 3;
        });
        Change(json => json["edge"] = JsonNode.Parse("""{"input":{"channels":3,"height":1,"width":1},"layers":[{"type":"linear","name":"c","inputs":["input"],"features":5}]}"""));
        Assert.Contains(said, Refusal(mostBytes: 8 << 20), StringComparison.Ordinal);
    }

    [Fact]
    public void The_cost_of_as_many_layers_as_there_may_be_is_counted_at_once()
    {
        Layer[] layers = [.. Enumerable.Range(0, Network.MaximumLayers).Select(i => (Layer)(i % 2 == 0
            ? new AveragePool($"l{i}", [i == 0 ? Network.InputName : $"l{i - 1}"], 1)
            : new Relu($"l{i}", [$"l{i - 1}"])))];
        TimeSpan before = Environment.CpuUsage.TotalTime;
        Cost cost = new Network(new Shape(1, 4, 4), layers).Cost();
        Assert.Equal(4 * (16 + 16), cost.PeakActivationBytes);
        Assert.InRange((Environment.CpuUsage.TotalTime - before).TotalSeconds, 0, 1);
    }

    static JsonArray Relus(int count) => new([.. Enumerable.Range(0, count).Select(i => (JsonNode)new JsonObject
    {
        ["type"] = "relu",
        ["name"] = $"l{i}",
        ["inputs"] = new JsonArray(i == 0 ? "input" : $"l{i - 1}"),
    })]);

    /// <summary>What is said of the pair, which must be said soon and with little memory.</summary>
    string Refusal(long mostBytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        string message = Assert.Throws<InvalidDataException>(() => Pair.Open(Folder)).Message;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, mostBytes);
        Assert.InRange((Environment.CpuUsage.TotalTime - cpu).TotalSeconds, 0, 5);
        Assert.StartsWith(Path.Combine(Folder, Pair.DescriptionFile), message, StringComparison.Ordinal);
        return message;
    }

    void Change(Action<JsonObject> change)
    {
        string path = Path.Combine(Folder, Pair.DescriptionFile);
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(json);
        File.WriteAllText(path, json.ToJsonString());
    }
}
