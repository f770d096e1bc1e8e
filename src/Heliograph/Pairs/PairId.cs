using System.Globalization;

namespace Heliograph.Pairs;

/// <summary>
/// Names a pair on the link: the first 8 bytes (big-endian) of the SHA-256 over the SHA-256 of <c>device.safetensors</c>, that of
/// <c>edge.safetensors</c>, that of the gallery where there is one, and, from version 2 of the pair folder on, that of everything else that an answer's meaning depends on: classes, networks and
/// normalisation (docs/pair-format.md). Two pairs with the same id give the same answers, whatever else their descriptions say.
/// </summary>
/// <param name="Value">The 8 bytes as a number.</param>
public readonly record struct PairId(ulong Value)
{
    /// <summary>Reads 16 hexadecimal digits.</summary>
    public static bool TryParse(string? text, out PairId id)
    {
        bool parsed = ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) && text!.Length == 16;
        id = new(parsed ? value : 0);
        return parsed;
    }

    /// <summary>16 hexadecimal digits, lower case.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
