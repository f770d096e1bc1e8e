using Heliograph.Channels;
using Heliograph.Edge.Options;
using Heliograph.Statistics;

namespace Heliograph.Cli.Demo;

/// <summary>The simulated channel of a demonstration, whose SNR the page can set while frames are sent.</summary>
sealed class DemoChannel
{
    readonly Lock setting = new();
    readonly IChannel channel;
    double? snrDb;

    /// <param name="text">A channel as <see cref="ChannelCatalogue"/> reads it.</param>
    /// <param name="snrDb">P/σ² per real symbol in dB (docs/snr.md).</param>
    /// <exception cref="UsageException">There is no such channel, or the SNR is out of range.</exception>
    public DemoChannel(string text, double snrDb)
    {
        try
        {
            channel = ChannelCatalogue.Parse(text);
        }
        catch (UsageException e)
        {
            throw new UsageException($"--channel: {e.Message}", e);
        }
        if (!(snrDb is >= IDemoController.LowestSnrDb and <= IDemoController.HighestSnrDb))
            throw new UsageException(FormattableString.Invariant($"--snr must be {IDemoController.LowestSnrDb} to {IDemoController.HighestSnrDb} dB, not {snrDb}"));
        this.snrDb = snrDb;
    }

    /// <summary>Whether block error rates, which are measured over AWGN, hold for it.</summary>
    public bool IsAwgn => channel is AwgnChannel;

    /// <summary>P/σ² per real symbol in dB; null for no noise.</summary>
    public double? SnrDb
    {
        get
        {
            lock (setting)
                return snrDb;
        }
        set
        {
            lock (setting)
                snrDb = value;
        }
    }

    /// <summary>Applies the channel to symbols.</summary>
    /// <param name="symbols">Of one image, of mean power 1.</param>
    /// <param name="db">The SNR in dB; null for no noise.</param>
    /// <param name="random">The source of noise.</param>
    public void Transmit(Span<float> symbols, double? db, RandomStream random)
    {
        if (db is { } value)
            channel.Transmit(symbols, Snr.FromDecibels(value), random);
    }
}
