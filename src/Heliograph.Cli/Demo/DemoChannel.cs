using Heliograph.Channels;
using Heliograph.Edge;

namespace Heliograph.Cli.Demo;

/// <summary>The simulated channel of a demonstration, whose SNR the page sets while the sender sends.</summary>
sealed class DemoChannel : IDemoController
{
    /// <summary>The channels that can be simulated.</summary>
    public static IReadOnlyList<string> Names { get; } = ["awgn"];

    readonly Lock setting = new();
    readonly IChannel channel;
    double? snrDb;

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="snrDb">P/σ² per real symbol in dB (docs/snr.md).</param>
    /// <exception cref="UsageException">There is no such channel, or an SNR out of range.</exception>
    public DemoChannel(string name, double snrDb)
    {
        channel = name switch
        {
            "awgn" => new AwgnChannel(),
            _ => throw new UsageException($"--channel: there is no channel '{name}'; known are {string.Join(", ", Names)}"),
        };
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

    /// <summary>Changes one image's symbols as the channel does now; returns the SNR in dB, or null for no noise.</summary>
    public float? Transmit(Span<float> symbols, RandomStream random)
    {
        double? db = SnrDb;
        if (db is { } value)
            channel.Transmit(symbols, Snr.FromDecibels(value), random);
        return (float?)db;
    }
}
