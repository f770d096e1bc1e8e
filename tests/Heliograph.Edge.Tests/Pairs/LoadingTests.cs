using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Edge.Options;
using Heliograph.Edge.Pairs;
using Heliograph.Pairs;

namespace Heliograph.Edge.Tests.Pairs;

/// <summary>Pairs that are damaged, come, go and change under a server that runs.</summary>
public sealed class LoadingTests : IDisposable
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    readonly string root = Directory.CreateTempSubdirectory("heliograph-edge-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("a bit of the weights", "SHA-256")]
    [InlineData("no JSON", "pair.json: ")]
    [InlineData("a file is missing", Pair.EdgeFile)]
    [InlineData("the name of another", "are both named 'one'")]
    [InlineData("the weights of another", "hold the same pair")]
    public async Task What_is_wrong_with_one_pair_is_said_and_the_others_are_served(string what, string said)
    {
        await using var server = await Start(into =>
        {
            EdgePairs.Write(into, "one");
            string two = EdgePairs.Write(into, "two", seed: what == "the weights of another" ? 1u : 2).Folder;
            switch (what)
            {
                case "a bit of the weights":
                    Damage(Path.Combine(two, Pair.EdgeFile));
                    break;
                case "no JSON":
                    File.WriteAllText(Path.Combine(two, Pair.DescriptionFile), "{");
                    break;
                case "a file is missing":
                    File.Delete(Path.Combine(two, Pair.EdgeFile));
                    break;
                case "the name of another":
                    Rename(two, "one");
                    break;
            }
        });
        Assert.Equal("ready; not served: two\n", await server.Http.GetStringAsync("/health/ready"));
        var status = await server.Status();
        Assert.Equal(["one"], status["pairs"]!.AsArray().Select(pair => (string)pair!["name"]!));
        var missing = Assert.Single(status["notServed"]!.AsArray())!;
        Assert.Equal("two", (string)missing["folder"]!);
        Assert.Contains(said, (string)missing["problem"]!, StringComparison.Ordinal);
        await Serves(server, "one", server.Pair);
    }

    [Fact]
    public async Task A_pair_that_is_added_is_served_and_one_that_is_removed_is_not()
    {
        await using var server = await Start();
        EdgePairs.Write(server.Folder, "two", seed: 2, code: 5, classes: 7);
        await Wait.Until(async () => (await Names(server)) == "one two", "the new pair is served");
        await Serves(server, "two", server.Open("two"));
        // Its frames, which are longer than those of the pairs at the start, as well.
        using var events = await EventReader.Open(server.Http);
        using var sender = new Sender(server, 7);
        sender.Send(server.Open("two"), EdgePairs.Symbols(server.Open("two"), 1, 3));
        Assert.Equal("two", (string)(await events.Next())!["pair"]!);

        // A copy of it is told, and comes into service when the other goes.
        EdgePairs.Write(server.Folder, "twin", seed: 2, code: 5, classes: 7);
        await Wait.Until(async () => (await server.Http.GetStringAsync("/health/ready")) == "ready; not served: twin\n", "the copy is told");
        Directory.Delete(Path.Combine(server.Folder, "two"), recursive: true);
        await Wait.Until(async () => (await Names(server)) == "one twin", "the copy is served in its place");
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync("/v2/models/two")).StatusCode);
        Assert.Equal("ready\n", await server.Http.GetStringAsync("/health/ready"));
    }

    [Fact]
    public async Task A_pair_is_replaced_while_requests_and_frames_come_and_none_fails()
    {
        await using var server = await Start();
        var (first, second) = (server.Pair, EdgePairs.Write(root, "one", seed: 5));
        float[] symbols = EdgePairs.Symbols(first, 1, 3);
        double[][] answers = [EdgePairs.Logits(first, symbols), EdgePairs.Logits(second, symbols)];
        using var end = new CancellationTokenSource();
        int[] seen = new int[2];
        var clients = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            bool changed = false;
            while (!end.IsCancellationRequested)
            {
                using var response = await server.Infer("one", TestServer.Request(first, symbols));
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                float[] logits = TestServer.Output(await TestServer.Json(response), "logits");
                int which = Math.Abs(logits[0] - answers[0][0]) < 1e-3 ? 0 : 1;
                Drawn.AssertClose(answers[which], logits, 1e-4);
                // Whoever has met the new one does not meet the old one again.
                Assert.True(which == 1 || !changed);
                changed |= which == 1;
                Interlocked.Increment(ref seen[which]);
            }
        })).ToArray();
        await Wait.Until(() => Task.FromResult(seen[0] > 20), "the first pair answers");
        Assert.Equal(1, (int)(await server.Status())["pairs"]![0]!["version"]!);
        Replace(server, second);
        await Wait.Until(() => Task.FromResult(seen[1] > 20), "the second pair answers");
        await end.CancelAsync();
        await Task.WhenAll(clients);

        var about = (await server.Status())["pairs"]!.AsArray().Single()!;
        Assert.Equal((2, second.Id.ToString()), ((int)about["version"]!, (string)about["id"]!));
        // Frames of the old one are no longer taken, those of the new one are.
        using var sender = new Sender(server, 7);
        using var events = await EventReader.Open(server.Http);
        sender.Send(first, symbols);
        sender.Send(second, symbols);
        Assert.Equal(second.Id.ToString(), (string)(await events.Next())!["pairId"]!);
        Assert.Equal(1, await server.Refused("unknown-pair"));
    }

    // As Kubernetes mounts a ConfigMap: only where a link leads changes.
    [Fact]
    public async Task A_pair_of_links_is_replaced_when_they_lead_elsewhere()
    {
        await using var server = await Start();
        string data = Path.Combine(root, "..data"), mounted = Path.Combine(server.Folder, "mounted");
        var (first, second) = (EdgePairs.Write(Path.Combine(root, "1"), "mounted", seed: 5), EdgePairs.Write(Path.Combine(root, "2"), "mounted", seed: 6));
        foreach (string file in (string[])[Pair.DescriptionFile, Pair.EdgeFile])
            File.SetLastWriteTimeUtc(Path.Combine(second.Folder, file), File.GetLastWriteTimeUtc(Path.Combine(first.Folder, file)).AddMinutes(1));
        Directory.CreateSymbolicLink(data, first.Folder);
        string made = Path.Combine(root, "made");
        Directory.CreateDirectory(made);
        foreach (string file in (string[])[Pair.DescriptionFile, Pair.DeviceFile, Pair.EdgeFile])
            File.CreateSymbolicLink(Path.Combine(made, file), Path.Combine(data, file));
        Directory.Move(made, mounted);
        await Wait.Until(async () => (await Names(server)) == "mounted one", "the pair is served");
        Directory.Delete(data);
        Directory.CreateSymbolicLink(data, second.Folder);
        await Wait.Until(async () => (await server.Status())["pairs"]!.AsArray().Any(pair => (string)pair!["id"]! == second.Id.ToString()), "the second pair is served");
    }

    [Fact]
    public async Task A_pair_that_is_replaced_by_a_damaged_one_stays_until_that_is_mended()
    {
        await using var server = await Start();
        var (first, second) = (server.Pair, EdgePairs.Write(root, "one", seed: 5));
        string edge = Path.Combine(second.Folder, Pair.EdgeFile);
        byte[] whole = File.ReadAllBytes(edge);
        Damage(edge);
        Replace(server, second);
        await Wait.Until(async () => (await server.Http.GetStringAsync("/health/ready")) == "ready; not served: one\n", "the damage is said");
        Assert.Equal(first.Id.ToString(), (string)(await server.Status())["pairs"]![0]!["id"]!);
        float[] symbols = EdgePairs.Symbols(second, 1, 3);
        using (var response = await server.Infer("one", TestServer.Request(second, symbols)))
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        File.WriteAllBytes(Path.Combine(server.Folder, "one", Pair.EdgeFile), whole);
        await Wait.Until(async () => (string)(await server.Status())["pairs"]![0]!["id"]! == second.Id.ToString(), "the mended pair is served");
        await Serves(server, "one", server.Pair);
        Assert.Equal("ready\n", await server.Http.GetStringAsync("/health/ready"));
    }

    [Fact]
    public async Task A_pair_that_cannot_be_read_for_a_moment_is_served_later()
    {
        await using var server = await Start();
        string two = EdgePairs.Write(root, "two", seed: 2).Folder;
        using (new FileStream(Path.Combine(two, Pair.EdgeFile), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Directory.Move(two, Path.Combine(server.Folder, "two"));
            await Wait.Until(async () => (await server.Http.GetStringAsync("/health/ready")) == "ready; not served: two\n", "it is said");
        }
        // Nothing of the files has changed.
        await Wait.Until(async () => (await Names(server)) == "one two", "the pair is served");
        await Serves(server, "two", server.Open("two"));
    }

    [Fact]
    public void A_batch_that_no_array_can_hold_is_told_in_one_line()
    {
        var options = new EdgeOptions { Pairs = root, Batch = 4096 };
        Assert.Equal("--batch 4096 is too large for a pair whose edge half reads 1000000 and gives 10 values an image: at most 2147",
            Assert.Throws<UsageException>(() => new EdgeSession([], 1_000_000, 10, options)).Message);
    }

    static Task<TestServer> Start(Action<string>? pairs = null) => TestServer.Start((options, _) => options with { PairsEvery = Look }, pairs);

    static async Task Serves(TestServer server, string name, Pair pair)
    {
        float[] symbols = EdgePairs.Symbols(pair, 2, 3);
        using var response = await server.Infer(name, TestServer.Request(pair, symbols));
        Drawn.AssertClose(EdgePairs.Logits(pair, symbols), TestServer.Output(await TestServer.Json(response), "logits"), 1e-4);
    }

    static async Task<string> Names(TestServer server) =>
        string.Join(' ', (await server.Status())["pairs"]!.AsArray().Select(pair => (string)pair!["name"]!));

    /// <summary>As an export does that replaces a pair: there is none for a moment.</summary>
    static void Replace(TestServer server, Pair pair)
    {
        string folder = Path.Combine(server.Folder, pair.Description.Name);
        Directory.Move(folder, Path.Combine(server.Folder, ".old"));
        Directory.Move(pair.Folder, folder);
    }

    static void Damage(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    static void Rename(string folder, string name)
    {
        string path = Path.Combine(folder, Pair.DescriptionFile);
        var about = JsonNode.Parse(File.ReadAllText(path))!;
        about["name"] = name;
        File.WriteAllText(path, about.ToJsonString());
    }
}
