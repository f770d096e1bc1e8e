using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using Heliograph.Edge.Options;
using Heliograph.Edge.Protocol.Grpc;
using Heliograph.Links;
using Heliograph.Pairs;

namespace Heliograph.Edge.Tests;

public sealed class ServerTests
{
    [Fact]
    public async Task The_page_comes_with_a_policy_that_knows_no_other_host()
    {
        await using var server = await TestServer.Start();
        using var response = await server.Http.GetAsync("/");
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        string policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/index.html");
        again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
        using var unchanged = await server.Http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Theory]
    [InlineData(null, "service_name=\"heliograph-edge\"")]
    [InlineData("garden", "service_name=\"garden\"")]
    public async Task Metrics_say_whose_they_are(string? name, string label)
    {
        Environment.SetEnvironmentVariable("OTEL_SERVICE_NAME", name);
        try
        {
            await using var server = await TestServer.Start();
            Assert.Equal(1, await server.Metric("target_info", label));
        }
        finally
        {
            Environment.SetEnvironmentVariable("OTEL_SERVICE_NAME", null);
        }
    }

    [Fact]
    public async Task What_the_link_counts_is_told()
    {
        await using var server = await TestServer.Start();
        using var socket = new UdpClient();
        // The first of two datagrams of a frame.
        byte[] datagram = new byte[96];
        int length = new FrameWriter(SampleFormat.Cf32, datagram.Length).Write(new FrameStamper(1).Next(server.Pair.Id), EdgePairs.Symbols(server.Pair, 1, 1), null, 0, datagram);
        await socket.SendAsync(datagram.AsMemory(0, length), server.Server.Udp!);
        await Wait.Until(async () => await server.Metric("heliograph_frames_incomplete_total") == 1, "the frame has waited for the second");
        Assert.Equal(1, await server.Metric("heliograph_streams_total"));
        Assert.Equal(0, await server.Metric("heliograph_frames_refined_total"));
        Assert.Equal(0, await server.Metric("heliograph_socket_errors_total"));
        Assert.Equal(0, (long)(await server.Status())["socketErrors"]!);
    }

    [Fact]
    public async Task The_simulated_channel_is_there_in_a_demonstration_alone()
    {
        await using (var plain = await TestServer.Start())
            Assert.Equal(HttpStatusCode.NotFound, (await plain.Http.GetAsync("/api/demo")).StatusCode);
        var demo = new TestDemo { SnrDb = 12 };
        await using var server = await TestServer.Start((options, _) => options with { Demo = demo });
        Assert.StartsWith("""{"snrDb":12,""", await server.Http.GetStringAsync("/api/demo"), StringComparison.Ordinal);
        async Task<HttpStatusCode> Put(string body)
        {
            using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
            return (await server.Http.PutAsync("/api/demo", content)).StatusCode;
        }
        Assert.Equal(HttpStatusCode.OK, await Put("""{"snrDb":-2.5}"""));
        Assert.Equal(-2.5, demo.SnrDb);
        foreach (string wrong in new[] { "", "{}", "[]", """{"snrDb":"3"}""", """{"snrDb":61}""", """{"snrDb":-31}""", """{"snrDb":1e999}""" })
            Assert.Equal(HttpStatusCode.BadRequest, await Put(wrong));
        Assert.Equal(-2.5, demo.SnrDb);
        Assert.Equal(HttpStatusCode.OK, await Put("""{"snrDb":null}"""));
        Assert.Null(demo.SnrDb);
        Assert.True((bool)(await server.Status())["demo"]!);
    }

