using Heliograph.Channels;
using Heliograph.Edge;
using Heliograph.Edge.Options;
using Heliograph.Statistics;

namespace Heliograph.Cli.Demo;

/// <summary>The simulated channel of a demonstration, whose SNR the page can set while frames are sent.</summary>
sealed class DemoChannel : IDemoController
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

    /// <summary>Applies the channel in its present state to one image's symbols; returns the SNR in dB, or null for no noise.</summary>
    public float? Transmit(Span<float> symbols, RandomStream random)
    {
        double? db = SnrDb;
        if (db is { } value)
            channel.Transmit(symbols, Snr.FromDecibels(value), random);
        return (float?)db;
    }
}
