using System.Diagnostics.Metrics;
using System.Globalization;
using Heliograph.Links;

namespace Heliograph.Edge.Devices;

/// <summary>
/// The devices that have sent frames; a bounded number, of which new ones give way first (<see cref="DeviceTable{T}"/>), so that ids that someone
/// invents do not displace a device that sends.
/// </summary>
sealed class DeviceRecords(TimeProvider clock)
{
    /// <summary>Maximum number of devices remembered.</summary>
    public const int Most = 1024;

    readonly Lock changing = new();
    readonly DeviceTable<DeviceRecord> records = new(Most);

    /// <summary>The record of a device, or a new one if there is none.</summary>
    public DeviceRecord Of(ulong device)
    {
        lock (changing)
        {
            if (!records.TryGet(device, out var record))
                records.Add(device, record = new(device, clock), Now(), out _);
            return record;
        }
    }

    /// <summary>A frame of a device was accepted.</summary>
    public void Heard(DeviceRecord record, bool authenticated)
    {
        lock (changing)
        {
            if (records.TryGet(record.Device, out var known) && known == record)
                record.Standing = records.Heard(record.Device, Now(), authenticated);
        }
    }

    /// <summary>All, by id.</summary>
    public IReadOnlyList<DeviceRecord> All
    {
        get
        {
            lock (changing)
                return [.. records.Values.OrderBy(record => record.Device)];
        }
    }

    TimeSpan Now() => clock.GetElapsedTime(0);

    /// <summary>A device's id as it is shown and typed: 16 hexadecimal digits.</summary>
    public static string Name(ulong device) => device.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The SNR of each device, measured and as reported by its sender.</summary>
    public IEnumerable<Measurement<double>> SnrMeasurements()
    {
        foreach (var record in All)
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
