using Heliograph.Edge.Answers;
using Heliograph.Edge.Pairs;
using Heliograph.Edge.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heliograph.Edge.Results;

/// <summary>Whether the server is alive and ready, for monitoring.</summary>
static class HealthApi
{
    public static void Map(IEndpointRouteBuilder routes, Inference inference, PairLoader loader)
    {
        routes.MapRead("/health/live", context => context.Response.WriteAsync("live\n"));
        routes.MapRead("/health/ready", context =>
        {
            context.Response.StatusCode = inference.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            // The others are served; what is wrong with these is only for those who may read the status.
            string without = loader.NotServed is { Count: > 0 } missing ? "; not served: " + string.Join(", ", missing.Select(pair => Shown.Of(pair.Folder))) : "";
            return context.Response.WriteAsync((inference.Ready ? "ready" : "not ready") + without + "\n");
        });
    }
}
