using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Net.Client;
using Heliograph.Edge.Protocol.Grpc;
using Heliograph.Links;
using Heliograph.Pairs;

namespace Heliograph.Edge.Tests;

/// <summary>A pair that retrieves at the server, its gallery so small that the answers are computed by hand.</summary>
public sealed class RetrievalTests : IAsyncLifetime
{
    // The cosines of (1, 2) with (1, 0), (0, 2) and (−1, −1).
    static readonly double Right = 1 / Math.Sqrt(5), Up = 2 / Math.Sqrt(5), LowerLeft = -3 / Math.Sqrt(10);

    TestServer server = null!;
    Pair pair = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.Start((options, _) => options with { PairsEvery = TimeSpan.FromMilliseconds(50) }, root =>
        {
            RetrievalPairs.Make().Write(Path.Combine(root, "finder"));
            EdgePairs.Write(root, "one");
        });
        pair = server.Open("finder");
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task A_frame_is_answered_with_the_nearest_images()
    {
        using var events = await EventReader.Open(server.Http);
        using var sender = new Sender(server, 0xabc);
        sender.Send(pair, [1, 2], label: 1);
        var seen = (await events.Next())!;
        Assert.Equal(("finder", "up"), ((string)seen["pair"]!, (string)seen["label"]!));
        AssertNear([("up", Up, 1), ("right", Right, 0), ("lower left", LowerLeft, 2)], seen["neighbours"]!.AsArray());
        Assert.Equal(["up", "right", "lower left"], seen["top"]!.AsArray().Select(best => (string)best!["class"]!));
        Assert.Equal(Up, (double)seen["top"]![0]!["similarity"]!, 1e-6);
        Assert.Null(seen["top"]![0]!["probability"]);
        Assert.Null(seen["temperature"]);
        Assert.Equal((1, 1), ((int)seen["labelled"]!, (int)seen["correct"]!));
        // To the lower left, which is not its class; and nowhere.
        sender.Send(pair, [-2, -2], label: 0);
        seen = (await events.Next())!;
        Assert.Equal("lower left", (string)seen["top"]![0]!["class"]!);
        Assert.Equal((2, 1), ((int)seen["labelled"]!, (int)seen["correct"]!));
        sender.Send(pair, [0, 0]);
        Assert.Equal([0, 0, 0], (await events.Next())!["neighbours"]!.AsArray().Select(near => (double)near!["similarity"]!));
        // Beside it, a pair that classifies has no neighbours.
        sender.Send(server.Pair, EdgePairs.Symbols(server.Pair, 1, 1));
        seen = (await events.Next())!;
        Assert.Null(seen["neighbours"]);
        Assert.NotNull(seen["top"]![0]!["probability"]);

        var pairs = (await server.Status())["pairs"]!.AsArray().ToDictionary(one => (string)one!["name"]!, one => one!);
        Assert.Equal(("retrieval", "cosine", """{"images":3,"dimensions":2,"neighbours":3}"""), ((string)pairs["finder"]["task"]!, (string)pairs["finder"]["metric"]!, pairs["finder"]["gallery"]!.ToJsonString()));
        Assert.Equal(("classification", null), ((string)pairs["one"]["task"]!, pairs["one"]["gallery"]));
    }

    [Fact]
    public async Task Classes_stand_once_in_the_order_of_their_nearest_image()
    {
        // Two images of a class before one of another; the pair names four of its five.
        RetrievalPairs.Make(new([1, 0, 10, 1, 0, 1, 5, 1, -1, 0], [0, 0, 1, 2, 1]), neighbours: 4).Write(Path.Combine(server.Folder, "finder"), replace: true);
        await Wait.Until(async () => (int)(await server.Status())["pairs"]![0]!["version"]! == 2, "the new gallery is served");
        using var events = await EventReader.Open(server.Http);
        using var sender = new Sender(server, 1);
        sender.Send(server.Open("finder"), [1, 0]);
        var seen = (await events.Next())!;
        AssertNear([("right", 1, 0), ("right", 10 / Math.Sqrt(101), 1), ("lower left", 5 / Math.Sqrt(26), 3), ("up", 0, 2)], seen["neighbours"]!.AsArray());
        Assert.Equal(["right", "lower left", "up"], seen["top"]!.AsArray().Select(best => (string)best!["class"]!));
    }

    [Fact]
    public async Task A_device_that_asks_learns_no_confidence()
    {
        using var link = new UdpFrameSender(server.Server.Udp!);
        var header = new FrameStamper(8).Next(pair.Id, 5, width: 0);
        var question = Question.New(1);
        link.Send(header, [1, 2], null, 0, question);
        var answer = link.Hear(header, question, TimeSpan.FromSeconds(10))!.Value;
        Assert.Equal((0, 0f), (answer.Wish, answer.Confidence));
    }

