namespace Heliograph.Digital;

/// <summary>
/// Encodes by the parity part's structure: all rows of the base matrix add up to the first block of parity bits, since its two diagonals cancel and of the first
/// column's three blocks two do; each further block follows from the one before and a row. Takes about as many operations as H has ones.
/// </summary>
public sealed class LdpcEncoder
{
    readonly LdpcCode code;
    readonly byte[] sums;

    /// <summary>Encodes with a code.</summary>
    public LdpcEncoder(LdpcCode code)
    {
        ArgumentNullException.ThrowIfNull(code);
        this.code = code;
        sums = new byte[code.Length - code.MessageLength];
    }

    /// <summary>Appends the parity bits to a message. Not thread-safe.</summary>
    /// <param name="word">n bits, one a byte, 0 or 1: the first k are the message, the rest is written.</param>
    /// <exception cref="ArgumentException">There are not n.</exception>
    public void Encode(Span<byte> word)
    {
        if (word.Length != code.Length)
            throw new ArgumentException($"a code word has {code.Length} bits, not {word.Length}", nameof(word));
        int z = code.Z, rows = code.Rows, first = code.MessageColumns;
        Array.Clear(sums);
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < first; column++)
                AddShifted(word.Slice(column * z, z), code.Shift(row, column), sums.AsSpan(row * z, z));

        Span<byte> parity = word[code.MessageLength..];
        parity.Clear();
        for (int row = 0; row < rows; row++)
            AddShifted(sums.AsSpan(row * z, z), 0, parity[..z]);
        for (int row = 0; row < rows - 1; row++)
        {
            Span<byte> next = parity.Slice((row + 1) * z, z);
            AddShifted(sums.AsSpan(row * z, z), 0, next);
            AddShifted(parity[..z], code.Shift(row, first), next);
            if (row > 0)
                AddShifted(parity.Slice(row * z, z), 0, next);
        }
    }

    /// <summary>Adds a block's product with the bits to the sum; a shift of −1 is the block of zeros.</summary>
    static void AddShifted(ReadOnlySpan<byte> bits, int shift, Span<byte> sum)
    {
        if (shift < 0)
            return;
        Add(bits[shift..], sum);
        Add(bits[..shift], sum[(bits.Length - shift)..]);
    }

    static void Add(ReadOnlySpan<byte> bits, Span<byte> sum)
    {
        for (int i = 0; i < bits.Length; i++)
            sum[i] ^= bits[i];
    }
}
