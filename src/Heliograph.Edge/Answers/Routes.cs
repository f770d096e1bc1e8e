using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heliograph.Edge.Answers;

/// <summary>Routes for resources that are only read.</summary>
static class Routes
{
    static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Answers GET, and HEAD with the same headers: Kestrel leaves out the body.</summary>
    public static IEndpointConventionBuilder MapRead(this IEndpointRouteBuilder routes, string path, RequestDelegate handler) =>
        routes.MapMethods(path, Reading, handler);
}
