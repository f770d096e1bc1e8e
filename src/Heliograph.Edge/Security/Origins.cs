using Grpc.Core;
using Heliograph.Edge.Answers;
using Heliograph.Edge.Options;
using Heliograph.Edge.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Edge.Security;

/// <summary>
/// Keeps the pages of others from using a visitor's browser: a request must name this server as its host, and one that may change something must
/// come from a page of this server, or from no page, or bring a key that a browser does not send by itself. Health is for everybody.
/// </summary>
sealed class Origins(EdgeOptions options, EdgeMetrics metrics)
{
    readonly KnownHosts hosts = new(options.Bind, options.AllowedHosts);

    public Task Invoke(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (Guard.IsHealth(request.Path))
            return next(context);
        if (!hosts.Contains(context))
        {
            string host = Shown.Of(request.Host.Host);
            return Refusals.Write(context, metrics, "host", StatusCodes.Status421MisdirectedRequest, StatusCode.PermissionDenied,
                $"this server is not called '{host}'; it may be with --allow-host {host}");
        }
        if (!IsSafe(request.Method) && IsForeign(request) && !Guard.HasBearer(request))
        {
            return Refusals.Write(context, metrics, "origin", StatusCodes.Status403Forbidden, StatusCode.PermissionDenied,
                "a page of another server may not send this; with keys it may: Authorization: Bearer KEY");
        }
        return next(context);
    }

    static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    /// <summary>True when a browser says that another server's page sends this. Programs that are no browsers say nothing of it.</summary>
    static bool IsForeign(HttpRequest request)
    {
        string origin = request.Headers.Origin.ToString(), site = request.Headers["Sec-Fetch-Site"].ToString();
        bool foreignOrigin = origin.Length > 0 && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
        // Behind a proxy that ends TLS the scheme differs; the browser's own word is about what it sees.
        return site.Length > 0 ? site is not ("same-origin" or "none") : foreignOrigin;
    }
}
