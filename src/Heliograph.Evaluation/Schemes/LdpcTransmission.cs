using Heliograph.Channels;
using Heliograph.Digital;
using Heliograph.Statistics;

namespace Heliograph.Evaluation.Schemes;

/// <summary>Payloads over the digital link (docs/digital-link.md), each in the mode that suits its size and the SNR.</summary>
static class LdpcTransmission
{
    // Below the SNR at which even this one works, everything is lost.
    static readonly LinkMode Strongest = LinkMode.All.MinBy(mode => (mode.BitsPerSymbol, -mode.Code.Length))!;

    /// <summary>The mode with the fewest symbols that loses hardly a payload of a size at an SNR, or the strongest where none is good enough.</summary>
    public static LinkMode Mode(int payloadBytes, Snr snr) => BlockErrorRates.Measured.Choose(payloadBytes, snr) ?? Strongest;

    /// <summary>Mean real symbols an image at an SNR.</summary>
    public static double MeanSymbols(byte[][] payloads, Snr snr)
    {
        var modes = Modes(payloads, snr);
        return payloads.Average(payload => (double)DigitalLink.SymbolCount(modes[payload.Length], payload.Length));
    }

    /// <summary>Sends all payloads once.</summary>
    /// <param name="payloads">One an image.</param>
    /// <param name="channel">Between the two ends.</param>
    /// <param name="snr">In the convention of docs/snr.md.</param>
    /// <param name="random">The noise of an image.</param>
    /// <param name="cancellation">Asks to stop.</param>
    /// <returns>Which images arrived.</returns>
    public static bool[] Send(byte[][] payloads, IChannel channel, Snr snr, Func<int, RandomStream> random, CancellationToken cancellation)
    {
        bool[] arrived = new bool[payloads.Length];
        var modes = Modes(payloads, snr);
        foreach (var same in Enumerable.Range(0, payloads.Length).GroupBy(i => modes[payloads[i].Length]))
        {
            int[] images = [.. same];
            int at = 0;
            foreach (byte[]? received in new DigitalLink(same.Key).Carry(images.Select(i => payloads[i]), channel, snr, i => random(images[i])))
            {
                cancellation.ThrowIfCancellationRequested();
                arrived[images[at]] = received is not null && received.AsSpan().SequenceEqual(payloads[images[at]]);
                at++;
            }
        }
        return arrived;
    }

    // By the length of a payload.
    static Dictionary<int, LinkMode> Modes(byte[][] payloads, Snr snr) =>
        payloads.Select(payload => payload.Length).Distinct().ToDictionary(length => length, length => Mode(length, snr));
}
