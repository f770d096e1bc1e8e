using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using Grpc.Net.Client;
using Heliograph.Edge.Protocol.Grpc;

namespace Heliograph.Edge.Benchmarks;

/// <summary>A request that can be sent again and again.</summary>
static class Clients
{
    public static HttpClient NewHttp() => new(new SocketsHttpHandler { MaxConnectionsPerServer = 1000 });

    /// <summary>n vectors over HTTP with binary tensors; throws when the answer is none.</summary>
    public static Func<Task> Http(HttpClient http, ServerProgram server, BenchmarkPair pair, int n, ulong seed = 1)
    {
        byte[] json = Encoding.UTF8.GetBytes(
            $$$"""{"parameters":{"binary_data_output":true,"classes":false},"inputs":[{"name":"symbols","shape":[{{{n}}},{{{pair.Symbols}}}],"datatype":"FP32","parameters":{"binary_data_size":{{{4 * n * pair.Symbols}}}}}],"outputs":[{"name":"logits"}]}""");
        byte[] body = [.. json, .. MemoryMarshal.AsBytes<float>(pair.Vectors(n, seed))];
        string length = json.Length.ToString(CultureInfo.InvariantCulture);
        var uri = new Uri(server.Http, "/v2/models/bench/infer");
        int expected = 4 * n * pair.Classes;
        return async () =>
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            content.Headers.Add("Inference-Header-Content-Length", length);
            using var response = await http.PostAsync(uri, content);
            byte[] answer = await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
            if (answer.Length - int.Parse(response.Headers.GetValues("Inference-Header-Content-Length").Single(), CultureInfo.InvariantCulture) != expected)
                throw new IOException("an answer of the wrong length");
        };
    }

    /// <summary>n vectors over gRPC, raw.</summary>
    public static Func<Task> Grpc(GrpcChannel channel, BenchmarkPair pair, int n)
    {
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        var request = new ModelInferRequest
        {
            ModelName = "bench",
            Parameters = { ["classes"] = new InferParameter { BoolParam = false } },
            Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "symbols", Datatype = "FP32", Shape = { n, pair.Symbols } } },
            Outputs = { new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "logits" } },
            RawInputContents = { ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(pair.Vectors(n, 1))) },
        };
        return async () =>
        {
            var answer = await client.ModelInferAsync(request);
            if (answer.RawOutputContents[0].Length != 4 * n * pair.Classes)
                throw new IOException("an answer of the wrong length");
        };
    }
}
