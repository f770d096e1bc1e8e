using Heliograph.Wording;

namespace Heliograph.Channels;

/// <summary>
/// The channels by their text form, the same in experiments, on command lines and in <c>pair.json</c>: a name, then a colon and parameters
/// separated by commas, <c>key=value</c>; the first may be given without its key. For instance <c>awgn</c>, <c>rayleigh:block=1,csi=receiver</c>, <c>erasure:0.1</c>.
/// </summary>
public static class ChannelCatalogue
{
    static readonly OrderedDictionary<string, (string Form, Func<ChannelParameters, IChannel> Make)> Known = new(StringComparer.Ordinal)
    {
        ["awgn"] = ("awgn", _ => new AwgnChannel()),
        ["rayleigh"] = ("rayleigh:block=SAMPLES,csi=receiver|none", p => new FadingChannel(double.NegativeInfinity, p.Whole("block", 0, 0, 1 << 20), KnowsGain(p))),
        ["rician"] = ("rician:K_DB,block=SAMPLES,csi=receiver|none", p => new FadingChannel(p.First("k", -100, 100), p.Whole("block", 0, 0, 1 << 20), KnowsGain(p))),
        ["erasure"] = ("erasure:PROBABILITY", p => new ErasureChannel(p.First("probability", 0, 1))),
        ["phase"] = ("phase:DEGREES", p => new PhaseChannel(p.First("degrees", 0, 180))),
        ["clip"] = ("clip:DB", p => new ClippingChannel(p.First("papr", 0, 100))),
        ["burst"] = ("burst:RATE,length=SYMBOLS,power=DB", p => new BurstChannel(p.First("rate", 0, 1), p.Whole("length", 8, 1, 1 << 20), p.Number("power", 10, -100, 100))),
    };

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names => Known.Keys;

    /// <summary>How each is written.</summary>
    public static IReadOnlyList<string> Forms { get; } = [.. Known.Values.Select(known => known.Form)];

    /// <summary>Reads a channel.</summary>
    /// <exception cref="UsageException">There is no such channel, or a parameter is missing, unknown or out of range.</exception>
    public static IChannel Parse(string text) => Parse(text, out _, mayHaveSnr: false);

    /// <summary>Reads a channel with the SNR at which it is simulated, <c>snr=DB</c> among its parameters; <c>awgn:14.5</c> is <c>awgn:snr=14.5</c>.</summary>
    /// <exception cref="UsageException">As for <see cref="Parse(string)"/>, or the SNR is missing.</exception>
    public static (IChannel Channel, Snr Snr) ParseWithSnr(string text)
    {
        var channel = Parse(text, out double? snr, mayHaveSnr: true);
        return (channel, Snr.FromDecibels(snr ?? throw new UsageException($"channel '{text}': its SNR is missing; write for instance {(channel is AwgnChannel ? "awgn:14.5" : $"{channel},snr=14.5")}")));
    }

    static IChannel Parse(string text, out double? snr, bool mayHaveSnr)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':', 2);
        if (!Known.TryGetValue(parts[0], out var known))
        {
            throw new UsageException($"there is no channel '{parts[0]}'; "
                + (Nearest.To(parts[0], Names) is { } near ? $"did you mean {near}? " : "") + $"known are {string.Join(", ", Forms)}");
        }
        var parameters = new ChannelParameters(text, known.Form, parts is [_, var rest] ? rest : "");
        snr = mayHaveSnr ? parameters.Optional(parts[0] == "awgn" ? "" : "snr", -100, 100) ?? parameters.Optional("snr", -100, 100) : null;
        var channel = known.Make(parameters);
        parameters.RefuseOthers();
        return channel;
    }

    static bool KnowsGain(ChannelParameters parameters) => parameters.Word("csi", "receiver", "none") == "receiver";
}
