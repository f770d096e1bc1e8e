using Heliograph.Wording;

namespace Heliograph.Digital;

/// <summary>
/// How a payload is split into blocks. Its bits and 32 more for the check (CRC-32C) fill as many messages as they need, evenly; what is left of a message is shortened: zeros
/// that both sides know and nobody sends, as in IEEE 802.11 (clause 19.3.11.7.5), so that no code word is weaker than a full one. What is sent is the
/// messages' used bits and all parity bits. Its length determines the payload's, so no header is needed.
/// </summary>
/// <param name="Mode">How it is sent.</param>
/// <param name="PayloadBytes">Bytes of the payload.</param>
readonly record struct BlockLayout(LinkMode Mode, int PayloadBytes)
{
    public const int CheckBytes = 4;

    /// <summary>Bits of the payload and its check.</summary>
    public int MessageBits => 8 * (PayloadBytes + CheckBytes);

    public int Blocks => (MessageBits + Mode.Code.MessageLength - 1) / Mode.Code.MessageLength;

    /// <summary>All bits that are sent.</summary>
    public int SentBits => MessageBits + Blocks * (Mode.Code.Length - Mode.Code.MessageLength);

    /// <summary>Real symbols.</summary>
    public int Symbols => Mode.Modulation.SymbolCount(SentBits);

    /// <summary>The message bits that block <paramref name="block"/> uses: the first ones have one more.</summary>
    public int UsedBits(int block) => MessageBits / Blocks + (block < MessageBits % Blocks ? 1 : 0);

    /// <summary>The layout that takes so many symbols, or null: k·(blocks − 1) &lt; message bits ≤ k·blocks leaves one candidate for each number of filled-up bits.</summary>
    public static BlockLayout? OfSymbols(LinkMode mode, int symbols)
    {
        int parity = mode.Code.Length - mode.Code.MessageLength;
        long carried = symbols / 2L * mode.Modulation.BitsPerSample;
        for (int filled = 0; filled < mode.Modulation.BitsPerSample; filled++)
        {
            long sent = carried - filled, blocks = (sent + mode.Code.Length - 1) / mode.Code.Length, bits = sent - blocks * parity;
            if (bits % 8 == 0 && bits / 8 >= CheckBytes && bits / 8 - CheckBytes <= DigitalLink.MostBytes
                && new BlockLayout(mode, (int)(bits / 8) - CheckBytes) is var layout && layout.Symbols == symbols)
                return layout;
        }
        return null;
    }

    /// <summary>The most bytes that fit in so many symbols, or −1 if not even the check does.</summary>
    public static int MostBytes(LinkMode mode, int symbols)
    {
        int low = -1, high = DigitalLink.MostBytes;
        while (low < high)
        {
            int middle = low + (high - low + 1) / 2;
            if (new BlockLayout(mode, middle).Symbols <= symbols)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }
}
