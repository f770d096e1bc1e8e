using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Heliograph.Links;
using Heliograph.Pairs;
using Microsoft.Extensions.Time.Testing;

namespace Heliograph.Edge.Tests.Results;

public sealed class EventTests
{
    [Fact]
    public async Task Frames_become_events_and_a_device_may_change_its_pair()
    {
        await using var server = await TestServer.Start(pairs: root =>
        {
            EdgePairs.Write(root, "one");
            EdgePairs.Write(root, "two", seed: 9, code: 5, classes: 7);
        });
        using var events = await EventReader.Open(server.Http);
        using var sender = new Sender(server, 0xabc);
        using var other = new Sender(server, 0xdef);
        int correct = 0;
        for (int i = 0; i < 12; i++)
        {
            var pair = server.Open(i / 2 % 2 == 0 ? "one" : "two");
            float[] symbols = EdgePairs.Symbols(pair, 1, (ulong)i);
            double[] logits = EdgePairs.Logits(pair, symbols);
            int best = Array.IndexOf(logits, logits.Max()), label = i % 3;
            correct += best == label ? 1 : 0;
            var thumbnail = i == 3 ? new Thumbnail(2, 1, [1, 2, 3, 4, 5, 6]) : null;
            sender.Send(pair, symbols, label: label, thumbnail: thumbnail);
            var seen = (await events.Next())!;
            Assert.Equal("0000000000000abc", (string)seen["device"]!);
            Assert.Equal(i, (int)seen["seq"]!);
            Assert.Equal(pair.Description.Name, (string)seen["pair"]!);
            Assert.Equal(pair.Description.Classes[label], (string)seen["label"]!);
            var top = seen["top"]!.AsArray();
            Assert.Equal(5, top.Count);
            Assert.Equal(logits.Select((logit, c) => (logit, c)).OrderByDescending(at => at.logit).Take(5).Select(at => pair.Description.Classes[at.c]), top.Select(at => (string)at!["class"]!));
            Assert.Equal(1 / logits.Sum(logit => Math.Exp(logit - logits[best])), (double)top[0]!["probability"]!, 1e-4);
            Assert.True((double)seen["latencyMs"]! > 0);
            Assert.Equal((i + 1, i + 1, correct), ((int)seen["frames"]!, (int)seen["labelled"]!, (int)seen["correct"]!));
            float[] points = [.. seen["constellation"]!.AsArray().Select(value => (float)value!)];
            Assert.Equal(symbols.Select(value => MathF.Round(value, 3)), points);
            Assert.Equal(i == 3 ? "AQIDBAUG" : null, (string?)seen["thumbnail"]?["rgb"]);
        }
        other.Send(server.Pair, EdgePairs.Symbols(server.Pair, 1, 1), snrDb: 7.5, say: true);
        var said = (await events.Next())!;
        Assert.Null(said["label"]);
        Assert.Equal(7.5, (double)said["snrDb"]!);
        Assert.Equal("sender", (string)said["snr"]!["source"]!);

        var devices = (await server.Status())["devices"]!.AsArray();
        Assert.Equal(["0000000000000abc", "0000000000000def"], devices.Select(device => (string)device!["device"]!));
        Assert.Equal([12, 1], devices.Select(device => (int)device!["frames"]!));
        Assert.Equal(7.5, await server.Metric("heliograph_snr_dB", "source=\"sender\""));
    }

