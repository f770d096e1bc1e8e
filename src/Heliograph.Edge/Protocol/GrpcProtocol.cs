using Google.Protobuf;
using Grpc.Core;
using Heliograph.Edge.Answers;
using Heliograph.Edge.Intake;
using Heliograph.Edge.Options;
using Heliograph.Edge.Protocol.Grpc;
using Heliograph.Edge.Security;
using Heliograph.Edge.Telemetry;

namespace Heliograph.Edge.Protocol;

/// <summary>The Open Inference Protocol v2 over gRPC.</summary>
sealed class GrpcProtocol(Inference inference, EdgeMetrics metrics) : GRPCInferenceService.GRPCInferenceServiceBase
{
    public override Task<ServerLiveResponse> ServerLive(ServerLiveRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerLiveResponse { Live = true });

    public override Task<ServerReadyResponse> ServerReady(ServerReadyRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerReadyResponse { Ready = inference.Ready });

    public override Task<ModelReadyResponse> ModelReady(ModelReadyRequest request, ServerCallContext context) =>
        Task.FromResult(Guarded(() => new ModelReadyResponse { Ready = inference.Pair(request.Name, request.Version).Ready }));

    public override Task<ServerMetadataResponse> ServerMetadata(ServerMetadataRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerMetadataResponse { Name = "heliograph-edge", Version = EdgeVersion.Text, Extensions = { Inference.Extensions } });

    public override Task<ModelMetadataResponse> ModelMetadata(ModelMetadataRequest request, ServerCallContext context) =>
        Task.FromResult(Guarded(() =>
        {
            var pair = inference.Pair(request.Name, request.Version);
            return new ModelMetadataResponse
            {
                Name = pair.Name,
                Versions = { Inference.Version },
                Platform = Inference.Platform,
                Inputs = { Tensor(new(Inference.SymbolsName, Inference.Datatype, pair.Modes is null ? pair.Symbols : -1)) },
                Outputs = { OutputTensor.NamesOf(pair).Select(name => Tensor(OutputTensor.Of(pair, name))) },
            };
        }));

    public override Task<ModelInferResponse> ModelInfer(ModelInferRequest request, ServerCallContext context) => Infer(request, Caller.Of(context.GetHttpContext()));

    /// <summary>Computes a request of a caller.</summary>
    /// <exception cref="RpcException">It is refused.</exception>
    internal async Task<ModelInferResponse> Infer(ModelInferRequest request, string caller)
    {
        try
        {
            var pair = inference.Pair(request.ModelName, request.ModelVersion);
            foreach (var output in request.Outputs)
                Inference.CheckOutput(pair, output.Name);
            if (request.Outputs.Select(output => output.Name).Distinct().Count() < request.Outputs.Count)
                throw InferError.Invalid("an output is requested twice");
            if (request.Inputs.Count != 1)
                throw InferError.Invalid($"pair '{pair.Name}' reads one input, '{Inference.SymbolsName}', not {request.Inputs.Count}");
            var input = request.Inputs[0];
            var described = inference.Check(pair, input.Name, input.Datatype, [.. input.Shape], new(Number(request, Condition.SnrParameter), Number(request, Condition.WidthParameter)));
            bool raw = CheckData(described, request, input);
            var work = Inference.Rent(pair, described);
            try
            {
                Fill(work, request, raw);
                await inference.Compute(work, "grpc", caller);
                return Answer(request, work, raw);
            }
            finally
            {
                work.Return();
            }
        }
        catch (InferError e)
        {
            throw Refused(e);
        }
    }

    /// <summary>A parameter that is a number, or null.</summary>
    static double? Number(ModelInferRequest request, string name) => !request.Parameters.TryGetValue(name, out var value) || value is null ? null
        : value.HasDoubleParam ? value.DoubleParam
        : value.HasInt64Param ? value.Int64Param
        : throw InferError.Invalid($"parameter '{name}' must be a number");

    /// <summary>Checks that the input's values are there, in one form; true when they are raw.</summary>
    static bool CheckData(in InputShape described, ModelInferRequest request, ModelInferRequest.Types.InferInputTensor input)
    {
        string wanted = $"{described} {Inference.Datatype} takes";
        if (request.RawInputContents.Count > 0)
        {
            int bytes = request.RawInputContents[0].Length;
            // Contents without a value count as absent: some clients always send the field.
            if (request.RawInputContents.Count != 1 || input.Contents?.CalculateSize() > 0)
                throw InferError.Invalid("an input must have either contents or one entry in raw_input_contents, not both");
            if (bytes != described.Bytes)
                throw InferError.Invalid($"{wanted} {described.Bytes} bytes; raw_input_contents has {bytes}");
            return true;
        }
        int values = input.Contents?.Fp32Contents.Count ?? 0;
        if (values != described.Values)
            throw InferError.Invalid($"{wanted} {described.Values} values; fp32_contents has {values}");
        return false;
    }

    /// <summary>Copies the input.</summary>
    static void Fill(RequestWork work, ModelInferRequest request, bool raw)
    {
        var symbols = work.Symbols.AsSpan(0, work.SymbolCount);
        if (raw)
        {
            LittleEndian.Read(request.RawInputContents[0].Span, symbols);
            return;
        }
        var values = request.Inputs[0].Contents.Fp32Contents;
        for (int i = 0; i < symbols.Length; i++)
            symbols[i] = values[i];
    }

    /// <summary>The response in the form of the request: raw or in typed fields.</summary>
    static ModelInferResponse Answer(ModelInferRequest request, RequestWork work, bool raw)
    {
        var pair = work.Pair;
        var response = new ModelInferResponse { ModelName = pair.Name, ModelVersion = Inference.Version, Id = request.Id };
        if (!(request.Parameters.TryGetValue(Inference.ClassesParameter, out var classes) && classes is { HasBoolParam: true, BoolParam: false }))
            response.Parameters.Add(Inference.ClassesParameter, new InferParameter { StringParam = pair.ClassesJson });
        IEnumerable<string> names = request.Outputs.Count == 0 ? OutputTensor.NamesOf(pair) : request.Outputs.Select(output => output.Name);
        using var values = new OutputValues(work);
        foreach (string name in names)
        {
            var tensor = OutputTensor.Of(pair, name);
            var output = new ModelInferResponse.Types.InferOutputTensor { Name = name, Datatype = tensor.Datatype, Shape = { work.Rows, tensor.Columns } };
            if (raw)
            {
                byte[] bytes = GC.AllocateUninitializedArray<byte>(sizeof(float) * work.Rows * tensor.Columns);
                values.Write(tensor, bytes);
                response.RawOutputContents.Add(UnsafeByteOperations.UnsafeWrap(bytes));
            }
            else
            {
                output.Contents = new InferTensorContents();
                if (tensor.IsInteger)
                    output.Contents.IntContents.AddRange(values.Integers(tensor).ToArray());
                else
                    output.Contents.Fp32Contents.AddRange(values.Floats(tensor).ToArray());
            }
            response.Outputs.Add(output);
        }
        return response;
    }

    static ModelMetadataResponse.Types.TensorMetadata Tensor(OutputTensor tensor) =>
        new() { Name = tensor.Name, Datatype = tensor.Datatype, Shape = { -1, tensor.Columns } };

    T Guarded<T>(Func<T> answer)
    {
        try
        {
            return answer();
        }
        catch (InferError e)
        {
            throw Refused(e);
        }
    }

    RpcException Refused(InferError error)
    {
        metrics.Refused("grpc", error.Reason);
        return new(new Status(error.Grpc, error.Message));
    }
}
