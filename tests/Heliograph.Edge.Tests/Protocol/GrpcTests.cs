using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Heliograph.Edge.Protocol.Grpc;
using Heliograph.Pairs;

namespace Heliograph.Edge.Tests.Protocol;

public sealed class GrpcTests : IAsyncLifetime
{
    TestServer server = null!;
    GrpcChannel channel = null!;
    GRPCInferenceService.GRPCInferenceServiceClient client = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.Start();
        channel = GrpcChannel.ForAddress(server.Server.Grpc!);
        client = new(channel);
    }

    public async Task DisposeAsync()
    {
        channel.Dispose();
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public async Task Raw_and_typed_contents_give_what_REST_gives(int n)
    {
        var pair = server.Pair;
        float[] symbols = EdgePairs.Symbols(pair, n, 7);
        using var rest = await server.Infer("one", TestServer.Request(pair, symbols));
        float[] expected = TestServer.Output(await TestServer.Json(rest), "logits");
        Drawn.AssertClose(EdgePairs.Logits(pair, symbols), expected, 1e-4);

        var raw = Request(pair, n);
        raw.Id = "7";
        raw.RawInputContents.Add(ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(symbols)));
        var answer = await client.ModelInferAsync(raw);
        Assert.Equal("7", answer.Id);
        Assert.Equal(("one", "1"), (answer.ModelName, answer.ModelVersion));
        Assert.Equal(pair.Description.Classes, JsonNode.Parse(answer.Parameters["classes"].StringParam)!.AsArray().Select(name => (string)name!));
        Assert.Equal(["logits", "probabilities"], answer.Outputs.Select(output => output.Name));
        Assert.All(answer.Outputs, output => Assert.Equal([n, 10L], output.Shape));
        Drawn.AssertClose(expected, MemoryMarshal.Cast<byte, float>(answer.RawOutputContents[0].Span).ToArray(), 1e-6);
        float[] probabilities = MemoryMarshal.Cast<byte, float>(answer.RawOutputContents[1].Span).ToArray();
        Assert.All(probabilities.Chunk(10), row => Assert.Equal(1, row.Sum(), 1e-5));

        var typed = Request(pair, n);
        typed.Inputs[0].Contents = new() { Fp32Contents = { symbols } };
        typed.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "logits" });
        typed.Parameters.Add("classes", new InferParameter { BoolParam = false });
        var plain = await client.ModelInferAsync(typed);
        Assert.Empty(plain.Parameters);
        Drawn.AssertClose(expected, [.. Assert.Single(plain.Outputs).Contents.Fp32Contents], 1e-6);
    }

    [Fact]
    public async Task Metadata_and_health()
    {
        Assert.True((await client.ServerLiveAsync(new())).Live);
        Assert.True((await client.ServerReadyAsync(new())).Ready);
        Assert.True((await client.ModelReadyAsync(new() { Name = "one", Version = "1" })).Ready);
        Assert.Equal(["binary_tensor_data"], (await client.ServerMetadataAsync(new())).Extensions);
        var metadata = await client.ModelMetadataAsync(new() { Name = server.Pair.Id.ToString() });
        Assert.Equal("one", metadata.Name);
        Assert.Equal([-1, server.Pair.Description.Symbols], metadata.Inputs.Single().Shape);
        Assert.Equal(["logits", "probabilities"], metadata.Outputs.Select(output => output.Name));
    }

    [Fact]
    public async Task Errors_have_the_status_of_their_kind()
    {
        var pair = server.Pair;
        async Task Refused(StatusCode status, string message, Action<ModelInferRequest> change)
        {
            var request = Request(pair, 1);
            request.RawInputContents.Add(ByteString.CopyFrom(new byte[48]));
            change(request);
            var error = await Assert.ThrowsAsync<RpcException>(async () => await client.ModelInferAsync(request));
            Assert.Equal(status, error.StatusCode);
            Assert.Contains(message, error.Status.Detail, StringComparison.Ordinal);
        }
        await Refused(StatusCode.NotFound, "there is no pair 'two'", request => request.ModelName = "two");
        await Refused(StatusCode.NotFound, "no version '9'", request => request.ModelVersion = "9");
        await Refused(StatusCode.InvalidArgument, "takes 48 bytes; raw_input_contents has 3", request => request.RawInputContents[0] = ByteString.CopyFrom(new byte[3]));
        await Refused(StatusCode.InvalidArgument, "is FP32, not 'FP16'", request => request.Inputs[0].Datatype = "FP16");
        await Refused(StatusCode.InvalidArgument, "the shape [n, 12]", request => request.Inputs[0].Shape[1] = 7);
        await Refused(StatusCode.InvalidArgument, "not 0", request => request.Inputs.Clear());
        await Refused(StatusCode.InvalidArgument, "not 'x'", request => request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "x" }));
        await Refused(StatusCode.InvalidArgument, "12 values; fp32_contents has 0", request => request.RawInputContents.Clear());
        await Refused(StatusCode.InvalidArgument, "finite", request => request.RawInputContents[0] = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(Enumerable.Repeat(float.NaN, 12).ToArray())));
        await Refused(StatusCode.ResourceExhausted, "", request => request.RawInputContents[0] = ByteString.CopyFrom(new byte[5 << 20]));
    }

    static ModelInferRequest Request(Pair pair, int n) => new()
    {
        ModelName = pair.Description.Name,
        Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "symbols", Datatype = "FP32", Shape = { n, pair.Description.Symbols } } },
    };
}
