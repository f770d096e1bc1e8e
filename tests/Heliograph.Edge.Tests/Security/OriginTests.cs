using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Heliograph.Edge.Options;
using Heliograph.Edge.Protocol.Grpc;
using Heliograph.Edge.Security;

namespace Heliograph.Edge.Tests.Security;

/// <summary>Pages of elsewhere that use a visitor's browser.</summary>
public sealed class OriginTests
{
    // (Host, where the request arrived, accepted) of a server that is bound to 192.168.1.7 and may be called edge.example.
    [Theory]
    [InlineData("", "127.0.0.1", true)]
    [InlineData("localhost", "127.0.0.1", true)]
    [InlineData("LOCALHOST.", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.9.9.9", "127.0.0.1", true)]
    [InlineData("[::1]", "::1", true)]
    [InlineData("edge.example", "127.0.0.1", true)]
    [InlineData("Edge.Example.", "192.168.1.7", true)]
    [InlineData("192.168.1.7", "192.168.1.7", true)]
    [InlineData("203.0.113.5", "192.168.1.7", true)]    // an address in front of it, as a router's
    [InlineData("203.0.113.5", "127.0.0.1", false)]
    [InlineData("evil.example", "127.0.0.1", false)]
    [InlineData("evil.example", "192.168.1.7", false)]
    [InlineData("localhost.evil.example", "127.0.0.1", false)]
    [InlineData("127.0.0.1.evil.example", "127.0.0.1", false)]
    [InlineData("sub.edge.example", "127.0.0.1", false)]
    public void A_server_is_called_by_its_names_alone(string host, string reached, bool accepted) =>
        Assert.Equal(accepted, new KnownHosts(IPAddress.Parse("192.168.1.7"), ["edge.example"]).Contains(host, IPAddress.Parse(reached)));

    [Fact]
    public void The_machines_own_name_counts_where_others_can_reach_it()
    {
        var hosts = new KnownHosts(IPAddress.Any, []);
        Assert.True(hosts.Contains(Dns.GetHostName(), IPAddress.Parse("192.168.1.7")));
        Assert.False(hosts.Contains("evil." + Dns.GetHostName(), IPAddress.Parse("192.168.1.7")));
    }

    [Fact]
    public async Task A_name_that_was_led_here_reads_and_changes_nothing()
    {
        var demo = new TestDemo { SnrDb = 12 };
        await using var server = await TestServer.Start((options, _) => options with { Demo = demo, AllowedHosts = ["edge.example"] });
        int port = server.Server.Http!.Port;
        async Task<HttpResponseMessage> Get(string path, string host)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = host;
            return await server.Http.SendAsync(request);
        }
        foreach (string path in new[] { "/", "/api/status", "/api/demo", "/v2", "/metrics" })
        {
            using var led = await Get(path, $"evil.example:{port}");
            Assert.Equal(HttpStatusCode.MisdirectedRequest, led.StatusCode);
            Assert.Equal("'evil.example' is not a name of this server; --allow-host evil.example allows it", (string)(await TestServer.Json(led))["error"]!);
            foreach (string host in new[] { $"localhost:{port}", $"127.0.0.1:{port}", "edge.example" })
                Assert.Equal(HttpStatusCode.OK, (await Get(path, host)).StatusCode);
        }
        // What watches over servers calls them as it likes.
        Assert.Equal(HttpStatusCode.OK, (await Get("/health/ready", "balancer.example")).StatusCode);

        using var handler = new NamedAs("evil.example", new SocketsHttpHandler());
        using var channel = GrpcChannel.ForAddress(server.Server.Grpc!, new() { HttpHandler = handler });
        var error = await Assert.ThrowsAsync<RpcException>(async () => await new GRPCInferenceService.GRPCInferenceServiceClient(channel).ServerMetadataAsync(new()));
        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
        Assert.Contains("--allow-host evil.example", error.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, null, null, null)]
    [InlineData(200, "OWN", null, null)]
    [InlineData(200, "OWN", "same-origin", null)]
    [InlineData(200, null, "none", null)]
    [InlineData(200, "https://edge.example", "same-origin", null)]    // a proxy ends TLS
    [InlineData(403, "http://evil.example", null, null)]
    [InlineData(403, "null", null, null)]
    [InlineData(403, "OWN", "cross-site", null)]
    [InlineData(403, null, "same-site", null)]
    [InlineData(403, "http://evil.example", "cross-site", "Basic")]    // a browser sends it by itself
    [InlineData(200, "http://evil.example", "cross-site", "Bearer")]
    [InlineData(401, "http://evil.example", "cross-site", "Bearer wrong")]
    public async Task Only_the_servers_own_page_or_a_key_changes_anything(int status, string? origin, string? site, string? key)
    {
        var demo = new TestDemo { SnrDb = 12 };
        var (secret, line) = ApiKeys.Make("garden");
        await using var server = await TestServer.Start((options, root) =>
        {
            if (key is null)
                return options with { Demo = demo };
            File.WriteAllText(Path.Combine(root, "keys"), line);
            return options with { Demo = demo, ApiKeys = Path.Combine(root, "keys") };
        });
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/demo") { Content = new StringContent("""{"snrDb":3}""", new MediaTypeHeaderValue("application/json")) };
        if (origin is not null)
            request.Headers.Add("Origin", origin == "OWN" ? server.Server.Http!.ToString().TrimEnd('/') : origin);
        if (site is not null)
            request.Headers.Add("Sec-Fetch-Site", site);
        request.Headers.Authorization = key switch
        {
            null => null,
            "Basic" => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("garden:" + secret))),
            "Bearer" => new("Bearer", secret),
            _ => new("Bearer", "wrong"),
        };
        using var response = await server.Http.SendAsync(request);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 200 ? 3 : 12, demo.SnrDb);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data")]
    public async Task What_a_form_of_elsewhere_could_send_changes_nothing(string type)
    {
        var demo = new TestDemo { SnrDb = 12 };
        await using var server = await TestServer.Start((options, _) => options with { Demo = demo });
        using var content = new StringContent("""{"snrDb":3}""", new MediaTypeHeaderValue(type));
        using var response = await server.Http.PutAsync("/api/demo", content);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Equal(12, demo.SnrDb);
    }

    sealed class NamedAs(string host, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Host = host;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
