using Heliograph.Channels;

namespace Heliograph.Device;

/// <summary>A channel that the sender simulates itself, for links that are clean.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Snr">Its SNR, P/σ² per real symbol.</param>
sealed record SenderChannel(IChannel Channel, Snr Snr)
{
    /// <summary>Reads <c>awgn:14.5</c>, or another channel with <c>snr=DB</c> among its parameters.</summary>
    /// <exception cref="UsageException">It is not such a text.</exception>
    public static SenderChannel? Parse(string? text)
    {
        if (text is null)
            return null;
        try
        {
            var (channel, snr) = ChannelCatalogue.ParseWithSnr(text);
            return new(channel, snr);
        }
        catch (UsageException e)
        {
            throw new UsageException($"--channel: {e.Message}", e);
        }
    }
}
