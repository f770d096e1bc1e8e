using Heliograph.Channels;
using Heliograph.Links;
using Heliograph.Pairs;
using Heliograph.Statistics;

namespace Heliograph.Edge.Tests;

/// <summary>A device that sends symbols over UDP.</summary>
sealed class Sender(TestServer server, ulong device, DeviceKey? key = null) : IDisposable
{
    readonly UdpFrameSender link = new(server.Server.Udp!, new(key: key));
    readonly FrameStamper stamper = new(device);
    readonly RandomStream random = new(device, "sender");

    public ulong Device => device;

    /// <summary>Sends one vector, with noise where an SNR is given.</summary>
    public void Send(Pair pair, ReadOnlySpan<float> symbols, double? snrDb = null, bool say = false, int? label = null, Thumbnail? thumbnail = null)
    {
        float[] sent = symbols.ToArray();
        if (snrDb is { } db)
            new AwgnChannel().Transmit(sent, Snr.FromDecibels(db), random);
        link.Send(stamper.Next(pair.Id, say ? (float)snrDb! : null, label), sent, thumbnail);
    }

    /// <summary>Sends one vector as it is, and says that it has an SNR.</summary>
    public void Say(Pair pair, float[] symbols, float snrDb, int? label = null) => link.Send(stamper.Next(pair.Id, snrDb, label), symbols);

    public void Dispose() => link.Dispose();
}
