using Heliograph.Wording;

namespace Heliograph.Digital;

/// <summary>The rates k/n of IEEE 802.11's LDPC codes.</summary>
public enum CodeRate
{
    /// <summary>1/2.</summary>
    Half,

    /// <summary>2/3.</summary>
    TwoThirds,

    /// <summary>3/4.</summary>
    ThreeQuarters,

    /// <summary>5/6.</summary>
    FiveSixths,
}

/// <summary>A rate as text and as a number.</summary>
static class CodeRates
{
    static readonly string[] Names = ["1/2", "2/3", "3/4", "5/6"];

    public static string Name(this CodeRate rate) => Names[(int)rate];

    public static double Value(this CodeRate rate) => rate switch
    {
        CodeRate.Half => 1 / 2.0,
        CodeRate.TwoThirds => 2 / 3.0,
        CodeRate.ThreeQuarters => 3 / 4.0,
        _ => 5 / 6.0,
    };

    /// <exception cref="UsageException">There is no such rate.</exception>
    public static CodeRate Parse(string text) => Array.IndexOf(Names, text) is >= 0 and var index
        ? (CodeRate)index
        : throw new UsageException($"there is no code rate '{Printable.Line(text)}'; IEEE 802.11's LDPC codes have {string.Join(", ", Names)}");
}
