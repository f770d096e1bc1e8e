using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Heliograph.Experiments.Records;

namespace Heliograph.Training.Tracking;

/// <summary>
/// Sends options and scalars to an MLflow server over its REST interface (version 2.0). All runs belong to its experiment <c>heliograph</c>; a run that continues
/// here continues there. A server that cannot be reached at the beginning is an error; one that fails later costs a warning, not the training.
/// </summary>
public sealed class MlflowTracker : ITracker
{
    const string ExperimentName = "heliograph", FileName = "mlflow.json";

    // Limits of the interface for one call.
    const int MostOptions = 100, MostScalars = 1000, LongestOption = 500;

    static readonly TimeSpan Every = TimeSpan.FromSeconds(5), Patience = TimeSpan.FromSeconds(10);

    readonly HttpClient client;
    readonly Action<string> warning;
    readonly Lock adding = new();
    List<JsonNode> waiting = [];
    Task sending = Task.CompletedTask;
    DateTime sent = DateTime.UtcNow;
    string id = "";
    volatile bool failed;

    /// <summary>For a server.</summary>
    /// <param name="server">Its address, such as <c>http://localhost:5000</c>.</param>
    /// <param name="token">A bearer token, or null.</param>
    /// <param name="warning">Told once if the server fails.</param>
    public MlflowTracker(Uri server, string? token, Action<string> warning)
    {
        this.warning = warning;
        client = new() { BaseAddress = new($"{server.AbsoluteUri.TrimEnd('/')}/api/2.0/mlflow/"), Timeout = Patience, MaxResponseContentBufferSize = 4 << 20 };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Reads <c>mlflow:URI</c>.</summary>
    /// <exception cref="UsageException">It is something else.</exception>
    public static Uri Address(string text) => text.Split(':', 2) is ["mlflow", var address] && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri
        : throw new UsageException($"--track: '{text}' is not mlflow:URI, such as mlflow:http://localhost:5000");

    /// <inheritdoc/>
    /// <exception cref="IOException">The server cannot be reached or refuses.</exception>
    public void Begin(string run, IReadOnlyDictionary<string, string> options)
    {
        string file = Path.Combine(run, FileName), server = client.BaseAddress!.AbsoluteUri;
        if (File.Exists(file) && Json.ReadFile<Known>(file) is { } known && known.Server == server)
        {
            id = known.Run;
            Update("RUNNING");
            return;
        }
        using var found = Request(HttpMethod.Get, $"experiments/get-by-name?experiment_name={ExperimentName}", null, mayFail: true);
        string experiment = (string?)(found.IsSuccessStatusCode ? Read(found)?["experiment"] : Post("experiments/create", new JsonObject { ["name"] = ExperimentName }))?["experiment_id"]
            ?? throw Unexpected();
        id = (string?)Post("runs/create", new JsonObject { ["experiment_id"] = experiment, ["run_name"] = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(run))), ["start_time"] = Now })?["run"]?["info"]?["run_id"]
            ?? throw Unexpected();
        foreach (var part in options.Chunk(MostOptions))
        {
            Post("runs/log-batch", new JsonObject
            {
                ["run_id"] = id,
                ["params"] = new JsonArray([.. part.Select(option => new JsonObject { ["key"] = option.Key, ["value"] = option.Value.Length <= LongestOption ? option.Value : option.Value[..LongestOption] })]),
            });
        }
        Json.WriteSealed(file, new Known(server, id));
    }

    /// <inheritdoc/>
    public void Scalar(string tag, double value, long step)
    {
        lock (adding)
        {
            if (failed)
                return;
            waiting.Add(new JsonObject { ["key"] = tag, ["value"] = value, ["timestamp"] = Now, ["step"] = step });
            if ((DateTime.UtcNow - sent < Every && waiting.Count < MostScalars) || !sending.IsCompleted)
                return;
            sending = Task.Run(Send);
        }
    }

    /// <inheritdoc/>
    public void End(bool complete)
    {
        if (id.Length == 0)
            return;
        sending.Wait();
        Send();
        if (!failed)
            Try(() => Update(complete ? "FINISHED" : "KILLED"));
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    void Send()
    {
        List<JsonNode> all;
        lock (adding)
            (all, waiting, sent) = (waiting, [], DateTime.UtcNow);
        foreach (var part in all.Chunk(MostScalars))
        {
            if (!failed)
                Try(() => Post("runs/log-batch", new JsonObject { ["run_id"] = id, ["metrics"] = new JsonArray(part) }));
        }
    }

    void Update(string status)
    {
        var update = new JsonObject { ["run_id"] = id, ["status"] = status };
        if (status != "RUNNING")
            update["end_time"] = Now;
        Post("runs/update", update);
    }

    void Try(Action call)
    {
        try
        {
            call();
        }
        catch (IOException e)
        {
            failed = true;
            warning($"{e.Message}; the rest of this run is not sent there");
        }
    }

    JsonNode? Post(string path, JsonObject body)
    {
        using var answer = Request(HttpMethod.Post, path, body, mayFail: false);
        return Read(answer);
    }

    HttpResponseMessage Request(HttpMethod method, string path, JsonObject? body, bool mayFail)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            var answer = client.Send(request);
            if (answer.IsSuccessStatusCode || (mayFail && answer.StatusCode == System.Net.HttpStatusCode.NotFound))
                return answer;
            using (answer)
                throw new IOException($"MLflow at {client.BaseAddress} answers {(int)answer.StatusCode}: {Reason(answer)}");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            throw new IOException($"MLflow at {client.BaseAddress} cannot be reached: {e.Message}", e);
        }
    }

    static string Reason(HttpResponseMessage answer)
    {
        try
        {
            return (string?)Read(answer)?["message"] ?? answer.ReasonPhrase ?? "";
        }
        catch (IOException)
        {
            return answer.ReasonPhrase ?? "";
        }
    }

    static JsonNode? Read(HttpResponseMessage answer)
    {
        try
        {
            using var stream = answer.Content.ReadAsStream();
            return JsonNode.Parse(stream) as JsonObject;
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new IOException($"{answer.RequestMessage?.RequestUri} does not answer with JSON: is it an MLflow server?", e);
        }
    }

    IOException Unexpected() => new($"MLflow at {client.BaseAddress} gives no id: is it an MLflow server?");

    static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    sealed record Known(string Server, string Run);
}
