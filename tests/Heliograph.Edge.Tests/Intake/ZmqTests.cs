using Heliograph.Links;
using Heliograph.Zmq;

namespace Heliograph.Edge.Tests.Intake;

public sealed class ZmqTests
{
    [Fact]
    public async Task A_bare_stream_of_samples_becomes_results_of_the_pair_that_was_agreed_on()
    {
        string root = Directory.CreateTempSubdirectory("heliograph-edge-").FullName;
        var pair = EdgePairs.Write(root, "two", seed: 9, code: 5, classes: 7);
        using var sink = new ZmqSampleSink("tcp://127.0.0.1:*", ZmqPattern.PushPull, new(pair.Id, pair.Description.Symbols), TimeSpan.FromSeconds(10));
        await using var server = await TestServer.Start((options, _) => options with { Zmq = sink.Address, ZmqPair = "two" }, into =>
        {
            EdgePairs.Write(into, "one");
            EdgePairs.Write(into, "two", seed: 9, code: 5, classes: 7);
        });
        using var events = await EventReader.Open(server.Http);
        var stamper = new FrameStamper(0);
        for (int i = 0; i < 3; i++)
        {
            float[] symbols = EdgePairs.Symbols(pair, 1, (ulong)i);
            sink.Send(stamper.Next(pair.Id), symbols);
            var seen = (await events.Next())!;
            double[] logits = EdgePairs.Logits(pair, symbols);
            Assert.Equal(("two", "zmq", i), ((string)seen["pair"]!, (string)seen["via"]!, (int)seen["seq"]!));
            Assert.Equal(pair.Description.Classes[Array.IndexOf(logits, logits.Max())], (string)seen["top"]![0]!["class"]!);
        }
        Directory.Delete(root, recursive: true);
    }

    [Theory]
    [InlineData("tcp://127.0.0.1:1", null, "--zmq needs --zmq-pair")]
    [InlineData("tcp://127.0.0.1:1", "three", "there is no pair 'three'; the pairs are one, two")]
    [InlineData("nonsense", "one", "no address for ZeroMQ")]
    [InlineData(null, "one", "need --zmq")]
    public async Task A_stream_that_cannot_be_read_is_told(string? address, string? name, string said)
    {
        string root = Directory.CreateTempSubdirectory("heliograph-edge-").FullName;
        EdgePairs.Write(root, "one");
        EdgePairs.Write(root, "two", seed: 2);
        var error = await Assert.ThrowsAsync<UsageException>(() => EdgeServer.StartAsync(new() { Pairs = root, Http = 0, Zmq = address, ZmqPair = name }));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Directory.Delete(root, recursive: true);
    }
}
