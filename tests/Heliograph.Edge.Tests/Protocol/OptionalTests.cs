using System.IO.Compression;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Heliograph.Edge.Protocol.Grpc;

namespace Heliograph.Edge.Tests.Protocol;

/// <summary>What clients may leave out, ask for in another way, or compress.</summary>
public sealed class OptionalTests : IAsyncLifetime
{
    TestServer server = null!;

    public async Task InitializeAsync() => server = await TestServer.Start();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData("id")]
    [InlineData("parameters")]
    [InlineData("outputs")]
    [InlineData("anything")]
    [InlineData("parameters/binary_data_output")]
    [InlineData("parameters/classes")]
    [InlineData("inputs/0/parameters")]
    [InlineData("inputs/0/parameters/binary_data_size")]
    [InlineData("outputs/0/parameters")]
    [InlineData("outputs/0/parameters/binary_data")]
    public async Task An_optional_member_that_is_null_is_as_one_that_is_absent(string member)
    {
        var (with, without) = (Request(member, keep: true), Request(member, keep: false));
        using var answer = await server.Infer("one", with);
        using var expected = await server.Infer("one", without);
        Assert.Equal(HttpStatusCode.OK, expected.StatusCode);
        Assert.Equal(await expected.Content.ReadAsStringAsync(), await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("inputs", "the request has no input 'symbols'")]
    [InlineData("inputs/0/name", "pair 'one' reads one input, 'symbols', not ''")]
    [InlineData("inputs/0/data", "[1, 12] takes 12 values; data has 0")]
    public async Task One_that_is_needed_is_missing_when_it_is_null(string member, string message)
    {
        using var answer = await server.Infer("one", Request(member, keep: true));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(message, (string)(await TestServer.Json(answer))["error"]!);
    }

    [Fact]
    public async Task Over_gRPC_an_empty_message_is_as_one_that_is_absent()
    {
        using var channel = GrpcChannel.ForAddress(server.Server.Grpc!);
        float[] symbols = EdgePairs.Symbols(server.Pair, 1, 3);
        var request = new ModelInferRequest
        {
            ModelName = "one",
            Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "symbols", Datatype = "FP32", Shape = { 1, 12 }, Contents = new() } },
            Parameters = { ["classes"] = new InferParameter() },
            RawInputContents = { ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(symbols)) },
        };
        var answer = await new GRPCInferenceService.GRPCInferenceServiceClient(channel).ModelInferAsync(request);
        Drawn.AssertClose(EdgePairs.Logits(server.Pair, symbols), MemoryMarshal.Cast<byte, float>(answer.RawOutputContents[0].Span).ToArray(), 1e-4);
        Assert.NotEmpty(answer.Parameters);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/index.html")]
    [InlineData("/page.js")]
    [InlineData("/v2")]
    [InlineData("/v2/health/live")]
    [InlineData("/v2/health/ready")]
    [InlineData("/v2/models/one")]
    [InlineData("/v2/models/one/versions/1/ready")]
    [InlineData("/v2/models/two")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/api/status")]
    [InlineData("/api/results")]
    [InlineData("/metrics")]
    public async Task HEAD_answers_as_GET_without_a_body(string path)
    {
        using var get = await server.Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        // To its end: that of the event stream as well.
        using var head = await server.Http.SendAsync(request).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("identity")]
    public async Task A_compressed_body_is_unpacked(string encoding)
    {
        float[] symbols = EdgePairs.Symbols(server.Pair, 3, 3);
        using var answer = await Post(Packed(encoding, Encoding.UTF8.GetBytes(TestServer.Request(server.Pair, symbols).ToJsonString())), encoding);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Drawn.AssertClose(EdgePairs.Logits(server.Pair, symbols), TestServer.Output(await TestServer.Json(answer), "logits"), 1e-4);
    }

    [Fact]
    public async Task What_a_body_unpacks_to_is_bounded_and_what_cannot_be_unpacked_is_told()
    {
        byte[] small = Packed("gzip", new byte[64 << 20]);
        Assert.True(small.Length < 100_000);
        using var bomb = await Post(small, "gzip");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, bomb.StatusCode);
        using var damaged = await Post("no gzip"u8.ToArray(), "gzip");
        Assert.Equal(HttpStatusCode.BadRequest, damaged.StatusCode);
        Assert.StartsWith("the body cannot be unpacked", (string)(await TestServer.Json(damaged))["error"]!, StringComparison.Ordinal);
        // A zlib header that asks for a dictionary.
        using var dictionary = await Post([0x78, 0x20, 0, 0, 0, 0, 0, 0], "deflate");
        Assert.Equal(HttpStatusCode.BadRequest, dictionary.StatusCode);
        using var unknown = await Post(small, "zstd");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, unknown.StatusCode);
        Assert.Equal(["gzip", "deflate", "br"], unknown.Headers.GetValues("Accept-Encoding").SelectMany(value => value.Split(", ")));
        Assert.Contains("not 'zstd'", (string)(await TestServer.Json(unknown))["error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GRPC_has_health_and_reflection()
    {
        using var channel = GrpcChannel.ForAddress(server.Server.Grpc!);
        var health = new Health.HealthClient(channel);
        foreach (string service in new[] { "", "inference.GRPCInferenceService" })
            Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new() { Service = service })).Status);
        var error = await Assert.ThrowsAsync<RpcException>(async () => await health.CheckAsync(new() { Service = "nothing" }));
        Assert.Equal(StatusCode.NotFound, error.StatusCode);

        using var call = new Grpc.Reflection.V1Alpha.ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new() { ListServices = "" });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Subset(call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name).ToHashSet(),
            new HashSet<string> { "inference.GRPCInferenceService", "grpc.health.v1.Health" });

        // Who watches or reflects does not keep the server from stopping.
        using var watch = health.Watch(new());
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        await server.Server.StopAsync().WaitAsync(TimeSpan.FromSeconds(8));
    }

    /// <summary>A whole request with a member that is null, or that is left out.</summary>
    JsonObject Request(string member, bool keep)
    {
        var request = TestServer.Request(server.Pair, EdgePairs.Symbols(server.Pair, 1, 3));
        string[] path = member.Split('/');
        JsonNode at = request;
        foreach (string step in path[..^1])
        {
            if (int.TryParse(step, out int index))
                at = at[index]!;
            else
                at = at[step] ??= step == "outputs" ? new JsonArray(new JsonObject { ["name"] = "logits" }) : new JsonObject();
        }
        at.AsObject().Remove(path[^1]);
        if (keep)
            at[path[^1]] = null;
        return request;
    }

    async Task<HttpResponseMessage> Post(byte[] body, string encoding)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentEncoding.Add(encoding);
        return await server.Http.PostAsync("/v2/models/one/infer", content);
    }

    static byte[] Packed(string encoding, byte[] body)
    {
        using var packed = new MemoryStream();
        using (Stream packing = encoding switch
        {
            "gzip" => new GZipStream(packed, CompressionMode.Compress),
            "deflate" => new ZLibStream(packed, CompressionMode.Compress),
            "br" => new BrotliStream(packed, CompressionMode.Compress),
            _ => new BufferedStream(packed),
        })
        {
            packing.Write(body);
        }
        return packed.ToArray();
    }
}
