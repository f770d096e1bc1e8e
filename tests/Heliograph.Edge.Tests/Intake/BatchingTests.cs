using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Heliograph.Edge.Protocol.Grpc;

namespace Heliograph.Edge.Tests.Intake;

public sealed class BatchingTests
{
    [Fact]
    public async Task Every_client_gets_its_own_answer_however_batches_fall()
    {
        await using var server = await TestServer.Start(
            (options, _) => options with { Batch = 7, BatchWait = TimeSpan.FromMilliseconds(1) },
            root =>
            {
                EdgePairs.Write(root, "one");
                EdgePairs.Write(root, "two", seed: 9, code: 5, classes: 7);
            });
        await Task.WhenAll(Enumerable.Range(0, 24).Select(async client =>
        {
            string name = client % 2 == 0 ? "one" : "two";
            var pair = server.Open(name);
            for (int i = 0; i < 4; i++)
            {
                // 1 to 9 vectors: some fill more than a batch.
                float[] symbols = EdgePairs.Symbols(pair, 1 + (client + 5 * i) % 9, (ulong)(100 * client + i));
                using var response = await server.Infer(name, TestServer.Request(pair, symbols));
                Drawn.AssertClose(EdgePairs.Logits(pair, symbols), TestServer.Output(await TestServer.Json(response), "logits"), 1e-4);
            }
        }));
        double batches = (await server.Metric("heliograph_batch_size_count", "pair=\"one\""))!.Value;
        double images = (await server.Metric("heliograph_images_total", "pair=\"one\""))!.Value;
        Assert.Equal(Enumerable.Range(0, 12).Sum(client => Enumerable.Range(0, 4).Sum(i => 1 + (2 * client + 5 * i) % 9)), images);
        Assert.True(batches < images, $"{batches} batches of {images} images");
    }

    [Fact]
    public async Task A_full_queue_refuses_by_each_protocol_and_stopping_answers_all_that_was_accepted()
    {
        var server = await TestServer.Start((options, _) => options with { Batch = 64, BatchWait = TimeSpan.FromMinutes(1), Queue = 2 });
        try
        {
            var pair = server.Pair;
            float[] symbols = EdgePairs.Symbols(pair, 2, 2);
            int b = pair.Description.Symbols;
            // One frame and a request wait for a batch that never fills: no link has more than another would have.
            using var sender = new Sender(server, 5);
            using var events = await EventReader.Open(server.Http);
            sender.Send(pair, symbols.AsSpan(0, b));
            await Wait.Until(async () => (int)(await server.Status())["queue"]!["length"]! == 1, "the frame is queued");
            var waiting = server.Infer("one", TestServer.Request(pair, symbols[b..]));
            await Wait.Until(async () => (int)(await server.Status())["queue"]!["length"]! == 2, "both are queued");

            using var refused = await server.Infer("one", TestServer.Request(pair, symbols[..b]));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal("1", refused.Headers.GetValues("Retry-After").Single());
            Assert.Equal("the queue is full: 2 vectors waiting; try again later", (string)(await TestServer.Json(refused))["error"]!);
            using var channel = GrpcChannel.ForAddress(server.Server.Grpc!);
            var error = await Assert.ThrowsAsync<RpcException>(async () => await new GRPCInferenceService.GRPCInferenceServiceClient(channel).ModelInferAsync(new()
            {
                ModelName = "one",
                Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "symbols", Datatype = "FP32", Shape = { 1, b }, Contents = new() { Fp32Contents = { symbols[..b] } } } },
            }));
            Assert.Equal(StatusCode.Unavailable, error.StatusCode);
            sender.Send(pair, symbols.AsSpan(0, b));
            await Wait.Until(async () => await server.Refused("queue-full") == 3, "the frame is refused and counted");

            var stopping = server.Server.StopAsync();
            using var response = await waiting;
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Drawn.AssertClose(EdgePairs.Logits(pair, symbols[b..]), TestServer.Output(await TestServer.Json(response), "logits"), 1e-4);
            Assert.Equal(0, (long)(await events.Next())!["seq"]!);
            Assert.Null(await events.Next());
            await stopping.WaitAsync(TimeSpan.FromSeconds(8));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Two_hundred_clients_and_no_failed_request()
    {
        await using var server = await TestServer.Start();
        var pair = server.Pair;
        int b = pair.Description.Symbols;
        float[] symbols = EdgePairs.Symbols(pair, 200, 4);
        float[] expected;
        using (var graph = new OrtGraph(Heliograph.Onnx.OnnxExport.Bytes(pair.Edge.Network, pair.Edge.Weights, Heliograph.Onnx.OnnxOptions.Edge)))
            expected = graph.Run(symbols);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 200 }) { BaseAddress = server.Server.Http };
        long answered = 0, settled = 0;
        using var end = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 200).Select(client => Task.Run(async () =>
        {
            string body = TestServer.Request(pair, symbols[(client * b)..((client + 1) * b)]).ToJsonString();
            while (!end.IsCancellationRequested)
            {
                using var content = new StringContent(body);
                using var response = await http.PostAsync("/v2/models/one/infer", content, CancellationToken.None);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                Drawn.AssertClose(expected[(client * 10)..(client * 10 + 10)], TestServer.Output(await TestServer.Json(response), "logits"), 1e-4);
                Interlocked.Increment(ref answered);
            }
        })).ToArray();
        // However long that takes: other tests keep the machine busy.
        async Task Answered(int count) => await Wait.Until(() => Task.FromResult(Interlocked.Read(ref answered) >= count || clients.Any(client => client.IsCompleted)), $"{count} answers", seconds: 300);
        await Answered(1000);
        settled = GC.GetTotalMemory(forceFullCollection: true);
        await Answered(2000);
        long later = GC.GetTotalMemory(forceFullCollection: true);
        await end.CancelAsync();
        await Task.WhenAll(clients);
        Assert.True(later - settled < 16 << 20, $"from {settled} to {later} bytes");
        Assert.Equal(0, (int)(await server.Status())["queue"]!["length"]!);
    }
}
