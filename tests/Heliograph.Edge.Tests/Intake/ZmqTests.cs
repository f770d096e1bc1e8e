using System.Runtime.InteropServices;
using Heliograph.Links;
using Heliograph.Pairs;
using Heliograph.Zmq;
using NetMQ;
using NetMQ.Sockets;

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

    /// <summary>The stream's frames begin one sample later than the server cuts.</summary>
    [Fact]
    public async Task A_stream_that_is_out_of_place_is_said_in_the_status()
    {
        using var socket = new PushSocket();
        string address = $"tcp://127.0.0.1:{socket.BindRandomPort("tcp://127.0.0.1")}";
        await using var server = await TestServer.Start((options, _) => options with { Zmq = address });
        Assert.Null((await server.Status())["samples"]!["warning"]);
        socket.SendFrame(new byte[8]);
        var pair = server.Pair;
        for (int i = 0; i < 80; i++)
            socket.SendFrame(MemoryMarshal.AsBytes<float>(Peaked(pair, i)).ToArray());
        await Wait.Until(async () => ((string?)(await server.Status())["samples"]!["warning"])?.Contains("misaligned", StringComparison.Ordinal) == true, "the status says so");
        Assert.InRange((double)(await server.Status())["samples"]!["meanPower"]!, 0.9, 1.1);
    }

    [Fact]
    public async Task With_pilots_the_server_falls_into_step_again_and_labels_travel()
    {
        using var socket = new PushSocket();
        string address = $"tcp://127.0.0.1:{socket.BindRandomPort("tcp://127.0.0.1")}";
        using var labels = new ZmqLabelSink("tcp://127.0.0.1:0");
        await using var server = await TestServer.Start((options, _) => options with { Zmq = address, ZmqPilots = 8, ZmqLabels = labels.Address });
        var pair = server.Pair;
        var pilot = new Pilot(pair.Id, pair.Description.Symbols / 2);
        // A publisher knows its subscribers only after a while.
        await Wait.Until(async () =>
        {
            labels.Send(0, null);
            return (long)(await server.Status())["samples"]!["labels"]!["taken"]! > 0;
        }, "labels arrive");
        int sent = 0;
        Send(32);
        await Wait.Until(async () => (long?)(await server.Status())["devices"]!.AsArray().FirstOrDefault()?["latency"]?["count"] == 32, "32 frames");
        // The state of the stream is looked at now and then.
        await Wait.Until(async () => (long)(await server.Status())["samples"]!["pilots"]! == 4, "4 pilots");
        var status = await server.Status();
        // On a busy machine a frame may overtake its label; none gets another's.
        Assert.InRange((long)status["devices"]![0]!["labelled"]!, 8, 32);
        Assert.Equal((long)status["devices"]![0]!["labelled"]!, (long)status["devices"]![0]!["correct"]!);
        Assert.Equal(("in-step", 4, 0), ((string)status["samples"]!["step"]!, (long)status["samples"]!["pilots"]!, (long)status["samples"]!["slips"]!));
        Assert.Null(status["samples"]!["warning"]);

        socket.SendFrame(new byte[24]);
        Send(32);
        await Wait.Until(async () => (long)(await server.Status())["devices"]![0]!["latency"]!["count"]! == 64, "64 frames");
        await Wait.Until(async () => (long)(await server.Status())["samples"]!["pilots"]! == 8, "8 pilots");
        status = await server.Status();
        Assert.Equal(("in-step", 8, 1), ((string)status["samples"]!["step"]!, (long)status["samples"]!["pilots"]!, (long)status["samples"]!["slips"]!));
        // The samples came just before a pilot: nothing was cut wrong, and it is said all the same.
        Assert.Equal((long)status["devices"]![0]!["labelled"]!, (long)status["devices"]![0]!["correct"]!);
        Assert.Contains("out of step", (string)status["samples"]!["warning"]!, StringComparison.Ordinal);

        void Send(int count)
        {
            for (int end = sent + count; sent < end; sent++)
            {
                float[] symbols = EdgePairs.Symbols(pair, 1, (ulong)sent);
                double[] logits = EdgePairs.Logits(pair, symbols);
                labels.Send(sent, Array.IndexOf(logits, logits.Max()));
                Thread.Sleep(1);
                ReadOnlySpan<float> known = sent % 8 == 0 ? pilot.Symbols(sent / 8 % Pilot.Numbers) : default;
                socket.SendFrame(MemoryMarshal.AsBytes<float>([.. known, .. symbols]).ToArray());
            }
        }
    }

    /// <summary>A vector of mean power 1 whose power is not spread evenly over it, as that of an image is not.</summary>
    static float[] Peaked(Pair pair, int seed)
    {
        float[] symbols = EdgePairs.Symbols(pair, 1, (ulong)seed);
        int b = symbols.Length;
        symbols[0] *= 1 + 2 * (seed % 3);
        float scale = MathF.Sqrt(b / symbols.Sum(x => x * x));
        return [.. symbols.Select(x => x * scale)];
    }

    [Theory]
    [InlineData("tcp://127.0.0.1:1", null, "--zmq needs --zmq-pair")]
    [InlineData("tcp://127.0.0.1:1", "three", "there is no pair 'three'; the pairs are one, two")]
    [InlineData("nonsense", "one", "not a ZeroMQ address")]
    [InlineData(null, "one", "need --zmq")]
    [InlineData("tcp://127.0.0.1:1", "one", "--zmq-labels needs --zmq-pilots", 0, "tcp://127.0.0.1:2")]
    [InlineData(null, null, "--zmq-pilots and --zmq-labels need --zmq", 8)]
    [InlineData("tcp://127.0.0.1:1", "one", "1 to 65536 frames between pilots", -1)]
    [InlineData("tcp://127.0.0.1:1", "one", "not a ZeroMQ address", 8, "nonsense")]
    public async Task A_stream_that_cannot_be_read_is_told(string? address, string? name, string said, int pilots = 0, string? labels = null)
    {
        string root = Directory.CreateTempSubdirectory("heliograph-edge-").FullName;
        EdgePairs.Write(root, "one");
        EdgePairs.Write(root, "two", seed: 2);
        var error = await Assert.ThrowsAsync<UsageException>(() => EdgeServer.StartAsync(new() { Pairs = root, Http = 0, Zmq = address, ZmqPair = name, ZmqPilots = pilots, ZmqLabels = labels }));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Directory.Delete(root, recursive: true);
    }
}