    [Fact]
    public async Task Requests_are_answered_with_embeddings_and_neighbours()
    {
        using var response = await server.Infer("finder", TestServer.Request(pair, [1, 2, -3, -3]));
        var answer = await TestServer.Json(response);
        Assert.Equal(["embedding FP32 [2,2]", "similarities FP32 [2,3]", "neighbours INT32 [2,3]", "labels INT32 [2,3]"],
            answer["outputs"]!.AsArray().Select(output => $"{output!["name"]} {output["datatype"]} {output["shape"]!.ToJsonString()}"));
        Assert.Equal([1, 2, -3, -3], TestServer.Output(answer, "embedding"));
        double[] similarities = [Up, Right, LowerLeft, 1, -1 / Math.Sqrt(2), -1 / Math.Sqrt(2)];
        Drawn.AssertClose(similarities, TestServer.Output(answer, "similarities"), 1e-6);
        Assert.Equal([1, 0, 2, 2, 0, 1], TestServer.Output(answer, "neighbours"));
        Assert.Equal([1, 0, 2, 2, 0, 1], TestServer.Output(answer, "labels"));

        var binary = TestServer.Request(pair, [1, 2]);
        binary["outputs"] = JsonNode.Parse("""[{"name":"labels","parameters":{"binary_data":true}},{"name":"similarities","parameters":{"binary_data":true}}]""");
        using var raw = await server.Infer("finder", binary);
        byte[] body = await raw.Content.ReadAsByteArrayAsync();
        int header = int.Parse(raw.Headers.GetValues("Inference-Header-Content-Length").Single(), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal([12, 12], JsonNode.Parse(body.AsSpan(0, header))!["outputs"]!.AsArray().Select(output => (int)output!["parameters"]!["binary_data_size"]!));
        Assert.Equal([1, 0, 2], MemoryMarshal.Cast<byte, int>(body.AsSpan(header, 12)).ToArray());
        Drawn.AssertClose(similarities[..3], MemoryMarshal.Cast<byte, float>(body.AsSpan(header + 12)).ToArray(), 1e-6);

        Assert.Contains("\"outputs\":[{\"name\":\"embedding\",\"datatype\":\"FP32\",\"shape\":[-1,2]}", await server.Http.GetStringAsync("/v2/models/finder"), StringComparison.Ordinal);
        binary["outputs"] = JsonNode.Parse("""[{"name":"logits"}]""");
        using var refused = await server.Infer("finder", binary);
        Assert.Equal((HttpStatusCode.BadRequest, "pair 'finder' has the outputs embedding, similarities, neighbours and labels, not 'logits'"), (refused.StatusCode, (string)(await TestServer.Json(refused))["error"]!));
    }

    [Fact]
    public async Task So_are_those_over_gRPC()
    {
        using var channel = GrpcChannel.ForAddress(server.Server.Grpc!);
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        Assert.Equal(["FP32", "FP32", "INT32", "INT32"], (await client.ModelMetadataAsync(new() { Name = "finder" })).Outputs.Select(output => output.Datatype));
        var request = new ModelInferRequest
        {
            ModelName = "finder",
            Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "symbols", Datatype = "FP32", Shape = { 1, 2 }, Contents = new() { Fp32Contents = { 1f, 2f } } } },
        };
        var answer = await client.ModelInferAsync(request);
        Drawn.AssertClose([Up, Right, LowerLeft], [.. answer.Outputs[1].Contents.Fp32Contents], 1e-6);
        Assert.Equal([1, 0, 2], answer.Outputs[2].Contents.IntContents);
        request.Inputs[0].Contents = null;
        request.RawInputContents.Add(ByteString.CopyFrom(MemoryMarshal.AsBytes<float>([1, 2])));
        answer = await client.ModelInferAsync(request);
        Assert.Equal([8, 12, 12, 12], answer.RawOutputContents.Select(bytes => bytes.Length));
        Assert.Equal([1, 0, 2], MemoryMarshal.Cast<byte, int>(answer.RawOutputContents[3].Span).ToArray());
    }

    [Fact]
    public async Task A_damaged_gallery_keeps_the_pair_before_and_a_whole_one_takes_its_place()
    {
        var other = RetrievalPairs.Make(new([0, 1, 1, 0, -1, -1], [0, 1, 2]));
        string folder = Path.Combine(server.Folder, "finder"), another = Path.Combine(server.Folder, ".other"), gallery = Path.Combine(folder, Pair.GalleryFile);
        other.Write(another);
        byte[] whole = File.ReadAllBytes(Path.Combine(another, Pair.GalleryFile));
        File.WriteAllBytes(gallery, [.. whole[..^4], 1, 2, 3, 4]);
        File.Copy(Path.Combine(another, Pair.DescriptionFile), Path.Combine(folder, Pair.DescriptionFile), overwrite: true);
        Directory.Delete(another, recursive: true);
        await Wait.Until(async () => (await server.Http.GetStringAsync("/health/ready")) == "ready; not served: finder\n", "the damage is told");
        Assert.Contains("gallery.safetensors: its SHA-256 is", (string)(await server.Status())["notServed"]![0]!["problem"]!, StringComparison.Ordinal);
        Assert.Equal(1, await Nearest());
        File.WriteAllBytes(gallery, whole);
        await Wait.Until(async () => (await server.Http.GetStringAsync("/health/ready")) == "ready\n", "the whole gallery is served");
        Assert.Equal(0, await Nearest());

        async Task<float> Nearest()
        {
            using var response = await server.Infer("finder", TestServer.Request(pair, [1, 2]));
            return TestServer.Output(await TestServer.Json(response), "labels")[0];
        }
    }

    static void AssertNear((string Class, double Similarity, int Index)[] expected, JsonArray neighbours)
    {
        Assert.Equal(expected.Select(near => (near.Class, near.Index)), neighbours.Select(near => ((string)near!["class"]!, (int)near["index"]!)));
        Drawn.AssertClose([.. expected.Select(near => near.Similarity)], [.. neighbours.Select(near => (float)near!["similarity"]!)], 1e-6);
    }
}
