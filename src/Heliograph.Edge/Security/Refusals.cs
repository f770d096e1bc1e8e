using System.Globalization;
using Grpc.Core;
using Heliograph.Edge.Answers;
using Heliograph.Edge.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Edge.Security;

/// <summary>Refuses a request before it is read, in the form of its protocol.</summary>
static class Refusals
{
    /// <summary>True when a request is a call of gRPC.</summary>
    public static bool IsGrpc(HttpContext context) => context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) ?? false;

    public static Task Write(HttpContext context, EdgeMetrics metrics, string reason, int http, StatusCode grpc, string message, int? retryAfter = null)
    {
        bool isGrpc = IsGrpc(context);
        metrics.Refused(isGrpc ? "grpc" : "http", reason);
        if (!isGrpc)
            return JsonAnswer.WriteError(context, http, message, retryAfter);
        // An answer of headers only, which gRPC uses for calls that do not start.
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = ((int)grpc).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = Uri.EscapeDataString(message);
        return Task.CompletedTask;
    }
}
