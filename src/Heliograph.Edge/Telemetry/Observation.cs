using Heliograph.Edge.Devices;
using Heliograph.Edge.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Heliograph.Edge.Telemetry;

/// <summary>Metrics, traces and logs.</summary>
static class Observation
{
    // OpenTelemetry's own name for where to send to.
    const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    const string ServiceName = "heliograph-edge";

    public static void Add(IHostApplicationBuilder builder, EdgeOptions options, DeviceRecords devices)
    {
        bool export = !string.IsNullOrEmpty(builder.Configuration[OtlpEndpoint]);
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(Describe).WithMetrics(metrics =>
        {
            metrics.AddMeter(EdgeMetrics.Name).AddPrometheusExporter();
            if (export)
                metrics.AddOtlpExporter();
        });
        if (export)
        {
            // The services make it when the server starts, and end it.
            builder.Services.AddKeyedSingleton<IDisposable>(DeviceSeries.MeterName, (_, _) => DeviceSeries.Export(devices, metrics => metrics.AddOtlpExporter(
                (_, reader) => reader.TemporalityPreference = MetricReaderTemporalityPreference.Delta)));
            telemetry.WithTracing(traces => traces.AddSource(EdgeMetrics.Name).AddAspNetCoreInstrumentation().AddOtlpExporter());
        }

        builder.Logging.ClearProviders();
        // Standard output is for what the user asked for.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (options.JsonLogs)
            builder.Logging.AddJsonConsole(json => json.UseUtcTimestamp = true);
        else
            builder.Logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss "));
        builder.Services.AddSingleton<ConsoleLoggerProvider>();
        builder.Services.Replace(ServiceDescriptor.Singleton<ILoggerProvider>(services => new CountedLogs(services.GetRequiredService<ConsoleLoggerProvider>(), options.Clock)));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning).AddFilter("OpenTelemetry", LogLevel.Warning);
        // It would log the exception that the program reports in one line.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        // A server that is starting or stopping is not ready, which is not an error.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
    }

    /// <summary>Names the service; OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES override it.</summary>
    public static void Describe(ResourceBuilder resource) =>
        resource.AddService(ServiceName, serviceVersion: EdgeVersion.Text, autoGenerateServiceInstanceId: false).AddEnvironmentVariableDetector();

    public static void Map(IEndpointRouteBuilder routes, DeviceRecords devices)
    {
        routes.ServiceProvider.GetKeyedService<IDisposable>(DeviceSeries.MeterName);
        DeviceSeries.AddTo(routes.MapPrometheusScrapingEndpoint("/metrics"), devices);
    }
}
