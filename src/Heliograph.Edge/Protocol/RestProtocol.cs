using System.Globalization;
using System.Text.Json;
using Heliograph.Edge.Answers;
using Heliograph.Edge.Options;
using Heliograph.Edge.Pairs;
using Heliograph.Edge.Security;
using Heliograph.Edge.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heliograph.Edge.Protocol;

/// <summary>The Open Inference Protocol v2 over HTTP, with the binary tensor extension.</summary>
sealed class RestProtocol(Inference inference, EdgeMetrics metrics, EdgeOptions options, MemoryBudget budget)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRead("/v2", context => JsonAnswer.Write(context, writer =>
        {
            writer.WriteString("name", "heliograph-edge");
            writer.WriteString("version", EdgeVersion.Text);
            WriteList(writer, "extensions", Inference.Extensions);
        }));
        routes.MapRead("/v2/health/live", context => JsonAnswer.Write(context, writer => writer.WriteBoolean("live", true)));
        routes.MapRead("/v2/health/ready", context => JsonAnswer.Write(context, writer =>
        {
            // The specification's text has "live" here, its schema "ready".
            writer.WriteBoolean("live", true);
            writer.WriteBoolean("ready", inference.Ready);
        }, inference.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable));
        foreach (string model in new[] { "/v2/models/{pair}", "/v2/models/{pair}/versions/{version}" })
        {
            routes.MapRead(model, Guarded(Metadata));
            routes.MapRead(model + "/ready", Guarded(PairReady));
            routes.MapPost(model + "/infer", Guarded(Infer));
        }
    }

    RequestDelegate Guarded(RequestDelegate handler) => async context =>
    {
        try
        {
            await handler(context);
        }
        catch (InferError e)
        {
            metrics.Refused("http", e.Reason);
            await JsonAnswer.WriteError(context, e.Http, e.Message, e.RetryAfter);
        }
    };

    EdgePair Pair(HttpContext context) =>
        inference.Pair((string)context.Request.RouteValues["pair"]!, (string?)context.Request.RouteValues["version"]);

    Task Metadata(HttpContext context)
    {
        var pair = Pair(context);
        return JsonAnswer.Write(context, writer =>
        {
            writer.WriteString("name", pair.Name);
            WriteList(writer, "versions", [Inference.Version]);
            writer.WriteString("platform", Inference.Platform);
            writer.WriteStartArray("inputs");
            WriteTensor(writer, new(Inference.SymbolsName, Inference.Datatype, pair.Modes is null ? pair.Symbols : -1));
            writer.WriteEndArray();
            writer.WriteStartArray("outputs");
            foreach (string name in OutputTensor.NamesOf(pair))
                WriteTensor(writer, OutputTensor.Of(pair, name));
            writer.WriteEndArray();
        });
    }

    Task PairReady(HttpContext context)
    {
        var pair = Pair(context);
        return JsonAnswer.Write(context, writer =>
        {
            writer.WriteString("name", pair.Name);
            writer.WriteBoolean("ready", pair.Ready);
        }, pair.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    async Task Infer(HttpContext context)
    {
        // An unknown pair is reported before the body is read; the pair may be replaced meanwhile.
        Pair(context);
        using var body = await RequestBody.Read(context, options.MaximumRequestBytes, budget);
        var pair = Pair(context);
        var request = RestRequest.Read(body.Bytes, HeaderLength(context.Request), pair, inference, out var work);
        try
        {
            await inference.Compute(work, "http", Caller.Of(context));
            await RestAnswer.Write(context, request, work);
        }
        finally
        {
            work.Return();
        }
    }

    static int? HeaderLength(HttpRequest request)
    {
        string? text = request.Headers["Inference-Header-Content-Length"];
        return string.IsNullOrEmpty(text) ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int length) ? length
            : throw InferError.Invalid("Inference-Header-Content-Length must be the number of bytes of the JSON");
    }

    static void WriteList(Utf8JsonWriter writer, string name, string[] items)
    {
        writer.WriteStartArray(name);
        foreach (string item in items)
            writer.WriteStringValue(item);
        writer.WriteEndArray();
    }

    static void WriteTensor(Utf8JsonWriter writer, OutputTensor tensor)
    {
        writer.WriteStartObject();
        writer.WriteString("name", tensor.Name);
        writer.WriteString("datatype", tensor.Datatype);
        writer.WriteStartArray("shape");
        writer.WriteNumberValue(-1);
        writer.WriteNumberValue(tensor.Columns);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
