using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Heliograph.Edge.Options;
using Heliograph.Pairs;

namespace Heliograph.Edge.Tests;

/// <summary>A server on free ports in this process, with the pairs of a temporary folder.</summary>
sealed class TestServer : IAsyncDisposable
{
    readonly string root;

    TestServer(string root, EdgeServer server) => (this.root, Server) = (root, server);

    public EdgeServer Server { get; }

    public HttpClient Http { get; private set; } = null!;

    /// <summary>The first pair, called one.</summary>
    public Pair Pair => Open("one");

    public static async Task<TestServer> Start(Func<EdgeOptions, string, EdgeOptions>? with = null, Action<string>? pairs = null)
    {
        string root = Directory.CreateTempSubdirectory("heliograph-edge-").FullName;
        string folder = Path.Combine(root, "pairs");
        (pairs ?? (into => EdgePairs.Write(into, "one")))(folder);
        var options = new EdgeOptions
        {
            Pairs = folder,
            Http = 0,
            Grpc = 0,
            Udp = new(System.Net.IPAddress.Loopback, 0),
            Threads = 1,
            StopTimeout = TimeSpan.FromSeconds(20),
        };
        var server = await EdgeServer.StartAsync(with is null ? options : with(options, root));
        return new(root, server) { Http = new() { BaseAddress = server.Http } };
    }

    /// <summary>The folder of its pairs.</summary>
    public string Folder => Path.Combine(root, "pairs");

    public Pair Open(string name) => Pair.Open(Path.Combine(Folder, name));

    /// <summary>An inference request as JSON.</summary>
    public static JsonObject Request(Pair pair, float[] symbols, bool nested = false)
    {
        int b = pair.Description.Symbols, n = symbols.Length / b;
        JsonNode data = nested ? JsonSerializer.SerializeToNode(symbols.Chunk(b))! : JsonSerializer.SerializeToNode(symbols)!;
        return new()
        {
            ["inputs"] = new JsonArray(new JsonObject { ["name"] = "symbols", ["shape"] = new JsonArray(n, b), ["datatype"] = "FP32", ["data"] = data }),
        };
    }

    public Task<HttpResponseMessage> Infer(string pair, JsonNode request) => Http.PostAsJsonAsync($"/v2/models/{pair}/infer", request);

    /// <summary>The data of an output of an answer.</summary>
    public static float[] Output(JsonNode answer, string name) =>
        [.. answer["outputs"]!.AsArray().Single(output => (string)output!["name"]! == name)!["data"]!.AsArray().Select(value => (float)value!)];

    public static async Task<JsonNode> Json(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(root, recursive: true);
    }
}
