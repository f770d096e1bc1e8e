using System.Net.Http.Headers;
using Heliograph.Edge.Devices;
using Heliograph.Edge.Results;
using Heliograph.Edge.Telemetry;
using Heliograph.Links;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Heliograph.Edge.Tests.Results;

/// <summary>Devices whose ids somebody makes up, and those that are real, in the metrics.</summary>
public sealed class DeviceSeriesTests
{
    const int MadeUp = 6000;

    [Fact]
    public async Task Made_up_devices_neither_hide_a_real_one_nor_stay()
    {
        await using var server = await TestServer.Start();
        float[] symbols = EdgePairs.Symbols(server.Pair, 1, 1);
        using var early = new Sender(server, 0xea);
        for (int i = 0; i < 5; i++)
            early.Send(server.Pair, symbols, 7.5, say: true);
        await Wait.Until(async () => await server.Metric("heliograph_snr_dB", "00000000000000ea") is not null, "the early device is there");
        // The link takes so many new devices in a minute only; the records behind it are what is tried here.
        var records = server.Server.Devices;
        for (int i = 0; i < MadeUp; i++)
        {
            Make(records, (ulong)(0x10000 + i), server.Pair);
            if (i % 500 == 0)
                await server.Http.GetStringAsync("/metrics");
        }
        using var late = new Sender(server, 0x1a);
        late.Send(server.Pair, symbols, 3, say: true);
        await Wait.Until(async () => await server.Metric("heliograph_snr_dB", "device=\"000000000000001a\",source=\"sender\"") == 3, "the late device is there");
        Assert.Equal(7.5, await server.Metric("heliograph_snr_dB", "device=\"00000000000000ea\",source=\"sender\""));
        string text = await server.Http.GetStringAsync("/metrics");
        Assert.InRange(text.Split('\n').Count(line => line.StartsWith("heliograph_snr_dB{", StringComparison.Ordinal)), 2, 2 * DeviceRecords.Most);
        Assert.DoesNotContain("otel_metric_overflow", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenMetrics_ends_as_it_should()
    {
        await using var server = await TestServer.Start();
        using var sender = new Sender(server, 0xea);
        sender.Send(server.Pair, EdgePairs.Symbols(server.Pair, 1, 1), 7.5, say: true);
        await Wait.Until(async () => await server.Metric("heliograph_snr_dB", "00000000000000ea") is not null, "the device is there");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text; version=1.0.0"));
        using var response = await server.Http.SendAsync(request);
        string[] lines = (await response.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n');
        Assert.Equal("# EOF", lines[^1]);
        Assert.Single(lines, "# EOF");
        Assert.Contains("heliograph_snr_dB{device=\"00000000000000ea\",source=\"sender\"} 7.5", lines);
        Assert.Equal(lines.Distinct().Count(), lines.Length);
    }

    [Fact]
    public void Exporters_are_told_of_the_devices_that_are_there_now()
    {
        string root = Directory.CreateTempSubdirectory("heliograph-edge-").FullName;
        var pair = EdgePairs.Write(root, "one");
        Directory.Delete(root, recursive: true);
        var records = new DeviceRecords(TimeProvider.System);
        var exporter = new Collector();
        using var reader = new BaseExportingMetricReader(exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Delta };
        using var exporting = DeviceSeries.Export(records, metrics => metrics.AddReader(reader));
        for (int i = 0; i < MadeUp; i++)
        {
            Make(records, (ulong)(0x10000 + i), pair);
            if (i % 500 == 0)
                reader.Collect();
        }
        Make(records, 0xea, pair);
        reader.Collect();
        Assert.Contains("00000000000000ea", exporter.Devices);
        Assert.InRange(exporter.Devices.Count, 2, DeviceRecords.Most);
    }

    static void Make(DeviceRecords records, ulong device, Heliograph.Pairs.Pair pair)
    {
        var record = records.Of(device);
        lock (record.Lock)
            record.Arrived(Frame.Create(new FrameStamper(device).Next(pair.Id, 5), new float[12]), "one", 12, 12);
    }

    sealed class Collector : BaseExporter<Metric>
    {
        public HashSet<string> Devices { get; } = [];

        public override ExportResult Export(in Batch<Metric> batch)
        {
            Devices.Clear();
            foreach (var metric in batch)
            {
                foreach (ref readonly var point in metric.GetMetricPoints())
                {
                    foreach (var tag in point.Tags)
                    {
                        if (tag.Key == "device")
                            Devices.Add((string)tag.Value!);
                    }
                }
            }
            return ExportResult.Success;
        }
    }
}
