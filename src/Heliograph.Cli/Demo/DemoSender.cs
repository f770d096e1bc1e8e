using System.Net;
using Heliograph.Channels;
using Heliograph.Images;
using Heliograph.Links;
using Heliograph.Pairs;
using Heliograph.Runtime;
using Heliograph.Statistics;

namespace Heliograph.Cli.Demo;

/// <summary>A device in this process: encodes images, passes their symbols through the simulated channel, and sends them as real datagrams.</summary>
sealed class DemoSender(Pair pair, DemoImages images, DemoChannel channel, DemoController controller, ulong seed)
{
    /// <summary>"demo" in ASCII.</summary>
    public const ulong DeviceId = 0x6465_6d6f;

    // Receivers refuse larger pictures, and nobody needs them.
    const int MostThumbnailSide = 96;

    readonly Encoder encoder = new(pair.Device);

    /// <summary>Sends until asked to stop, which is not an error.</summary>
    /// <param name="server">Where datagrams go.</param>
    /// <param name="rate">Frames a second, above 0.</param>
    /// <param name="interrupt">Asks it to stop.</param>
    /// <exception cref="InvalidDataException">None of the images can be read.</exception>
    /// <exception cref="IOException">An image cannot be read, or nothing can be sent.</exception>
    public async Task Run(IPEndPoint server, double rate, CancellationToken interrupt)
    {
        using var sender = new UdpFrameSender(server);
        using var clock = new PeriodicTimer(TimeSpan.FromSeconds(1 / rate));
        var stamper = new FrameStamper(DeviceId);
        int[] order = [.. Enumerable.Range(0, images.Count)];
        float[] symbols = new float[encoder.SymbolCount];
        try
        {
            for (long n = 0; await clock.WaitForNextTickAsync(interrupt); n++)
            {
                int at = (int)(n % order.Length);
                if (at == 0)
                    new RandomStream(seed, "demo.order", n).Shuffle(order);
                if ((controller.Own is { } own ? new DemoImage(own.Pixels, null) : images.Read(order[at])) is not { } image)
                    continue;
                double? snrDb = channel.SnrDb;
                encoder.Tell(snrDb is { } known ? Snr.FromDecibels(known) : null);
                encoder.Encode(image.Rgb, symbols);
                var header = stamper.Next(pair.Id, (float?)snrDb, image.Label);
                // Before it is sent: the page may ask for it as soon as it has arrived.
                controller.Frames.Add(new(header.Sequence, image, [.. symbols], snrDb));
                channel.Transmit(symbols, snrDb, new(seed, "demo.noise", n));
                sender.Send(header, symbols, Thumbnail(image.Rgb));
            }
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    Thumbnail Thumbnail(byte[] rgb)
    {
        var (width, height) = (encoder.Input.Width, encoder.Input.Height);
        double scale = Math.Min(1, (double)MostThumbnailSide / Math.Max(width, height));
        var small = new RgbImage(width, height, rgb).Resize(Side(width), Side(height));
        return new(small.Width, small.Height, small.Pixels);

        int Side(int side) => Math.Max(1, (int)Math.Round(scale * side));
    }
}
