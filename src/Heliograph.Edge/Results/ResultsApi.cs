using System.Text.Json;
using Heliograph.Edge.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heliograph.Edge.Results;

/// <summary>What the page and other watchers read: the event stream, the status and, in a demonstration, the simulated channel.</summary>
sealed class ResultsApi(ResultStream stream, StatusReport status, IDemoController? demo)
{
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

    static Task WriteDemo(HttpContext context, IDemoController demo) => RestProtocol.Json(context, writer =>
    {
        if (demo.SnrDb is { } db)
            writer.WriteNumber("snrDb", db);
        else
            writer.WriteNull("snrDb");
    });

    static async Task PutDemo(HttpContext context, IDemoController demo)
    {
        if (!context.Request.HasJsonContentType())
        {
            await RestProtocol.WriteError(context, StatusCodes.Status415UnsupportedMediaType, "send JSON, with Content-Type: application/json");
            return;
        }
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
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
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            // Told below.
        }
        await RestProtocol.WriteError(context, StatusCodes.Status400BadRequest,
            $"send {{\"snrDb\": number}} from {IDemoController.LowestSnrDb} to {IDemoController.HighestSnrDb} dB, or null for no noise");
    }
}
