using Heliograph.Edge.Devices;
using Heliograph.Edge.Intake;
using Heliograph.Edge.Options;
using Heliograph.Edge.Pairs;
using Heliograph.Edge.Telemetry;
using Heliograph.Links;

namespace Heliograph.Edge.Results;

/// <summary>The response to <c>GET /api/status</c>.</summary>
sealed class StatusReport(PairSet pairs, PairLoader loader, Batcher batcher, DeviceRecords devices, ResultPublisher results, ResultStream stream, EdgeMetrics metrics,
    LinkCounters? datagrams, bool demo, SampleWatch? samples, TimeProvider clock)
{
    readonly DateTimeOffset started = clock.GetUtcNow();

    public object Now() => new
    {
        Version = EdgeVersion.Text,
        Ready = pairs.Ready,
        Started = started,
        Demo = demo,
        Pairs = pairs.All.Select(Pair),
        loader.NotServed,
        Devices = devices.All.Select(Device),
        Samples = samples?.Now(),
        Queue = new { Length = batcher.Count, batcher.Capacity },
        Latency = results.Latency,
        Refused = metrics.Refusals,
        RefusedFrames = metrics.FrameRefusals,
        RefusedDatagrams = Datagrams(),
        SocketErrors = datagrams?.SocketErrors ?? 0,
        ResultClients = stream.Count,
    };

    /// <summary>Datagrams that did not become part of a frame, by the reason's name in the metrics; without those whose frames are counted as refused.</summary>
    Dictionary<string, long> Datagrams() => Enum.GetValues<Refusal>().Where(why => why is not (Refusal.None or Refusal.UnknownPair or Refusal.WrongLength or Refusal.UnknownMode) && datagrams?[why] > 0)
        .ToDictionary(why => why.ToString(), why => datagrams![why]);

    static object Pair(EdgePair pair) => new
    {
        pair.Name,
        Id = pair.Id.ToString(),
        pair.Version,
        pair.Loaded,
        pair.Ready,
        pair.Symbols,
        Modes = pair.Modes is { } modes ? new { Widths = modes.Ratios.Select(ratio => Math.Round(100 * ratio, 4)), modes.Symbols, modes.SnrLowDb, modes.SnrHighDb } : null,
        Task = pair.Description.Task ?? "classification",
        pair.Description.Metric,
        pair.Description.Gallery,
        pair.Description.Classes,
        pair.Description.Split,
        pair.Description.PruningRatio,
        Input = pair.Description.Device.Input,
        TrainedFor = pair.Description.Channel,
        pair.Description.Accuracy,
    };

    static object Device(DeviceRecord device)
    {
        lock (device.Lock)
        {
            var measured = device.Measured;
            return new
            {
                Device = DeviceRecords.Name(device.Device),
                device.Pair,
                device.LastSeen,
                device.Frames,
                device.Lost,
                device.Symbols,
                device.Erased,
                device.Saved,
                device.Labelled,
                device.Correct,
                SnrDb = Rounded(device.SnrDb),
                Snr = new
                {
                    Source = device.SenderSnrDb is null ? "measured" : "sender",
                    SenderDb = Rounded(device.SenderSnrDb),
                    MeasuredDb = Rounded(measured?.Db),
                    LowDb = Rounded(measured?.LowDb),
                    HighDb = Rounded(measured?.HighDb),
                    Frames = measured?.Frames ?? 0,
                },
                device.Latency,
            };
        }
    }

    static double? Rounded(double? value) => value is { } number ? Math.Round(number, 2) : null;
}
