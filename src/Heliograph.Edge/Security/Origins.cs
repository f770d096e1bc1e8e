using Grpc.Core;
using Heliograph.Edge.Answers;
using Heliograph.Edge.Options;
using Heliograph.Edge.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Edge.Security;

/// <summary>
/// Keeps foreign pages from using a visitor's browser: a request must name this server as its host, and one that may change something must
/// come from this server's page, or from no page, or carry a key that a browser does not send by itself. Health checks are open to everyone.
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
                $"'{host}' is not a name of this server; --allow-host {host} allows it");
        }
        if (!IsSafe(request.Method) && IsForeign(request) && !Guard.HasBearer(request))
        {
            return Refusals.Write(context, metrics, "origin", StatusCodes.Status403Forbidden, StatusCode.PermissionDenied,
                "another server's page may not send this without a key: Authorization: Bearer KEY");
        }
        return next(context);
    }

    static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    /// <summary>True if a browser says that another server's page sent this. Other programs do not say.</summary>
    static bool IsForeign(HttpRequest request)
    {
        string origin = request.Headers.Origin.ToString(), site = request.Headers["Sec-Fetch-Site"].ToString();
        bool foreignOrigin = origin.Length > 0 && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
        // Behind a proxy that ends TLS the scheme differs; the browser only knows what it sees.
        return site.Length > 0 ? site is not ("same-origin" or "none") : foreignOrigin;
    }
}
