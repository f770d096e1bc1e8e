using System.Net;
using Heliograph.Links;
using Heliograph.Statistics;

namespace Heliograph.Edge.Tests.Intake;

/// <summary>One who sends far too much beside others who do not.</summary>
public sealed class SharesTests
{
    const ulong Known = 0xa11ce;

    /// <summary>65 of 100 requests got a 503, and a quarter of the known device's frames were lost, under 20,000 valid frames a second.</summary>
    [Fact]
    public async Task A_flood_of_made_up_devices_costs_requests_and_devices_with_a_key_nothing()
    {
        byte[] secret = new byte[DeviceKey.Bytes];
        await using var server = await TestServer.Start((options, root) =>
        {
            string file = Path.Combine(root, "keys");
            File.WriteAllText(file, $"{Known} {Convert.ToHexString(secret)}\n");
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            // A server that is slow by waiting: the flood fills its few places between two batches.
            return options with { DeviceKeys = file, Queue = 64, Batch = 128, BatchWait = TimeSpan.FromMilliseconds(100) };
        });
        var pair = server.Pair;
        float[] symbols = EdgePairs.Symbols(pair, 1, 1);
        using var end = new CancellationTokenSource();
        var flood = Task.Run(async () =>
        {
            using var link = new UdpFrameSender(server.Server.Udp!);
            var random = new RandomStream(3, "flood");
            while (!end.IsCancellationRequested)
            {
                for (int i = 0; i < 10; i++)
                    link.Send(new FrameStamper(random.NextUInt64()).Next(pair.Id), symbols);
                await Task.Delay(2);
            }
        });
        using var device = new Sender(server, Known, new(secret));
        await Wait.Until(async () => await server.Refused("queue-full") > 100, "the queue is full");
        const int Count = 30;
        for (int i = 0; i < Count; i++)
        {
            device.Send(pair, symbols, label: 1);
            using var response = await server.Infer("one", TestServer.Request(pair, symbols));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        long refused = await server.Refused("queue-full");
        await end.CancelAsync();
        await flood;
        Assert.True(refused > 100);
        var known = (await server.Status())["devices"]!.AsArray().Single(one => (string)one!["device"]! == "00000000000a11ce")!;
        Assert.Equal((Count, 0), ((int)known["frames"]!, (int)known["lost"]!));
        // Labelled when they were recognised: none was displaced.
        await Wait.Until(async () => (int)(await server.Status())["queue"]!["length"]! == 0, "all is answered");
        Assert.Equal(Count, server.Server.Devices.Of(Known).Labelled);
    }

    [Fact]
    public async Task A_rate_is_a_devices_too()
    {
        await using var server = await TestServer.Start((options, _) => options with { Rate = 5 });
        float[] symbols = EdgePairs.Symbols(server.Pair, 1, 1);
        using var busy = new Sender(server, 1);
        using var calm = new Sender(server, 2);
        for (int i = 0; i < 40; i++)
            busy.Send(server.Pair, symbols);
        calm.Send(server.Pair, symbols);
        await Wait.Until(() => Task.FromResult(server.Server.Devices.All.Sum(record => record.Frames) >= 6), "the calm one is served");
        var frames = server.Server.Devices.All.ToDictionary(record => record.Device, record => record.Frames);
        Assert.Equal(1, frames[2]);
        Assert.InRange(frames[1], 5, 8);
    }
}
