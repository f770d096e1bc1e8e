using Heliograph.Edge.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Heliograph.Edge.Telemetry;

/// <summary>Health, metrics, traces and logs.</summary>
static class Observation
{
    // OpenTelemetry's own name for where to send to.
    const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void Add(IHostApplicationBuilder builder, EdgeOptions options)
    {
        bool export = !string.IsNullOrEmpty(builder.Configuration[OtlpEndpoint]);
        var telemetry = builder.Services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            metrics.AddMeter(EdgeMetrics.Name).AddPrometheusExporter();
            if (export)
                metrics.AddOtlpExporter();
        });
        if (export)
            telemetry.WithTracing(traces => traces.AddSource(EdgeMetrics.Name).AddAspNetCoreInstrumentation().AddOtlpExporter());

        builder.Logging.ClearProviders();
        // Standard output is for what was asked for.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (options.JsonLogs)
            builder.Logging.AddJsonConsole(json => json.UseUtcTimestamp = true);
        else
            builder.Logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss "));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning).AddFilter("OpenTelemetry", LogLevel.Warning);
        // It would log the exception that the program tells in one line.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
    }

    public static void Map(IEndpointRouteBuilder routes, Inference inference)
    {
        routes.MapPrometheusScrapingEndpoint("/metrics");
        routes.MapGet("/health/live", (RequestDelegate)(context => context.Response.WriteAsync("live\n")));
        routes.MapGet("/health/ready", (RequestDelegate)(context =>
        {
            context.Response.StatusCode = inference.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            return context.Response.WriteAsync(inference.Ready ? "ready\n" : "not ready\n");
        }));
    }
}
