using System.Text.Json;
using Heliograph.Edge.Answers;
using Heliograph.Edge.Options;
using Heliograph.Edge.Protocol;
using Heliograph.Edge.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heliograph.Edge.Results;

/// <summary>What the page and other clients read: the event stream, the status and, in a demonstration, the simulated channel.</summary>
sealed class ResultsApi(ResultStream stream, StatusReport status, MemoryBudget budget, IDemoController? demo)
{
    const int MaxDemoBytes = 4096;

    static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRead("/api/results", stream.Answer);
        routes.MapRead("/api/status", context => context.Response.WriteAsJsonAsync(status.Now(), Web, context.RequestAborted));
        if (demo is null)
            return;
        routes.MapRead("/api/demo", context => WriteDemo(context, demo));
        routes.MapPut("/api/demo", (RequestDelegate)(context => PutDemo(context, demo)));
    }

    static Task WriteDemo(HttpContext context, IDemoController demo) => JsonAnswer.Write(context, writer =>
    {
        if (demo.SnrDb is { } db)
            writer.WriteNumber("snrDb", db);
        else
            writer.WriteNull("snrDb");
    });

    async Task PutDemo(HttpContext context, IDemoController demo)
    {
        if (!context.Request.HasJsonContentType())
        {
            await JsonAnswer.WriteError(context, StatusCodes.Status415UnsupportedMediaType, "send JSON, with Content-Type: application/json");
            return;
        }
        try
        {
            using var bytes = await RequestBody.Read(context, MaxDemoBytes, budget);
            using var body = JsonDocument.Parse(bytes.Memory);
            if (body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty("snrDb", out var value))
            {
                double? db = value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
                if (value.ValueKind == JsonValueKind.Null || db is >= IDemoController.LowestSnrDb and <= IDemoController.HighestSnrDb)
                {
                    demo.SnrDb = db;
                    await WriteDemo(context, demo);
                    return;
                }
            }
        }
        catch (JsonException)
        {
            // Told below.
        }
        catch (InferError e)
        {
            await JsonAnswer.WriteError(context, e.Http, e.Message, e.RetryAfter);
            return;
        }
        await JsonAnswer.WriteError(context, StatusCodes.Status400BadRequest,
            $"send {{\"snrDb\": number}} from {IDemoController.LowestSnrDb} to {IDemoController.HighestSnrDb} dB, or null for no noise");
    }
}
