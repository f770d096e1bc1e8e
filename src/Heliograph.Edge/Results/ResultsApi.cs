using System.Text.Json;
using Heliograph.Edge.Answers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heliograph.Edge.Results;

/// <summary>What the page and other clients read: the event stream and the status.</summary>
sealed class ResultsApi(ResultStream stream, StatusReport status)
{
    static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRead("/api/results", stream.Answer);
        routes.MapRead("/api/status", context => context.Response.WriteAsJsonAsync(status.Now(), Web, context.RequestAborted));
    }
}