    [Fact]
    public async Task The_confidence_is_that_of_the_temperature_at_the_devices_SNR()
    {
        await using var server = await TestServer.Start(pairs: into =>
        {
            PairFolder.Calibrate(EdgePairs.Write(into, "one"), new(1000, [new(0, 4, 30, 2), new(10, 2, 5, 1)]));
            EdgePairs.Write(into, "plain", seed: 2);
        });
        using var events = await EventReader.Open(server.Http);
        using var sender = new Sender(server, 1);
        float[] symbols = EdgePairs.Symbols(server.Pair, 1, 1);
        double[] logits = EdgePairs.Logits(server.Pair, symbols);
        foreach (var (snrDb, temperature) in ((double, double)[])[(-6, 4), (0, 4), (5, 3), (10, 2), (30, 2)])
        {
            sender.Say(server.Pair, symbols, (float)snrDb);
            var seen = (await events.Next())!;
            Assert.Equal(temperature, (double)seen["temperature"]!);
            Assert.Equal(1 / logits.Sum(logit => Math.Exp((logit - logits.Max()) / temperature)), (double)seen["top"]![0]!["probability"]!, 1e-4);
        }
        // Nothing is known of the SNR: that of the training, 10 dB. The same in answers to requests.
        using var silent = new Sender(server, 2);
        silent.Send(server.Pair, symbols);
        Assert.Equal(2, (double)(await events.Next())!["temperature"]!);
        using var answer = await server.Infer("one", TestServer.Request(server.Pair, symbols));
        double[] expected = [.. logits.Select(logit => Math.Exp((logit - logits.Max()) / 2))];
        Drawn.AssertClose([.. expected.Select(value => (float)(value / expected.Sum()))], TestServer.Output(await TestServer.Json(answer), "probabilities"), 1e-4);
        // Two frames whose power is 1 have no noise: the last temperature, whatever the training was at.
        silent.Send(server.Pair, symbols);
        Assert.Equal(2, (double)(await events.Next())!["temperature"]!);
        var plain = server.Open("plain");
        silent.Send(plain, EdgePairs.Symbols(plain, 1, 1));
        Assert.Null((await events.Next())!["temperature"]);
    }

    [Theory]
    [InlineData(-3)]
    [InlineData(5)]
    [InlineData(14)]
    public async Task The_measured_SNR_is_that_of_the_channel_within_its_interval(double snrDb)
    {
        await using var server = await TestServer.Start();
        var pair = server.Pair;
        using var sender = new Sender(server, 3);
        float[] symbols = EdgePairs.Symbols(pair, 200, 8);
        for (int i = 0; i < 200; i++)
            sender.Send(pair, symbols.AsSpan(i * 12, 12), snrDb);
        JsonNode? device = null;
        await Wait.Until(async () => (int?)(device = (await server.Status())["devices"]!.AsArray().FirstOrDefault())?["frames"] == 200, "all frames are there");
        var snr = device!["snr"]!;
        Assert.Equal("measured", (string)snr["source"]!);
        Assert.Equal(128, (int)snr["frames"]!);
        // At a high SNR the noise of so few symbols may be lost in the signal's own variation: the interval is open above.
        Assert.InRange(snrDb, (double)snr["lowDb"]!, (double?)snr["highDb"] ?? double.PositiveInfinity);
        Assert.Equal(0, (long)device["lost"]!);
    }

    [Fact]
    public async Task A_client_that_does_not_read_loses_events_and_is_dropped_and_nobody_waits_for_it()
    {
        await using var server = await TestServer.Start((options, _) => options with { ResultBuffer = 4, ResultTimeout = TimeSpan.FromSeconds(2) });
        var pair = server.Pair;
        using var slow = await Connect(server, receiveBuffer: 4096);
        using var dead = await Connect(server, receiveBuffer: 4096);
        using var events = await EventReader.Open(server.Http);
        await Wait.Until(async () => (int)(await server.Status())["resultClients"]! == 3, "three clients are there");
        // Gone without a word, as a machine that loses its power would be told by the next reset.
        dead.Client.LingerState = new(true, 0);
        dead.Close();

        using var sender = new Sender(server, 1);
        var picture = new Thumbnail(128, 128, new byte[128 * 128 * 3]);
        float[] symbols = EdgePairs.Symbols(pair, 1, 1);
        for (int i = 0; i < 250; i++)
        {
            sender.Send(pair, symbols, thumbnail: picture);
            // The reader beside them hears of every frame, in time.
            Assert.Equal(i, (int)(await events.Next(seconds: 5))!["seq"]!);
        }
        await Wait.Until(async () => (int)(await server.Status())["resultClients"]! == 1, "the slow and the dead client are dropped");
        Assert.True(await server.Metric("heliograph_results_dropped_total") > 0);
        Assert.Equal(250, (int)(await server.Status())["devices"]![0]!["frames"]!);
    }

