using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Heliograph.Edge.Protocol.Grpc;
using Heliograph.Edge.Security;

namespace Heliograph.Edge.Tests.Security;

public sealed class GuardTests
{
    [Fact]
    public async Task Only_keys_of_the_file_get_in_and_health_is_for_everybody()
    {
        var (garden, gardenLine) = ApiKeys.Make("garden");
        var (roof, roofLine) = ApiKeys.Make("roof");
        await using var server = await TestServer.Start((options, root) =>
        {
            string file = Path.Combine(root, "keys");
            File.WriteAllLines(file, ["# who may", gardenLine, "", roofLine]);
            return options with { ApiKeys = file };
        });
        async Task<HttpStatusCode> Get(string path, AuthenticationHeaderValue? authorization)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Authorization = authorization;
            using var response = await server.Http.SendAsync(request);
            if (response.StatusCode == HttpStatusCode.Unauthorized)
            {
                Assert.StartsWith(authorization is null or { Parameter: "!" } ? "a key is needed" : "this key is not", (string)(await TestServer.Json(response))["error"]!, StringComparison.Ordinal);
                Assert.Equal(["Bearer", "Basic"], response.Headers.WwwAuthenticate.Select(way => way.Scheme));
            }
            return response.StatusCode;
        }
        foreach (string path in new[] { "/", "/v2", "/v2/models/one", "/api/status", "/metrics" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await Get(path, null));
            Assert.Equal(HttpStatusCode.Unauthorized, await Get(path, new("Bearer", garden[..^1])));
            Assert.Equal(HttpStatusCode.Unauthorized, await Get(path, new("Bearer", gardenLine.Split(' ')[1])));
            Assert.Equal(HttpStatusCode.Unauthorized, await Get(path, new("Basic", "!")));
            Assert.Equal(HttpStatusCode.OK, await Get(path, new("Bearer", garden)));
            Assert.Equal(HttpStatusCode.OK, await Get(path, new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("anybody:" + roof)))));
        }
        foreach (string path in new[] { "/health/live", "/health/ready", "/v2/health/live", "/v2/health/ready" })
            Assert.Equal(HttpStatusCode.OK, await Get(path, null));

        using var channel = GrpcChannel.ForAddress(server.Server.Grpc!);
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        Assert.True((await client.ServerLiveAsync(new())).Live);
        var error = await Assert.ThrowsAsync<RpcException>(async () => await client.ServerMetadataAsync(new()));
        Assert.Equal(StatusCode.Unauthenticated, error.StatusCode);
        Assert.Equal("heliograph-edge", (await client.ServerMetadataAsync(new(), new Metadata { { "authorization", "Bearer " + roof } })).Name);
    }

    [Fact]
    public async Task Each_key_has_its_own_rate()
    {
        var (busy, busyLine) = ApiKeys.Make("busy");
        var (calm, calmLine) = ApiKeys.Make("calm");
        await using var server = await TestServer.Start((options, root) =>
        {
            string file = Path.Combine(root, "keys");
            File.WriteAllLines(file, [busyLine, calmLine]);
            return options with { ApiKeys = file, Rate = 5 };
        });
        async Task<HttpResponseMessage> Get(string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v2");
            request.Headers.Authorization = new("Bearer", key);
            return await server.Http.SendAsync(request);
        }
        var responses = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Get(busy)));
        Assert.InRange(responses.Count(response => response.IsSuccessStatusCode), 5, 20);
        var refused = responses.First(response => !response.IsSuccessStatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.True(int.Parse(refused.Headers.GetValues("Retry-After").Single(), System.Globalization.CultureInfo.InvariantCulture) >= 1);
        Assert.Equal("too many requests; send fewer each second", (string)(await TestServer.Json(refused))["error"]!);
        using var other = await Get(calm);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        using var channel = GrpcChannel.ForAddress(server.Server.Grpc!);
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        var calls = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            try
            {
                await client.ServerMetadataAsync(new(), new Metadata { { "authorization", "Bearer " + calm } });
                return StatusCode.OK;
            }
            catch (RpcException e)
            {
                return e.StatusCode;
            }
        }));
        Assert.Equal([StatusCode.OK, StatusCode.ResourceExhausted], calls.Distinct().Order());
    }

    [Theory]
    [InlineData("", "holds no key")]
    [InlineData("garden", "line 1: a line must have a name and the 64 hexadecimal digits")]
    [InlineData("# c\n\ngarden zz", "line 3: a line must have a name")]
    [InlineData("a 0000000000000000000000000000000000000000000000000000000000000000\na 0000000000000000000000000000000000000000000000000000000000000001", "line 2: there is another key named 'a'")]
    public void A_damaged_file_of_keys_is_told(string text, string message)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, text);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => ApiKeys.Read(file)).Message, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public async Task Frames_of_unknown_devices_and_hostile_datagrams_are_counted_and_hurt_nobody()
    {
        await using var server = await TestServer.Start((options, root) =>
        {
            string file = Path.Combine(root, "devices");
            File.WriteAllLines(file, ["# allowed", "00000000000000aa", "187"]);
            return options with { Devices = file };
        });
        var pair = server.Pair;
        float[] symbols = EdgePairs.Symbols(pair, 1, 1);
        using var events = await EventReader.Open(server.Http);
        using var stranger = new Sender(server, 0xcc);
        using var known = new Sender(server, 0xbb);
        stranger.Send(pair, symbols);
        using (var socket = new System.Net.Sockets.UdpClient())
        {
            socket.Connect(server.Server.Udp!);
            var random = new Random(5);
            for (int i = 0; i < 20_000; i++)
            {
                byte[] junk = new byte[random.Next(0, 1500)];
                random.NextBytes(junk);
                await socket.SendAsync(junk);
            }
        }
        // What the flood has left in the socket's buffer is read before the next frames, or they would be lost in it.
        double? before = -1, now = 0;
        await Wait.Until(async () =>
        {
            (before, now) = (now, await server.Metric("heliograph_datagrams_total", "outcome=\"NotAFrame\""));
            await Task.Delay(500);
            return now > 0 && before == now;
        }, "the flood is over", seconds: 60);

        // A pair that is not here, and a vector of another length.
        using var wrong = new Sender(server, 0xaa);
        string elsewhere = Directory.CreateTempSubdirectory("heliograph-edge-").FullName;
        wrong.Send(EdgePairs.Write(elsewhere, "stranger", seed: 77), symbols);
        wrong.Send(pair, symbols.AsSpan(0, 10));
        Directory.Delete(elsewhere, recursive: true);
        known.Send(pair, symbols);
        Assert.Equal("00000000000000bb", (string)(await events.Next(30))!["device"]!);
        Assert.Equal(1, await server.Refused("unknown-pair"));
        Assert.Equal(1, await server.Refused("wrong-length"));
        Assert.Equal(1, await server.Metric("heliograph_datagrams_total", "outcome=\"UnknownDevice\""));
        Assert.True(await server.Metric("heliograph_datagrams_total", "outcome=\"NotAFrame\"") > 1000);
        Assert.Equal(HttpStatusCode.OK, (await server.Infer("one", TestServer.Request(pair, symbols))).StatusCode);
    }
}
