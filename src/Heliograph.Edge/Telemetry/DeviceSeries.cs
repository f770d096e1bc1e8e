using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Heliograph.Edge.Devices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Heliograph.Edge.Telemetry;

/// <summary>
/// The SNR of each device as a metric. Anyone can invent device ids, and OpenTelemetry's cumulative metrics give each label a place that is
/// never freed, of 2,000. So these series come straight from the records of the devices that are known now, and end with them.
/// </summary>
static class DeviceSeries
{
    /// <summary>Name of the meter for OTLP.</summary>
    public const string MeterName = EdgeMetrics.Name + ".Devices";

    const string Instrument = "heliograph.snr", Series = "heliograph_snr_dB", About = "SNR of each device: P/σ² per real symbol.";
    const string EndMark = "# EOF\n";

    /// <summary>A provider for exporters other than Prometheus; it forgets devices that are gone.</summary>
    /// <param name="devices">The devices.</param>
    /// <param name="exporter">Adds the exporter; its reader must prefer deltas, for which places are used again.</param>
    public static IDisposable Export(DeviceRecords devices, Action<MeterProviderBuilder> exporter)
    {
        var meter = new Meter(MeterName);
        meter.CreateObservableGauge(Instrument, () => devices.SnrMeasurements(), unit: "dB", description: About);
        var builder = Sdk.CreateMeterProviderBuilder().ConfigureResource(Observation.Describe).AddMeter(MeterName)
            // Two for each device, and the same for those that have gone since the last export.
            .AddView(Instrument, new MetricStreamConfiguration { CardinalityLimit = 4 * DeviceRecords.Most });
        exporter(builder);
        return new Exporting(meter, builder.Build());
    }

    /// <summary>Adds the series to the response of a Prometheus endpoint.</summary>
    public static void AddTo(IEndpointConventionBuilder metrics, DeviceRecords devices) => metrics.Add(endpoint =>
    {
        var others = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = context => Write(context, others, devices);
    });

    static async Task Write(HttpContext context, RequestDelegate others, DeviceRecords devices)
    {
        var body = context.Response.Body;
        using var written = new MemoryStream();
        context.Response.Body = written;
        try
        {
            await others(context);
        }
        finally
        {
            context.Response.Body = body;
        }
        var text = written.GetBuffer().AsMemory(0, (int)written.Length);
        if (context.Response.StatusCode == StatusCodes.Status200OK)
        {
            // OpenMetrics ends with an end marker.
            byte[] mark = Encoding.ASCII.GetBytes(EndMark);
            bool marked = text.Span.EndsWith(mark);
            byte[] own = Encoding.UTF8.GetBytes(Text(devices));
            text = (byte[])[.. marked ? text.Span[..^mark.Length] : text.Span, .. own, .. marked ? mark : []];
        }
        context.Response.ContentLength = text.Length;
        await body.WriteAsync(text, context.RequestAborted);
    }

    static string Text(DeviceRecords devices)
    {
        var text = new StringBuilder($"# TYPE {Series} gauge\n# UNIT {Series} dB\n# HELP {Series} {About}\n");
        foreach (var measured in devices.SnrMeasurements())
        {
            string labels = string.Join(',', measured.Tags.ToArray().Select(tag => $"{tag.Key}=\"{tag.Value}\""));
            text.Append(CultureInfo.InvariantCulture, $"{Series}{{{labels}}} {measured.Value:R}\n");
        }
        return text.ToString();
    }

    sealed class Exporting(Meter meter, IDisposable provider) : IDisposable
    {
        public void Dispose()
        {
            provider.Dispose();
            meter.Dispose();
        }
    }
}
