namespace Heliograph.Digital;

/// <summary>
/// One of the twelve LDPC codes of IEEE 802.11n: quasi-cyclic, systematic, with a parity part that has two diagonals. A code word is k message bits and n − k parity
/// bits with H·c = 0 over GF(2).
/// </summary>
public sealed class LdpcCode
{
    const int Columns = 24;

    readonly int[][] shifts;

    LdpcCode(int length, CodeRate rate, string rows)
    {
        (Length, Rate) = (length, rate);
        shifts = [.. rows.Split('\n').Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(entry => entry == "-" ? -1 : int.Parse(entry, null)).ToArray())];
        MessageLength = length - shifts.Length * Z;
    }

    /// <summary>All of them, by length and rate.</summary>
    public static IReadOnlyList<LdpcCode> All { get; } = [.. BaseMatrices.All.Select(matrix => new LdpcCode(matrix.Length, matrix.Rate, matrix.Rows))];

    /// <summary>n, the bits of a code word: 648, 1296 or 1944.</summary>
    public int Length { get; }

    /// <summary>k/n.</summary>
    public CodeRate Rate { get; }

    /// <summary>k, the bits of a message.</summary>
    public int MessageLength { get; }

    /// <summary>Rows of the base matrix.</summary>
    internal int Rows => shifts.Length;

    /// <summary>Columns of the base matrix that belong to the message.</summary>
    internal int MessageColumns => Columns - Rows;

    /// <summary>Size of the base matrix's circulant blocks.</summary>
    internal int Z => Length / Columns;

    /// <summary>The code of a length and a rate.</summary>
    /// <exception cref="UsageException">There is no such length.</exception>
    public static LdpcCode Of(int length, CodeRate rate) => All.FirstOrDefault(code => code.Length == length && code.Rate == rate)
        ?? throw new UsageException($"there is no LDPC code of length {length}; IEEE 802.11's are 648, 1296 and 1944 bits long");

    /// <summary>The base matrix's entry: how far the block's diagonal is shifted to the right, or −1 for a block of zeros.</summary>
    internal int Shift(int row, int column) => shifts[row][column];

    /// <summary>The bits of every parity check, Z checks for each row of the base matrix: the ones in each row of H, in order.</summary>
    internal int[][] Checks() =>
        [.. from row in Enumerable.Range(0, Rows)
            from j in Enumerable.Range(0, Z)
            select Enumerable.Range(0, Columns).Where(column => shifts[row][column] >= 0).Select(column => column * Z + (j + shifts[row][column]) % Z).ToArray()];

    /// <summary>For instance <c>1/2,1944</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Rate.Name()},{Length}");
}
