namespace Heliograph.Digital;

/// <summary>Bits → symbols.</summary>
static class Mapper
{
    public static void Map(Modulation modulation, ReadOnlySpan<byte> bits, Span<float> symbols)
    {
        if (symbols.Length != modulation.SymbolCount(bits.Length))
            throw new ArgumentException($"{bits.Length} bits take {modulation.SymbolCount(bits.Length)} symbols, not {symbols.Length}", nameof(symbols));
        int at = 0;
        for (int i = 0; i < symbols.Length; i += 2)
        {
            symbols[i] = modulation.Levels[Label(bits, ref at, modulation.BitsOnI)];
            symbols[i + 1] = modulation.BitsOnQ == 0 ? 0 : modulation.Levels[Label(bits, ref at, modulation.BitsOnQ)];
        }
    }

    static int Label(ReadOnlySpan<byte> bits, ref int at, int count)
    {
        int label = 0;
        for (int end = at + count; at < end; at++)
            label = 2 * label + (at < bits.Length ? bits[at] : 0);
        return label;
    }
}
