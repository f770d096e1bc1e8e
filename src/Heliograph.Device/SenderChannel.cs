using System.Globalization;
using Heliograph.Channels;
using Heliograph.Links;

namespace Heliograph.Device;

/// <summary>Noise that the sender adds itself, for links that are clean.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Snr">Its SNR, P/σ² per real symbol.</param>
sealed record SenderChannel(IChannel Channel, Snr Snr)
{
    /// <summary>Reads <c>awgn:14.5</c>.</summary>
    /// <exception cref="UsageException">It is no such text.</exception>
    public static SenderChannel? Parse(string? text)
    {
        if (text is null)
            return null;
        return text.Split(':') is ["awgn", var snr] && double.TryParse(snr, NumberStyles.Float, CultureInfo.InvariantCulture, out double decibels) && Math.Abs(decibels) <= FrameFormat.MaxSnrDb
            ? new(new AwgnChannel(), Snr.FromDecibels(decibels))
            : throw new UsageException($"--channel must be awgn:SNR with the SNR in dB, for instance awgn:14.5, not '{text}'");
    }
}
