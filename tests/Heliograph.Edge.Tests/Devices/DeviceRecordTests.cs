using Heliograph.Edge.Devices;
using Microsoft.Extensions.Time.Testing;

namespace Heliograph.Edge.Tests.Devices;

public sealed class DeviceRecordTests
{
    [Fact]
    public void A_device_may_send_a_seconds_worth_at_once_and_then_as_much_as_time_gives()
    {
        var clock = new FakeTimeProvider();
        var record = new DeviceRecord(1, clock);
        int Taken(int tries) => Enumerable.Range(0, tries).Count(_ => record.MaySend(rate: 10));
        Assert.Equal(10, Taken(50));
        clock.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal(0, Taken(5));
        clock.Advance(TimeSpan.FromMilliseconds(201));
        Assert.Equal(3, Taken(5));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(10, Taken(50));
    }
}
