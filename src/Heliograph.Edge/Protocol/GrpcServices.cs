using Heliograph.Edge.Options;
using Heliograph.Edge.Protocol.Grpc;
using Heliograph.Edge.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Heliograph.Edge.Protocol;

/// <summary>What is served over gRPC: the protocol, its health as <c>grpc.health.v1</c>, and reflection, so that clients need no .proto.</summary>
static class GrpcServices
{
    public static void Add(IServiceCollection services, EdgeOptions options, Inference inference, EdgeMetrics metrics)
    {
        services.AddGrpc(service =>
        {
            // Names of services and methods, for health and reflection.
            service.MaxReceiveMessageSize = 16 << 10;
            service.MaxSendMessageSize = null;
            // Health ends its streams itself.
            service.Interceptors.Add<StreamEnding>();
        }).AddServiceOptions<GrpcProtocol>(service =>
        {
            service.MaxReceiveMessageSize = options.MaximumRequestBytes;
            service.MaxSendMessageSize = null;
        });
        services.AddSingleton(new GrpcProtocol(inference, metrics));
        // The same for the whole server (the empty name) and for the protocol's service.
        services.AddGrpcHealthChecks(health => health.Services.Map(GRPCInferenceService.Descriptor.FullName, _ => true))
            .AddCheck("ready", () => inference.Ready ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
        // How soon watchers learn of a change; a single check gets the current state.
        services.Configure<HealthCheckPublisherOptions>(publisher => publisher.Delay = publisher.Period = TimeSpan.FromSeconds(2));
        services.AddGrpcReflection();
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGrpcService<GrpcProtocol>();
        routes.MapGrpcHealthChecksService();
        routes.MapGrpcReflectionService();
    }
}
