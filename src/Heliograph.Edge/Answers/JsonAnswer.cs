using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Edge.Answers;

/// <summary>Responses with one JSON object.</summary>
static class JsonAnswer
{
    /// <summary>Answers with the members that are written.</summary>
    public static Task Write(HttpContext context, Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        using (var writer = new Utf8JsonWriter(context.Response.BodyWriter))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }
        return context.Response.BodyWriter.FlushAsync(context.RequestAborted).AsTask();
    }

    /// <summary>Answers with the body that the Open Inference Protocol has for errors.</summary>
    public static Task WriteError(HttpContext context, int status, string message, int? retryAfter = null)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }
        if (retryAfter is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Write(context, writer => writer.WriteString("error", message), status);
    }
}
