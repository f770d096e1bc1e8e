using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Heliograph.Files;
using Heliograph.Training.Tracking;

namespace Heliograph.Training.Tests.Tracking;

/// <summary>Against a server that answers as MLflow's REST interface is documented to, within its limits.</summary>
public sealed class MlflowTrackerTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly FakeMlflow server = new();
    readonly ConcurrentQueue<string> warnings = new();

    string Run => Directory.CreateDirectory(Path.Combine(folder.Path, "first")).FullName;

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_run_is_made_once_with_its_options_and_gets_all_values()
    {
        using (var tracker = new MlflowTracker(server.Address, "secret", warnings.Enqueue))
        {
            tracker.Begin(Run, Enumerable.Range(0, 130).ToDictionary(i => $"key{i}", i => i == 0 ? new string('x', 700) : $"{i}"));
            for (int i = 0; i < 2500; i++)
                tracker.Scalar("joint/loss", i * 0.5, i);
            tracker.Scalar("evaluation/top1 by SNR in 0.1 dB", 70, -60);
            tracker.End(complete: false);
        }
        Assert.Equal(["heliograph"], server.Experiments);
        var run = Assert.Single(server.Runs).Value;
        Assert.Equal(("first", "KILLED"), (run.Name, run.Status));
        Assert.Equal(130, run.Params.Count);
        Assert.Equal(500, run.Params["key0"].Length);
        Assert.Equal(2501, run.Metrics.Count);
        Assert.Equal(Enumerable.Range(0, 2500).Select(i => ("joint/loss", i * 0.5, (long)i)), run.Metrics.Take(2500));
        Assert.Equal(("evaluation/top1 by SNR in 0.1 dB", 70.0, -60L), run.Metrics[2500]);
        Assert.All(server.Tokens, token => Assert.Equal("Bearer secret", token));

        using var again = new MlflowTracker(server.Address, null, warnings.Enqueue);
        again.Begin(Run, new Dictionary<string, string> { ["key1"] = "changed" });
        Assert.Equal("RUNNING", run.Status);
        again.End(complete: true);
        Assert.Single(server.Runs);
        Assert.Equal("FINISHED", run.Status);
        Assert.Empty(warnings);
    }

    [Fact]
    public void A_server_that_fails_later_costs_one_warning()
    {
        using var tracker = new MlflowTracker(server.Address, null, warnings.Enqueue);
        tracker.Begin(Run, new Dictionary<string, string>());
        server.Failing = true;
        for (int i = 0; i < 3000; i++)
            tracker.Scalar("joint/loss", i, i);
        tracker.End(complete: true);
        Assert.Contains("answers 500: out of order", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_is_not_there_or_something_else_is_told_at_once()
    {
        server.Html = true;
        using (var tracker = new MlflowTracker(server.Address, null, warnings.Enqueue))
            Assert.Contains("is it an MLflow server?", Assert.Throws<IOException>(() => tracker.Begin(Run, new Dictionary<string, string>())).Message, StringComparison.Ordinal);
        server.Dispose();
        using var gone = new MlflowTracker(server.Address, null, warnings.Enqueue);
        Assert.Contains("cannot be reached", Assert.Throws<IOException>(() => gone.Begin(Run, new Dictionary<string, string>())).Message, StringComparison.Ordinal);
        // Nothing was begun.
        gone.End(complete: false);
        Assert.Empty(warnings);
    }

    [Theory]
    [InlineData("mlflow")]
    [InlineData("mlflow:")]
    [InlineData("mlflow:localhost")]
    [InlineData("wandb:http://localhost")]
    [InlineData("http://localhost:5000")]
    public void An_address_that_is_none_is_refused(string text) =>
        Assert.Contains("is not mlflow:URI", Assert.Throws<UsageException>(() => MlflowTracker.Address(text)).Message, StringComparison.Ordinal);

    sealed class FakeMlflow : IDisposable
    {
        readonly HttpListener listener = new();

        public FakeMlflow()
        {
            using (var free = new TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                Address = new($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}");
            }
            listener.Prefixes.Add(Address.AbsoluteUri);
            listener.Start();
            new Thread(Serve) { IsBackground = true }.Start();
        }

        public Uri Address { get; }

        public bool Failing { get; set; }

        public bool Html { get; set; }

        public List<string> Experiments { get; } = [];

        public ConcurrentDictionary<string, FakeRun> Runs { get; } = new();

        public ConcurrentQueue<string?> Tokens { get; } = new();

        public void Dispose() => listener.Close();

        void Serve()
        {
            try
            {
                while (true)
                {
                    var context = listener.GetContext();
                    var (status, text) = Html ? (200, "<html>") : Failing ? (500, """{"error_code":"INTERNAL_ERROR","message":"out of order"}""") : Answer(context.Request);
                    // To close a connection with a request half read resets it, sometimes before the answer is read.
                    context.Request.InputStream.CopyTo(Stream.Null);
                    context.Response.StatusCode = status;
                    context.Response.Close(Encoding.UTF8.GetBytes(text), willBlock: true);
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            { }
        }

        (int, string) Answer(HttpListenerRequest request)
        {
            if (Runs.IsEmpty)
                Tokens.Enqueue(request.Headers["Authorization"]);
            if (request.HttpMethod == "GET")
            {
                Assert.Equal("heliograph", request.QueryString["experiment_name"]);
                return Experiments.Count > 0 ? (200, """{"experiment":{"experiment_id":"7"}}""") : (404, """{"error_code":"RESOURCE_DOES_NOT_EXIST"}""");
            }
            var body = JsonNode.Parse(request.InputStream)!;
            switch (request.Url!.AbsolutePath)
            {
                case "/api/2.0/mlflow/experiments/create":
                    Experiments.Add((string)body["name"]!);
                    return (200, """{"experiment_id":"7"}""");
                case "/api/2.0/mlflow/runs/create":
                    Runs["r1"] = new() { Name = (string)body["run_name"]! };
                    return (200, """{"run":{"info":{"run_id":"r1"}}}""");
                case "/api/2.0/mlflow/runs/update":
                    Runs[(string)body["run_id"]!].Status = (string)body["status"]!;
                    return (200, "{}");
                case "/api/2.0/mlflow/runs/log-batch":
                    return Runs[(string)body["run_id"]!].Add(body["params"]?.AsArray() ?? [], body["metrics"]?.AsArray() ?? []);
                default:
                    return (404, """{"error_code":"ENDPOINT_NOT_FOUND"}""");
            }
        }
    }

    sealed class FakeRun
    {
        public string Name { get; init; } = "";

        public string Status { get; set; } = "RUNNING";

        public Dictionary<string, string> Params { get; } = [];

        public List<(string Key, double Value, long Step)> Metrics { get; } = [];

        public (int, string) Add(JsonArray options, JsonArray metrics)
        {
            if (options.Count > 100 || metrics.Count > 1000)
                return (400, """{"message":"too many"}""");
            foreach (var option in options)
                Params.Add((string)option!["key"]!, (string)option["value"]!);
            foreach (var metric in metrics)
                Metrics.Add(((string)metric!["key"]!, (double)metric["value"]!, (long)metric["step"]!));
            return (200, "{}");
        }
    }
}
