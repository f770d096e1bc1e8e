using Google.Protobuf;
using Grpc.Core;
using Heliograph.Edge.Protocol;
using Heliograph.Edge.Protocol.Grpc;
using Heliograph.Statistics;

namespace Heliograph.Fuzz.Tests.Targets;

/// <summary>Messages of inference requests over gRPC, up to the answer.</summary>
sealed class GrpcTarget : Target
{
    readonly EdgeFixture edge = new();
    readonly GrpcProtocol service;

    public GrpcTarget()
    {
        service = new(edge.Inference, edge.Metrics);
        int b = edge.Pair.Symbols;
        var typed = Request(b);
        typed.Inputs[0].Contents = new() { Fp32Contents = { Enumerable.Repeat(0.5f, b) } };
        typed.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "logits" });
        typed.Parameters["classes"] = new() { BoolParam = false };
        var raw = Request(b);
        raw.RawInputContents.Add(ByteString.CopyFrom(new byte[4 * b]));
        Corpus = [typed.ToByteArray(), raw.ToByteArray()];
    }

    public override string Name => "grpc";

    public override IReadOnlyList<byte[]> Corpus { get; }

    public override byte[] Change(byte[] origin, IReadOnlyList<byte[]> pool, RandomStream random) => ByteChanges.Change(origin, pool, random);

    public override void Read(byte[] input) => service.Infer(ModelInferRequest.Parser.ParseFrom(input), "fuzz").GetAwaiter().GetResult();

    public override bool Refuses(Exception error) =>
        error is InvalidProtocolBufferException or RpcException { StatusCode: StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.Unavailable };

    protected override void Close() => edge.Dispose();

    ModelInferRequest Request(int symbols) => new()
    {
        ModelName = edge.Pair.Name,
        Id = "a",
        Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "symbols", Datatype = "FP32", Shape = { 1, symbols } } },
    };
}
