using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace Heliograph.Edge.Results;

/// <summary>
/// The devices that have sent frames; a bounded number. Those that are silent for a minute are forgotten first, the longest silent at their head; then the one
/// with the fewest frames, so that ids that somebody makes up do not drive out a device that sends.
/// </summary>
sealed class DeviceRecords
{
    /// <summary>Most devices that are remembered.</summary>
    public const int Most = 1024;

    static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<ulong, DeviceRecord> records = new();

    /// <summary>The record of a device, a new one where there is none.</summary>
    public DeviceRecord Of(ulong device)
    {
        if (records.TryGetValue(device, out var record))
            return record;
        if (records.Count >= Most && records.Values.MinBy(Worth) is { } least)
            records.TryRemove(least.Device, out _);
        return records.GetOrAdd(device, id => new(id));
    }

    static (long Frames, DateTimeOffset LastSeen) Worth(DeviceRecord record) =>
        (DateTimeOffset.UtcNow - record.LastSeen > Silence ? 0 : record.Frames, record.LastSeen);

    /// <summary>All, by id.</summary>
    public IReadOnlyList<DeviceRecord> All => [.. records.Values.OrderBy(record => record.Device)];

    /// <summary>A device's id as it is shown and typed: 16 hexadecimal digits.</summary>
    public static string Name(ulong device) => device.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The SNR of each device, measured and as its sender says.</summary>
    public IEnumerable<Measurement<double>> SnrMeasurements()
    {
        foreach (var record in records.Values)
        {
            double? measured;
            float? sender;
            lock (record.Lock)
                (measured, sender) = (record.Measured?.Db, record.SenderSnrDb);
            string name = Name(record.Device);
            if (measured is { } db)
                yield return new(db, new("device", name), new("source", "measured"));
            if (sender is { } said)
                yield return new(said, new("device", name), new("source", "sender"));
        }
    }
}