    [Fact]
    public async Task A_server_that_comes_back_on_its_ports_goes_on_with_devices_that_kept_sending()
    {
        var first = await TestServer.Start();
        var (udp, http) = (first.Server.Udp!, first.Server.Http!.Port);
        using var sender = new Sender(first, 2);
        float[] symbols = EdgePairs.Symbols(first.Pair, 1, 1);
        using (var events = await EventReader.Open(first.Http))
        {
            sender.Send(first.Pair, symbols);
            Assert.Equal(0, (int)(await events.Next())!["seq"]!);
        }
        var pair = first.Pair;
        await first.Server.StopAsync();
        await first.DisposeAsync();
        sender.Send(pair, symbols);
        await using var second = await TestServer.Start((options, _) => options with { Udp = udp, Http = http });
        using var later = await EventReader.Open(second.Http);
        sender.Send(pair, symbols);
        Assert.Equal(2, (int)(await later.Next())!["seq"]!);
    }

    [Fact]
    public async Task With_a_certificate_one_port_speaks_TLS_for_both_protocols()
    {
        await using var server = await TestServer.Start((options, root) =>
        {
            using var key = RSA.Create(2048);
            using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            File.WriteAllText(Path.Combine(root, "edge.pem"), certificate.ExportCertificatePem());
            File.WriteAllText(Path.Combine(root, "edge.key"), key.ExportPkcs8PrivateKeyPem());
            return options with { Certificate = Path.Combine(root, "edge.pem"), CertificateKey = Path.Combine(root, "edge.key"), Grpc = null };
        });
        Assert.Equal("https", server.Server.Http!.Scheme);
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        using var http = new HttpClient(handler);
        Assert.Equal("ready\n", await http.GetStringAsync(new Uri(server.Server.Http, "/health/ready")));
        using var channel = GrpcChannel.ForAddress(server.Server.Http, new() { HttpClient = http });
        Assert.True((await new GRPCInferenceService.GRPCInferenceServiceClient(channel).ServerReadyAsync(new())).Ready);
    }

    [Fact]
    public async Task Kestrels_own_configuration_says_where_to_listen()
    {
        Environment.SetEnvironmentVariable("Kestrel__Endpoints__Here__Url", "http://127.0.0.1:0");
        try
        {
            string root = Directory.CreateTempSubdirectory("heliograph-edge-").FullName;
            EdgePairs.Write(root, "one");
            await using (var server = await EdgeServer.StartAsync(new() { Pairs = root }))
            {
                using var http = new HttpClient();
                Assert.Equal("ready\n", await http.GetStringAsync(new Uri(server.Http!, "/health/ready")));
                Assert.NotEqual(EdgeServer.DefaultHttpPort, server.Http!.Port);
            }
            Directory.Delete(root, recursive: true);
        }
        finally
        {
            Environment.SetEnvironmentVariable("Kestrel__Endpoints__Here__Url", null);
        }
    }

    [Fact]
    public async Task What_cannot_be_served_is_told()
    {
        string root = Directory.CreateTempSubdirectory("heliograph-edge-").FullName;
        async Task<string> Told<T>(EdgeOptions options) where T : Exception => (await Assert.ThrowsAsync<T>(() => EdgeServer.StartAsync(options))).Message;
        Assert.Contains("is not a pair and holds none", await Told<UsageException>(new() { Pairs = root, Http = 0 }), StringComparison.Ordinal);
        Assert.Contains("there is no folder", await Told<UsageException>(new() { Pairs = Path.Combine(root, "none"), Http = 0 }), StringComparison.Ordinal);
        EdgePairs.Write(root, "one");
        Assert.Contains("--batch must be", await Told<UsageException>(new() { Pairs = root, Http = 0, Batch = 0 }), StringComparison.Ordinal);
        await using (var running = await EdgeServer.StartAsync(new() { Pairs = root, Http = 0 }))
            Assert.Contains("in use", await Told<IOException>(new() { Pairs = root, Http = running.Http!.Port }), StringComparison.Ordinal);

        string damaged = Path.Combine(root, "one", Pair.EdgeFile);
        byte[] bytes = File.ReadAllBytes(damaged);
        bytes[^1] ^= 1;
        File.WriteAllBytes(damaged, bytes);
        Assert.Contains("SHA-256", await Told<InvalidDataException>(new() { Pairs = root, Http = 0 }), StringComparison.Ordinal);
        Directory.Delete(root, recursive: true);
    }
}