    [Fact]
    public async Task Clients_of_the_stream_are_bounded()
    {
        await using var server = await TestServer.Start((options, _) => options with { ResultClients = 1 });
        using var events = await EventReader.Open(server.Http);
        using var refused = await server.Http.GetAsync("/api/results");
        Assert.Equal(503, (int)refused.StatusCode);
        Assert.Contains("too many clients", (string)(await TestServer.Json(refused))["error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_address_does_not_hold_all_places_and_on_a_quiet_stream_who_came_first_gives_way()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var server = await TestServer.Start((options, _) =>
            options with { ResultClients = 4, ResultClientsPerAddress = 3, ResultTimeout = TimeSpan.FromSeconds(20), Clock = clock });
        var readers = new List<TcpClient>();
        try
        {
            // They read nothing, and no frame comes by which that could be seen.
            for (int i = 1; i <= 3; i++)
            {
                readers.Add(await Connect(server, 4096, "127.0.0.2"));
                await Wait.Until(async () => (int)(await server.Status())["resultClients"]! == i, $"{i} are there");
            }
            using (var crowded = await Connect(server, 4096, "127.0.0.2"))
                Assert.StartsWith("HTTP/1.1 503", await FirstLine(crowded), StringComparison.Ordinal);
            using var one = await EventReader.Open(server.Http);
            // The fourth place is taken; the first of the others is not twenty seconds old, then it is.
            clock.Advance(TimeSpan.FromSeconds(19));
            using (var early = await server.Http.GetAsync("/api/results", HttpCompletionOption.ResponseHeadersRead))
                Assert.Equal(503, (int)early.StatusCode);
            clock.Advance(TimeSpan.FromSeconds(1));
            using var two = await EventReader.Open(server.Http);
            Assert.Equal(4, (int)(await server.Status())["resultClients"]!);
            using var sender = new Sender(server, 1);
            sender.Send(server.Pair, EdgePairs.Symbols(server.Pair, 1, 1));
            Assert.NotNull(await one.Next());
            Assert.NotNull(await two.Next());
            // The stream of the one that gave way has ended, the others' have not.
            var heard = new System.Text.StringBuilder();
            await Wait.Until(() => Task.FromResult(Ended(readers[0], heard)), "the first has given way");
            Assert.False(Ended(readers[1], new()) || Ended(readers[2], new()));
        }
        finally
        {
            readers.ForEach(reader => reader.Dispose());
        }
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_dropped_soon_where_little_comes()
    {
        await using var server = await TestServer.Start((options, _) => options with { ResultTimeout = TimeSpan.FromSeconds(1) });
        using var slow = await Connect(server, receiveBuffer: 4096);
        await Wait.Until(async () => (int)(await server.Status())["resultClients"]! == 1, "it is there");
        using var sender = new Sender(server, 1);
        float[] symbols = EdgePairs.Symbols(server.Pair, 1, 1);
        var picture = new Thumbnail(16, 16, new byte[16 * 16 * 3]);
        // 2 kB a frame, 100 frames a second: the system alone would keep some megabytes.
        for (int i = 0; i < 600 && (int)(await server.Status())["resultClients"]! == 1; i++)
        {
            sender.Send(server.Pair, symbols, thumbnail: picture);
            await Task.Delay(10);
        }
        Assert.Equal(0, (int)(await server.Status())["resultClients"]!);
    }

    static async Task<string> FirstLine(TcpClient client)
    {
        byte[] buffer = new byte[64];
        int read = await client.GetStream().ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        return Encoding.ASCII.GetString(buffer, 0, read);
    }

    /// <summary>Reads what is there behind what was heard before; true when the last chunk is.</summary>
    static bool Ended(TcpClient client, System.Text.StringBuilder heard)
    {
        byte[] buffer = new byte[65536];
        while (client.Available > 0)
            heard.Append(Encoding.ASCII.GetString(buffer, 0, client.GetStream().Read(buffer)));
        return heard.ToString().EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal);
    }

    static async Task<TcpClient> Connect(TestServer server, int receiveBuffer, string from = "127.0.0.1")
    {
        var client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0)) { ReceiveBufferSize = receiveBuffer };
        await client.ConnectAsync("127.0.0.1", server.Server.Http!.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /api/results HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        return client;
    }
}
