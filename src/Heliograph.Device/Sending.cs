using System.Diagnostics;
using Heliograph.Channels;
using Heliograph.Images;
using Heliograph.Links;
using Heliograph.Pairs;
using Heliograph.Runtime;
using Heliograph.Statistics;

namespace Heliograph.Device;

/// <summary>What happened to one frame.</summary>
/// <param name="Sequence">Its number in the stream.</param>
/// <param name="Source">Where the image came from.</param>
/// <param name="Encoding">Time of the device half alone.</param>
/// <param name="Bytes">Sent on the link, headers included.</param>
/// <param name="Symbols">How many of its symbols were sent.</param>
/// <param name="Answer">The edge's last answer about it, or null.</param>
readonly record struct SentFrame(ulong Sequence, string Source, TimeSpan Encoding, int Bytes, int Symbols, Answer? Answer);

/// <summary>One image after the other: fit, encode, add noise where asked, send. All symbols of a frame are encoded before the first is sent, and know the SNR of the same report.</summary>
sealed class Sending(Pair pair, Encoder encoder, FrameStamper stamper, Senders senders, SenderChannel? noise, ulong seed, bool thumbnails, byte? width, Feedback? feedback, Snr? expected)
{
    readonly float[] symbols = new float[encoder.SymbolCount];

    /// <summary>Of the last frame, as they were sent.</summary>
    public ReadOnlySpan<float> Symbols => symbols;

    public SentFrame Send(string source, RgbImage picture, int? label)
    {
        RgbImage image = picture.Fit(encoder.Input.Width, encoder.Input.Height);
        long start = Stopwatch.GetTimestamp();
        encoder.Tell(feedback?.Reported ?? expected);
        encoder.Encode(image.Pixels, symbols);
        var encoding = Stopwatch.GetElapsedTime(start);

        var header = stamper.Next(pair.Id, (float?)noise?.Snr.Decibels, label, width);
        noise?.Channel.Transmit(symbols, noise.Snr, new RandomStream(seed, "device", (long)header.Sequence));
        var thumbnail = thumbnails ? Small(image) : null;
        if (feedback is null)
            return new(header.Sequence, source, encoding, senders.Send(header, symbols, thumbnail), symbols.Length, null);
        var exchange = feedback.Send(header, symbols, thumbnail);
        senders.Record(header, symbols.AsSpan(0, exchange.Symbols));
        return new(header.Sequence, source, encoding, exchange.Bytes, exchange.Symbols, exchange.Answer);
    }

    static Thumbnail Small(RgbImage image)
    {
        const int side = 64;
        double scale = Math.Min(1, (double)side / Math.Max(image.Width, image.Height));
        var small = scale < 1 ? image.Resize(Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale))) : image;
        return new(small.Width, small.Height, small.Pixels);
    }
}
