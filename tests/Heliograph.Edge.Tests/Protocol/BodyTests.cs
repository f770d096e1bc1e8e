using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Heliograph.Edge.Answers;
using Heliograph.Edge.Protocol;
using Heliograph.Edge.Protocol.Grpc;
using Heliograph.Edge.Security;
using Heliograph.Statistics;

namespace Heliograph.Edge.Tests.Protocol;

/// <summary>What the bodies of requests cost, and what becomes of those that are nonsense.</summary>
public sealed class BodyTests
{
    const int Prefix = 5;

    [Fact]
    public void Memory_is_lent_so_that_whoever_comes_finds_some()
    {
        var budget = new MemoryBudget(1200);
        Assert.True(budget.TryTake("a", 600));
        Assert.False(budget.TryTake("a", 1));
        Assert.True(budget.TryTake("b", 300));
        Assert.False(budget.TryTake("b", 1));
        Assert.True(budget.TryTake("c", 150));
        budget.Return("a", 600);
        Assert.True(budget.TryTake("c", 200));
        budget.Return("b", 300);
        budget.Return("c", 350);
        Assert.Equal(0, budget.Taken);
    }

    /// <summary>200 connections that declare 4 MiB and send one byte took 1.7 GB.</summary>
    [Fact]
    public async Task What_is_declared_and_not_sent_takes_no_memory()
    {
        await using var server = await TestServer.Start();
        long before = GC.GetTotalAllocatedBytes();
        var sockets = new List<TcpClient>();
        try
        {
            for (int i = 0; i < 100; i++)
            {
                var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, server.Http.BaseAddress!.Port);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                    $"POST /v2/models/one/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: {4 << 20}\r\n\r\n{{"));
                sockets.Add(client);
            }
            await Wait.Until(() => Task.FromResult(server.Server.BodyBytes >= 100 * 4096), "all have sent what they send");
            Assert.Equal(100 * 4096, server.Server.BodyBytes);
            Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 64 << 20);
        }
        finally
        {
            sockets.ForEach(client => client.Dispose());
        }
        await Wait.Until(() => Task.FromResult(server.Server.BodyBytes == 0), "all is given back");
    }

    /// <summary>A body of a hundred bytes took 48 MB, and could take a gigabyte.</summary>
    [Fact]
    public async Task A_shape_whose_values_are_missing_takes_no_memory()
    {
        await using var server = await TestServer.Start((options, _) => options with { Queue = 1_000_000 });
        using var channel = GrpcChannel.ForAddress(server.Server.Grpc!);
        var grpc = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        long before = GC.GetTotalAllocatedBytes();
        foreach (string data in (string[])["", ",\"data\":[1]", ",\"parameters\":{\"binary_data_size\":48000000}"])
        {
            using var body = new StringContent($"{{\"inputs\":[{{\"name\":\"symbols\",\"datatype\":\"FP32\",\"shape\":[1000000,12]{data}}}]}}");
            using var refused = await server.Http.PostAsync("/v2/models/one/infer", body);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Matches("^.1000000, 12. (takes 12000000 values; data has [01]|FP32 takes 48000000 bytes; )", (string)(await TestServer.Json(refused))["error"]!);
        }
        foreach (byte[][] raw in (byte[][][])[[], [new byte[48]]])
        {
            var request = new ModelInferRequest
            {
                ModelName = "one",
                Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "symbols", Datatype = "FP32", Shape = { 1_000_000, 12 } } },
                RawInputContents = { raw.Select(bytes => ByteString.CopyFrom(bytes)) },
            };
            var error = await Assert.ThrowsAsync<RpcException>(async () => await grpc.ModelInferAsync(request));
            Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        }
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 16 << 20);
    }

    [Fact]
    public async Task Beyond_the_memory_there_is_a_503_by_each_protocol_and_others_are_served()
    {
        await using var server = await TestServer.Start((options, _) => options with { Memory = 8 << 20 });
        using var held = new TcpClient();
        await held.ConnectAsync(IPAddress.Loopback, server.Http.BaseAddress!.Port);
        await held.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /v2/models/one/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: {4 << 20}\r\n\r\n"));
        await held.GetStream().WriteAsync(new byte[3 << 20]);
        await Wait.Until(() => Task.FromResult(server.Server.BodyBytes == 4 << 20), "one holds half of it");
        using var refused = await server.Http.PostAsync("/v2/models/one/infer", new ByteArrayContent(new byte[1 << 20]));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("1", refused.Headers.GetValues("Retry-After").Single());
        Assert.Contains("memory", (string)(await TestServer.Json(refused))["error"]!, StringComparison.Ordinal);
        using var channel = GrpcChannel.ForAddress(server.Server.Grpc!);
        var error = await Assert.ThrowsAsync<RpcException>(async () => await new GRPCInferenceService.GRPCInferenceServiceClient(channel).ServerMetadataAsync(new()));
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        held.Dispose();
        await Wait.Until(() => Task.FromResult(server.Server.BodyBytes == 0), "it is given back");
        Assert.Equal(HttpStatusCode.OK, (await server.Infer("one", TestServer.Request(server.Pair, EdgePairs.Symbols(server.Pair, 1, 1)))).StatusCode);
        Assert.Equal(2, await server.Refused("memory"));
    }

    public static TheoryData<string, byte[]> Hostile => new()
    {
        { "at most 8 dimensions", Input(input => input.Shape.AddRange(Enumerable.Repeat(1L, 9))) },
        { "at most 8 dimensions", Input(input => input.Shape.AddRange(Enumerable.Repeat(1L, 3_000_000))) },
        { "at most 64 entries", new ModelInferRequest { Inputs = { Enumerable.Repeat(new ModelInferRequest.Types.InferInputTensor(), 500_000) } }.ToByteArray() },
        { "at most 64 entries", new ModelInferRequest { Outputs = { Enumerable.Repeat(new ModelInferRequest.Types.InferRequestedOutputTensor(), 65) } }.ToByteArray() },
        { "at most 64 entries", [.. Enumerable.Range(0, 65).SelectMany(_ => new byte[] { 0x98, 0x06, 1 })] },    // field 99
        { "symbols must be FP32", Input(input => input.Contents = new() { BoolContents = { Enumerable.Repeat(true, 1000) } }) },
        { "a field without a number", [0x00, 0x00] },
        { "ends in the middle", [0x0a, 0x05, (byte)'o'] },
        { "a number without end", [0x38, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01] },
        { "field 1 is not text", [0x0a, 0x01, 0xff] },
        { "field 1 has the wrong kind", [0x08, 0x01] },
        { "a group", [0x9b, 0x06, 0x9c, 0x06] },
        { "not a list of floats", [0x2a, 5, 0x2a, 3, 0x32, 1, 0] },
    };

    [Theory]
    [MemberData(nameof(Hostile), DisableDiscoveryEnumeration = true)]
    public async Task Malformed_and_swelling_messages_are_invalid_in_a_word(string said, byte[] message)
    {
        await using var server = await TestServer.Start();
        long before = GC.GetTotalAllocatedBytes();
        var (status, why) = await Call(server, Framed(message));
        Assert.Equal(StatusCode.InvalidArgument, status);
        Assert.Contains(said, why, StringComparison.Ordinal);
        // A 4 MB message took 550 to 840 MB.
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 8L * message.Length + (8 << 20));
    }

    /// <summary>What the check lets pass, the library parses: over a request that uses every field, with bytes changed, cut out and put in.</summary>
    [Fact]
    public void What_is_let_pass_is_parsed()
    {
        var request = new ModelInferRequest
        {
            ModelName = "one",
            ModelVersion = "1",
            Id = "7",
            Parameters = { ["a"] = new() { BoolParam = true }, ["b"] = new() { StringParam = "é" }, ["c"] = new() { DoubleParam = 1 }, ["d"] = new() { Int64Param = -1 } },
            Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "symbols", Datatype = "FP32", Shape = { 1, 2 }, Contents = new() { Fp32Contents = { 1, 2 } }, Parameters = { ["e"] = new() } } },
            Outputs = { new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "logits", Parameters = { ["f"] = new() { Uint64Param = 3 } } } },
            RawInputContents = { ByteString.CopyFrom(1, 2, 3, 4) },
        };
        byte[] whole = request.ToByteArray();
        ModelInferCheck.Check(whole);
        var random = new RandomStream(5, "protobuf");
        int passed = 0;
        for (int i = 0; i < 100_000; i++)
        {
            var bytes = new List<byte>(whole);
            for (int change = random.NextInt(3); change >= 0; change--)
            {
                int at = random.NextInt(bytes.Count);
                switch (random.NextInt(3))
                {
                    case 0:
                        bytes[at] = (byte)random.NextInt(256);
                        break;
                    case 1:
                        bytes.RemoveRange(at, random.NextInt(bytes.Count - at));
                        bytes.Add(0);
                        break;
                    default:
                        bytes.Insert(at, (byte)random.NextInt(256));
                        break;
                }
            }
            byte[] message = [.. bytes];
            try
            {
                ModelInferCheck.Check(message);
            }
            catch (InferError)
            {
                continue;
            }
            passed++;
            ModelInferRequest.Parser.ParseFrom(message);
        }
        Assert.InRange(passed, 1000, 99_000);
    }

    [Fact]
    public async Task Compressed_messages_are_understood()
    {
        await using var server = await TestServer.Start();
        using var channel = GrpcChannel.ForAddress(server.Server.Grpc!);
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        var request = new ModelInferRequest
        {
            ModelName = "one",
            Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "symbols", Datatype = "FP32", Shape = { 1, 12 }, Contents = new() { Fp32Contents = { EdgePairs.Symbols(server.Pair, 1, 1) } } } },
        };
        var plain = await client.ModelInferAsync(request);
        foreach (string encoding in new[] { "gzip", "deflate" })
            Assert.Equal(plain, await client.ModelInferAsync(request, new Metadata { { "grpc-internal-encoding-request", encoding } }));
    }

    [Fact]
    public async Task Each_call_has_one_message()
    {
        await using var server = await TestServer.Start();
        byte[] framed = Framed(new ModelInferRequest { ModelName = "one" }.ToByteArray());
        foreach (byte[] body in new[] { [], framed[..3], framed[..^1], [.. framed, 0], [.. framed, .. framed], [2, .. framed[1..]] })
        {
            var (status, why) = await Call(server, body);
            Assert.Equal((StatusCode.InvalidArgument, "a call must have one message, with its length before it"), (status, why));
        }
        Assert.Equal(StatusCode.InvalidArgument, (await Call(server, framed)).Status);
        Assert.Equal(StatusCode.ResourceExhausted, (await Call(server, Framed(new byte[(4 << 20) + 1]))).Status);
    }

    static byte[] Input(Action<ModelInferRequest.Types.InferInputTensor> with)
    {
        var input = new ModelInferRequest.Types.InferInputTensor { Name = "symbols", Datatype = "FP32" };
        with(input);
        return new ModelInferRequest { ModelName = "one", Inputs = { input } }.ToByteArray();
    }

    static byte[] Framed(byte[] message)
    {
        byte[] framed = new byte[Prefix + message.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(1), (uint)message.Length);
        message.CopyTo(framed, Prefix);
        return framed;
    }

    static async Task<(StatusCode Status, string Why)> Call(TestServer server, byte[] body)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Server.Grpc!, "/inference.GRPCInferenceService/ModelInfer"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Headers.TE.Add(new("trailers"));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var response = await http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        string? Header(string name) => response.Headers.TryGetValues(name, out var values) || response.TrailingHeaders.TryGetValues(name, out values) ? values.Single() : null;
        return ((StatusCode)int.Parse(Header("grpc-status")!, System.Globalization.CultureInfo.InvariantCulture), Uri.UnescapeDataString(Header("grpc-message") ?? ""));
    }
}
