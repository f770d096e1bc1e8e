using System.Globalization;
using System.Text.Json;
using Heliograph.Edge.Answers;
using Heliograph.Edge.Devices;
using Heliograph.Edge.Options;
using Heliograph.Edge.Protocol;
using Heliograph.Edge.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heliograph.Edge.Results;

/// <summary>What the page of a demonstration reads and sets (docs/edge.md).</summary>
sealed class DemoApi(IDemoController demo, MemoryBudget budget)
{
    const int MaxBytes = 4096, MaxPictureBytes = 4 << 20;
    const string Path = "/api/demo", PicturePath = Path + "/picture", Adapts = "adapts";

    static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRead(Path, WriteState);
        routes.MapPut(Path, (RequestDelegate)PutSnr);
        routes.MapPut(PicturePath, (RequestDelegate)PutPicture);
        routes.MapDelete(PicturePath, (RequestDelegate)(context => Show(context, null)));
        routes.MapRead(Path + "/story", WriteStory);
    }

    Task WriteState(HttpContext context)
    {
        var about = demo.About;
        return context.Response.WriteAsJsonAsync(new
        {
            demo.SnrDb,
            Own = demo.ShowsOwn,
            Device = DeviceRecords.Name(about.Device),
            about.Symbols,
            about.DeviceMacs,
            about.Formats,
            about.PlannedDb,
            about.Carries,
        }, Web, context.RequestAborted);
    }

    async Task PutSnr(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            await JsonAnswer.WriteError(context, StatusCodes.Status415UnsupportedMediaType, "send JSON, with Content-Type: application/json");
            return;
        }
        try
        {
            using var bytes = await RequestBody.Read(context, MaxBytes, budget);
            using var body = JsonDocument.Parse(bytes.Memory);
            if (body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty("snrDb", out var value))
            {
                double? db = value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
                if (value.ValueKind == JsonValueKind.Null || IsSnr(db))
                {
                    demo.SnrDb = db;
                    await WriteState(context);
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

    async Task PutPicture(HttpContext context)
    {
        // A type that no form of another page can send unasked.
        if (context.Request.ContentType?.StartsWith("image/", StringComparison.OrdinalIgnoreCase) != true)
        {
            await JsonAnswer.WriteError(context, StatusCodes.Status415UnsupportedMediaType, "send a picture, with its Content-Type, such as image/png");
            return;
        }
        try
        {
            using var body = await RequestBody.Read(context, MaxPictureBytes, budget);
            await Show(context, body.Bytes.ToArray());
        }
        catch (InferError e)
        {
            await JsonAnswer.WriteError(context, e.Http, e.Message, e.RetryAfter);
        }
    }

    async Task Show(HttpContext context, byte[]? file)
    {
        try
        {
            demo.Show(file);
            await WriteState(context);
        }
        catch (InvalidDataException e)
        {
            await JsonAnswer.WriteError(context, StatusCodes.Status400BadRequest, e.Message);
        }
    }

    Task WriteStory(HttpContext context)
    {
        var query = context.Request.Query;
        string format = query["format"].FirstOrDefault() ?? demo.About.Formats[0], planned = query["planned"].FirstOrDefault() ?? Adapts;
        double? plannedDb = double.TryParse(planned, NumberStyles.Float, CultureInfo.InvariantCulture, out double db) ? db : null;
        if (!ulong.TryParse(query["seq"].FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong sequence) || !demo.About.Formats.Contains(format)
            || !(planned == Adapts || IsSnr(plannedDb)))
        {
            return JsonAnswer.WriteError(context, StatusCodes.Status400BadRequest,
                $"ask with seq=NUMBER, format={string.Join('|', demo.About.Formats)} and planned=DB or {Adapts}, DB from {IDemoController.LowestSnrDb} to {IDemoController.HighestSnrDb}");
        }
        return demo.Story(sequence, format, plannedDb) is { } story ? context.Response.WriteAsJsonAsync(story, Web, context.RequestAborted)
            : JsonAnswer.WriteError(context, StatusCodes.Status404NotFound, $"frame {sequence} is not among the last that were sent");
    }

    static bool IsSnr(double? db) => db is >= IDemoController.LowestSnrDb and <= IDemoController.HighestSnrDb;
}
