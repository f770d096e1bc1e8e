using Heliograph.Channels;
using Heliograph.Edge.Options;
using Heliograph.Links;
using Heliograph.Pairs;
using Heliograph.Statistics;

namespace Heliograph.Edge.Tests.Page;

/// <summary>
/// A device that sends the same few vectors over a simulated channel, with pictures and labels: what the pair says of them without noise, but
/// for the first, whose label is another.
/// </summary>
sealed class DemoDevice : TestDemo, IAsyncDisposable
{
    const int Vectors = 6, FramesPerSecond = 50;

    readonly CancellationTokenSource stop = new();
    readonly Pair pair;
    readonly ulong device;
    readonly float[][] symbols;
    readonly int[] labels;
    Task sending = Task.CompletedTask;

    public DemoDevice(Pair pair, ulong device = 0xd1)
    {
        (this.pair, this.device) = (pair, device);
        symbols = [.. EdgePairs.Symbols(pair, Vectors, seed: 7).Chunk(pair.Description.Symbols)];
        labels = [.. symbols.Select(vector => EdgePairs.Logits(pair, vector)).Select(logits => Array.IndexOf(logits, logits.Max()))];
        labels[0] = (labels[0] + 1) % pair.Description.Classes.Count;
    }

    public override DemoAbout About => new(device, pair.Description.Symbols, 1_000_000, ["png", "jpeg"], 10, 6);

    protected override float[] Sent(ulong sequence) => symbols[sequence % Vectors];

    public void SendTo(System.Net.IPEndPoint server) => sending = Task.Run(async () =>
    {
        using var sender = new UdpFrameSender(server);
        using var clock = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / FramesPerSecond));
        var stamper = new FrameStamper(device);
        var random = new RandomStream(1, "noise", (long)device);
        // One colour, so that any pixel tells.
        byte[] pixels = [.. Enumerable.Repeat<byte[]>([200, 60, 20], 16 * 12).SelectMany(pixel => pixel)];
        for (int n = 0; !stop.IsCancellationRequested; n++)
        {
            await clock.WaitForNextTickAsync();
            double? db = SnrDb;
            float[] sent = [.. symbols[n % Vectors]];
            if (db is { } value)
                new AwgnChannel().Transmit(sent, Snr.FromDecibels(value), random);
            sender.Send(stamper.Next(pair.Id, (float?)db, labels[n % Vectors]), sent, new Thumbnail(16, 12, pixels));
        }
    });

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await sending;
        stop.Dispose();
    }
}
