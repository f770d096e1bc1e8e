using System.Globalization;
using Heliograph.Channels;
using Heliograph.Codes;
using Heliograph.Edge.Answers;
using Heliograph.Edge.Pairs;

namespace Heliograph.Edge.Protocol;

/// <summary>What a request for an elastic pair says beside its symbols, in its parameters; a pair with one mode reads none of it.</summary>
/// <param name="SnrDb">The SNR of the symbols in dB (docs/snr.md); null for the middle of the range of the pair's training.</param>
/// <param name="WidthPercent">The share of the filters that the device half lacks, in percent; null for the widest.</param>
readonly record struct Condition(double? SnrDb, double? WidthPercent)
{
    /// <summary>Names of the parameters.</summary>
    public const string SnrParameter = "snr", WidthParameter = "width";

    /// <summary>The mode and the SNR that these say of a pair with a number of symbols.</summary>
    /// <exception cref="InferError">The pair has no such mode, or a value is none.</exception>
    public (Mode Mode, Snr Snr) Of(EdgePair pair, int symbols)
    {
        if (pair.Modes is not { } modes)
            return (new(0, symbols), Snr.Infinite);
        if (SnrDb is { } db && !double.IsFinite(db))
            throw InferError.Invalid($"parameter '{SnrParameter}' must be a finite number of dB");
        int width = 0;
        if (WidthPercent is { } percent)
        {
            width = Enumerable.Range(0, modes.Ratios.Count).FirstOrDefault(i => Math.Abs(100 * modes.Ratios[i] - percent) < 1e-4, -1);
            if (width < 0)
                throw InferError.Invalid($"pair '{pair.Name}' has device halves that lack {string.Join(", ", modes.Ratios.Select(ratio => (100 * ratio).ToString("0.####", CultureInfo.InvariantCulture)))} % of the filters; parameter '{WidthParameter}' is one of these");
        }
        return (new(width, symbols), Snr.FromDecibels(SnrDb ?? modes.SnrMiddleDb));
    }
}
