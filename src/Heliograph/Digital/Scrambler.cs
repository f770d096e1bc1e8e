namespace Heliograph.Digital;

/// <summary>
/// IEEE 802.11's scrambler, x⁷ + x⁴ + 1 (clause 17.3.5.5): a fixed sequence is added to the bits, so that payloads with long runs of zeros use all points of a constellation
/// equally, and the mean power is 1.
/// </summary>
static class Scrambler
{
    static readonly byte[] Sequence = Make();

    /// <summary>Adds the sequence, or takes it away again.</summary>
    public static void Apply(Span<byte> bits)
    {
        for (int i = 0; i < bits.Length; i++)
            bits[i] ^= Sequence[i % Sequence.Length];
    }

    static byte[] Make()
    {
        var sequence = new byte[127];
        int state = 0b1011101;   // that of the standard's example, annex I.1.5
        for (int i = 0; i < sequence.Length; i++)
        {
            int bit = (state >> 6 ^ state >> 3) & 1;
            state = state << 1 & 0x7f | bit;
            sequence[i] = (byte)bit;
        }
        return sequence;
    }
}
