using Heliograph.Channels;
using Heliograph.Codes;

namespace Heliograph.Edge.Protocol;

/// <summary>What a request says of its input, checked against the pair: nothing is rented for it before its values are known to be there.</summary>
/// <param name="Rows">Number of symbol vectors, at least 1.</param>
/// <param name="Mode">Their mode.</param>
/// <param name="Snr">The SNR at which an elastic pair decodes them.</param>
readonly record struct InputShape(int Rows, Mode Mode, Snr Snr)
{
    /// <summary>How many values it takes.</summary>
    public long Values => (long)Rows * Mode.Symbols;

    /// <summary>How many bytes these take.</summary>
    public long Bytes => sizeof(float) * Values;

    public override string ToString() => $"[{Rows}, {Mode.Symbols}]";
}
