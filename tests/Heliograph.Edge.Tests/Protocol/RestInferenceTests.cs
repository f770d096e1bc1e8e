using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Heliograph.Edge.Tests.Protocol;

public sealed class RestInferenceTests : IAsyncLifetime
{
    TestServer server = null!;

    public async Task InitializeAsync() => server = await TestServer.Start();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData(1, false)]
    [InlineData(5, true)]
    [InlineData(70, false)]   // more than two batches
    public async Task Logits_and_probabilities_are_those_of_the_network(int n, bool nested)
    {
        var pair = server.Pair;
        float[] symbols = EdgePairs.Symbols(pair, n, 3);
        var request = TestServer.Request(pair, symbols, nested);
        request["id"] = "frühling";
        using var response = await server.Infer("one", request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        var answer = await TestServer.Json(response);
        Assert.Equal("one", (string)answer["model_name"]!);
        Assert.Equal("1", (string)answer["model_version"]!);
        Assert.Equal("frühling", (string)answer["id"]!);
        Assert.Equal(pair.Description.Classes, JsonNode.Parse((string)answer["parameters"]!["classes"]!)!.AsArray().Select(name => (string)name!));
        double[] expected = EdgePairs.Logits(pair, symbols);
        Drawn.AssertClose(expected, TestServer.Output(answer, "logits"), 1e-4);
        Drawn.AssertClose([.. expected.Chunk(10).SelectMany(Softmax)], TestServer.Output(answer, "probabilities"), 1e-4);
        foreach (var output in answer["outputs"]!.AsArray())
        {
            Assert.Equal("FP32", (string)output!["datatype"]!);
            Assert.Equal([n, 10], output["shape"]!.AsArray().Select(size => (int)size!));
        }
    }

    [Fact]
    public async Task A_pair_is_found_by_name_version_and_id()
    {
        var pair = server.Pair;
        var request = TestServer.Request(pair, EdgePairs.Symbols(pair, 1, 4));
        foreach (string path in new[] { "one", "one/versions/1", pair.Id.ToString() })
        {
            using var response = await server.Infer(path, request.DeepClone());
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            using var ready = await server.Http.GetAsync($"/v2/models/{path}/ready");
            Assert.True((bool)(await TestServer.Json(ready))["ready"]!);
            using var metadata = await server.Http.GetAsync($"/v2/models/{path}");
            Assert.Equal(
                $$"""{"name":"one","versions":["1"],"platform":"onnxruntime_onnx","inputs":[{"name":"symbols","datatype":"FP32","shape":[-1,{{pair.Description.Symbols}}]}], """.TrimEnd()
                + """ "outputs":[{"name":"logits","datatype":"FP32","shape":[-1,10]},{"name":"probabilities","datatype":"FP32","shape":[-1,10]}]}""".TrimStart(),
                await metadata.Content.ReadAsStringAsync());
        }
        Assert.Equal("""{"name":"heliograph-edge","version":"0.1.0","extensions":["binary_tensor_data"]}""", await server.Http.GetStringAsync("/v2"));
        Assert.True((bool)JsonNode.Parse(await server.Http.GetStringAsync("/v2/health/live"))!["live"]!);
        Assert.True((bool)JsonNode.Parse(await server.Http.GetStringAsync("/v2/health/ready"))!["ready"]!);
        Assert.Equal("ready\n", await server.Http.GetStringAsync("/health/ready"));
    }

    [Theory]
    [InlineData("""{"parameters":{"binary_data_output":true}}""", new[] { "logits", "probabilities" }, new[] { true, true })]
    [InlineData("""{"outputs":[{"name":"probabilities","parameters":{"binary_data":true}},{"name":"logits"}]}""", new[] { "probabilities", "logits" }, new[] { true, false })]
    [InlineData("""{"parameters":{"binary_data_output":true,"classes":false},"outputs":[{"name":"logits","parameters":{"binary_data":false}}]}""", new[] { "logits" }, new[] { false })]
    [InlineData("{}", new[] { "logits", "probabilities" }, new[] { false, false })]
    public async Task Binary_tensors_go_in_and_out_as_asked(string wants, string[] names, bool[] binary)
    {
        var pair = server.Pair;
        float[] symbols = EdgePairs.Symbols(pair, 3, 5);
        var json = JsonNode.Parse(wants)!.AsObject();
        var input = TestServer.Request(pair, symbols)["inputs"]!.DeepClone();
        input[0]!.AsObject().Remove("data");
        input[0]!["parameters"] = new JsonObject { ["binary_data_size"] = 4 * symbols.Length };
        json["inputs"] = input;
        using var response = await Binary(json.ToJsonString(), MemoryMarshal.AsBytes<float>(symbols).ToArray());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        byte[] body = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(body.Length, response.Content.Headers.ContentLength);
        bool any = binary.Any(flag => flag);
        Assert.Equal(any ? "application/octet-stream" : "application/json", response.Content.Headers.ContentType!.MediaType);
        int length = any ? int.Parse(response.Headers.GetValues("Inference-Header-Content-Length").Single(), CultureInfo.InvariantCulture) : body.Length;
        var answer = JsonNode.Parse(body.AsSpan(0, length))!;
        Assert.Equal(names, answer["outputs"]!.AsArray().Select(output => (string)output!["name"]!));
        Assert.Equal(!wants.Contains("classes", StringComparison.Ordinal), answer["parameters"] is not null);
        double[] logits = EdgePairs.Logits(pair, symbols);
        int at = length;
        for (int i = 0; i < names.Length; i++)
        {
            float[] values;
            if (binary[i])
            {
                int size = (int)answer["outputs"]![i]!["parameters"]!["binary_data_size"]!;
                values = MemoryMarshal.Cast<byte, float>(body.AsSpan(at, size)).ToArray();
                at += size;
            }
            else
            {
                values = TestServer.Output(answer, names[i]);
            }
            Drawn.AssertClose(names[i] == "logits" ? logits : [.. logits.Chunk(10).SelectMany(Softmax)], values, 1e-4);
        }
        Assert.Equal(body.Length, at);
    }

    [Theory]
    [InlineData("/v2/models/two/infer", "{}", 404, "there is no pair 'two'; the pairs are one")]
    [InlineData("/v2/models/one/versions/2/infer", "{}", 404, "pair 'one' has no version '2', only 1")]
    [InlineData("/v2/models/one/infer", "{}", 400, "the request has no input 'symbols'")]
    [InlineData("/v2/models/one/infer", "", 400, "the body is not valid JSON: *")]
    [InlineData("/v2/models/one/infer", "[]", 400, "the body must be a JSON object")]
    [InlineData("/v2/models/one/infer", """{"inputs":{}}""", 400, "inputs must be a list")]
    [InlineData("/v2/models/one/infer", """{"inputs":[{"name":"image","datatype":"FP32","shape":[1,12],"data":[1]}]}""", 400, "pair 'one' reads one input, 'symbols', not 'image'")]
    [InlineData("/v2/models/one/infer", """{"inputs":[{"name":"symbols","datatype":"FP64","shape":[1,12],"data":[1]}]}""", 400, "input 'symbols' is FP32, not 'FP64'")]
    [InlineData("/v2/models/one/infer", """{"inputs":[{"name":"symbols","datatype":"FP32","shape":[1,13],"data":[1]}]}""", 400, "input 'symbols' of pair 'one' has the shape [n, 12] with n ≥ 1, not [1, 13]")]
    [InlineData("/v2/models/one/infer", """{"inputs":[{"name":"symbols","datatype":"FP32","shape":[12],"data":[1]}]}""", 400, "input 'symbols' of pair 'one' has the shape [n, 12] with n ≥ 1, not [12]")]
    [InlineData("/v2/models/one/infer", """{"inputs":[{"name":"symbols","datatype":"FP32","shape":[0,12],"data":[]}]}""", 400, "input 'symbols' of pair 'one' has the shape [n, 12] with n ≥ 1, not [0, 12]")]
    [InlineData("/v2/models/one/infer", """{"inputs":[{"name":"symbols","datatype":"FP32","shape":[-9223372036854775808,12],"data":[]}]}""", 400, "input 'symbols' of pair 'one' has the shape*")]
    [InlineData("/v2/models/one/infer", """{"inputs":[{"name":"symbols","datatype":"FP32","shape":[1e3,12],"data":[]}]}""", 400, "a shape must be a list of up to 8 whole numbers")]
    [InlineData("/v2/models/one/infer", """{"inputs":[{"name":"symbols","datatype":"FP32","shape":[5000000000,12],"data":[]}]}""", 413, "5000000000 vectors are more than the server queues (1024); send fewer at a time")]
    [InlineData("/v2/models/one/infer", """{"inputs":[{"name":"symbols","datatype":"FP32","shape":[1,12],"data":[1,2,3]}]}""", 400, "[1, 12] takes 12 values; data has 3")]
    [InlineData("/v2/models/one/infer", """{"inputs":[{"name":"symbols","datatype":"FP32","shape":[1,12],"data":["1"]}]}""", 400, "data must hold numbers, flat or in nested lists")]
    [InlineData("/v2/models/one/infer", """{"inputs":[{"name":"symbols","datatype":"FP32","shape":[1,12],"data":[1,2,3,4,5,6,7,8,9,10,11,1e99]}]}""", 400, "every symbol must be a finite number")]
    [InlineData("/v2/models/one/infer", """{"inputs":[{"name":"symbols","datatype":"FP32","shape":[1,12],"data":[1,2,3,4,5,6,7,8,9,10,11,3e38]}]}""", 400, "the symbols are so large*")]
    [InlineData("/v2/models/one/infer", """{"inputs":[{"name":"symbols","datatype":"FP32","shape":[1,12],"data":[1,2,3,4,5,6,7,8,9,10,11,12]}],"outputs":[{"name":"labels"}]}""", 400, "pair 'one' has the outputs logits and probabilities, not 'labels'")]
    [InlineData("/v2/models/one/infer", """{"inputs":[{"name":"symbols","datatype":"FP32","shape":[1,12],"data":[1,2,3,4,5,6,7,8,9,10,11,12]}],"outputs":[{"name":"logits"},{"name":"logits"}]}""", 400, "an output is requested twice")]
    [InlineData("/v2/models/one/infer", """{"inputs":[{"name":"symbols","datatype":"FP32","shape":[1,12],"data":[1]},{"name":"symbols"}]}""", 400, "a pair reads one input, 'symbols', not several")]
    [InlineData("/v2/models/one/infer", """{"id":7,"inputs":[]}""", 400, "id must be a string")]
    [InlineData("/v2/models/one/infer", """{"inputs":[{"name":"symbols","datatype":"FP32","shape":[1,12],"parameters":{"binary_data_size":48}}]}""", 400, "[1, 12] FP32 takes 48 bytes; binary_data_size is 48, but 0 bytes follow the JSON")]
    [InlineData("/v2/models/one/infer", """{"inputs":[]} {}""", 400, "*")]
    [InlineData("/v2/nothing", "{}", 404, "there is nothing at /v2/nothing")]
    [InlineData("/v2", "{}", 405, "/v2 does not take POST")]
    public async Task Errors_have_the_protocols_body(string path, string body, int status, string message)
    {
        Assert.Equal(12, server.Pair.Description.Symbols);
        using var content = new StringContent(body);
        using var response = await server.Http.PostAsync(path, content);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        var error = (await TestServer.Json(response)).AsObject();
        Assert.Equal("error", Assert.Single(error).Key);
        string said = (string)error["error"]!;
        if (message.EndsWith('*'))
            Assert.StartsWith(message[..^1], said, StringComparison.Ordinal);
        else
            Assert.Equal(message, said);
        Assert.DoesNotContain('\n', said);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_whether_it_says_so_or_not()
    {
        foreach (bool chunked in new[] { false, true })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/one/infer") { Content = new ByteArrayContent(new byte[(4 << 20) + 1]) };
            request.Headers.TransferEncodingChunked = chunked;
            // The server need not read what it refuses.
            request.Headers.ExpectContinue = true;
            using var response = await server.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
            Assert.Equal("the body is larger than 4194304 bytes, the maximum on this server", (string)(await TestServer.Json(response))["error"]!);
        }
    }

    [Fact]
    public async Task Damaged_requests_never_crash_the_server()
    {
        var pair = server.Pair;
        byte[] whole = Encoding.UTF8.GetBytes(TestServer.Request(pair, EdgePairs.Symbols(pair, 1, 6)).ToJsonString());
        var random = new Random(3);
        for (int i = 0; i < 400; i++)
        {
            byte[] damaged = i % 3 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            for (int n = random.Next(1, 4); n > 0 && damaged.Length > 0; n--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            using var content = new ByteArrayContent(damaged);
            using var response = await server.Http.PostAsync("/v2/models/one/infer", content);
            Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge, $"{response.StatusCode}");
        }
        Assert.Equal("ready\n", await server.Http.GetStringAsync("/health/ready"));
    }

    async Task<HttpResponseMessage> Binary(string json, byte[] tail)
    {
        byte[] header = Encoding.UTF8.GetBytes(json);
        using var content = new ByteArrayContent([.. header, .. tail]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Headers.Add("Inference-Header-Content-Length", $"{header.Length}");
        return await server.Http.PostAsync("/v2/models/one/infer", content);
    }

    static double[] Softmax(double[] logits)
    {
        double sum = logits.Sum(Math.Exp);
        return [.. logits.Select(logit => Math.Exp(logit) / sum)];
    }
}
