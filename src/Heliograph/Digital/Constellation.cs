using Heliograph.Wording;

namespace Heliograph.Digital;

/// <summary>
/// The points that a radio can send, complex samples of two real symbols. A pair's symbols can be sent as points of a constellation instead of as they are: the hard mode of
/// DeepJSCC-Q (Tung and others, 2022). The edge decodes the received symbols as ever.
/// </summary>
public sealed class Constellation
{
    // Bits on each axis of those that the digital link does not have.
    static readonly int[] Larger = [4, 5, 6];

    readonly (float I, float Q)[] points;

    /// <summary>A constellation of any points; they are scaled to a mean power of 1 a real symbol, 2 a point.</summary>
    /// <exception cref="UsageException">There is no point, one is not finite, or all are zero.</exception>
    public Constellation(IEnumerable<(float I, float Q)> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        this.points = [.. points];
        if (this.points.Length == 0)
            throw new UsageException("a constellation needs at least one point");
        if (Array.FindIndex(this.points, point => !float.IsFinite(point.I) || !float.IsFinite(point.Q)) is >= 0 and var bad)
            throw new UsageException(FormattableString.Invariant($"point {bad} of a constellation is ({this.points[bad].I}, {this.points[bad].Q}): it must be two finite numbers"));
        double power = this.points.Average(point => (double)point.I * point.I + (double)point.Q * point.Q);
        if (power == 0)
            throw new UsageException("all points of a constellation are zero: nothing would be sent");
        float scale = (float)Math.Sqrt(2 / power);
        for (int i = 0; i < this.points.Length; i++)
            this.points[i] = (this.points[i].I * scale, this.points[i].Q * scale);
    }

    /// <summary>Its points (I, Q), of mean power 2.</summary>
    public IReadOnlyList<(float I, float Q)> Points => points;

    /// <summary>The points of a modulation.</summary>
    public static Constellation Of(Modulation modulation)
    {
        ArgumentNullException.ThrowIfNull(modulation);
        float[] onQ = modulation.BitsOnQ == 0 ? [0] : modulation.Levels;
        return new(from i in modulation.Levels from q in onQ select (i, q));
    }

    /// <summary>Names that <see cref="Parse"/> knows: the modulations of the digital link, and square constellations of more points.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Modulation.All.Select(modulation => modulation.Name), .. Larger.Select(bits => Name(bits))];

    /// <summary>Reads a name, such as <c>16-qam</c>.</summary>
    /// <exception cref="UsageException">There is no such constellation.</exception>
    public static Constellation Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Larger.FirstOrDefault(bits => Name(bits) == name) is > 0 and var bitsOnAxis)
            return Square(1 << bitsOnAxis);
        return Modulation.All.FirstOrDefault(modulation => modulation.Name == name) is { } modulation ? Of(modulation)
            : throw new UsageException($"there is no constellation '{Printable.Line(name)}'; {(Wording.Nearest.To(name, Names) is { } near ? $"did you mean {near}? " : "")}known are {string.Join(", ", Names)}");
    }

    static string Name(int bitsOnAxis) => $"{1 << 2 * bitsOnAxis}-qam";

    static Constellation Square(int side) => new(from i in Enumerable.Range(0, side) from q in Enumerable.Range(0, side) select ((float)(2 * i - side + 1), (float)(2 * q - side + 1)));

    /// <summary>Moves each pair of symbols, I and Q, to the nearest point. The last of an odd number of symbols is sent alone and takes the I of the point that is nearest in I.</summary>
    /// <param name="symbols">Symbols of mean power 1. Afterwards it is that of the chosen points: less if the outer ones are rare.</param>
    /// <exception cref="InvalidDataException">A symbol is not finite; none was moved.</exception>
    public void Quantise(Span<float> symbols)
    {
        for (int i = 0; i < symbols.Length; i++)
            if (!float.IsFinite(symbols[i]))
                throw new InvalidDataException($"symbol {i} of {symbols.Length} is {symbols[i]}: no point is nearest to it");
        for (int i = 0; i + 1 < symbols.Length; i += 2)
            (symbols[i], symbols[i + 1]) = Nearest(symbols[i], symbols[i + 1], 1);
        if (symbols.Length % 2 != 0)
            symbols[^1] = Nearest(symbols[^1], 0, 0).I;
    }

    /// <summary>
    /// The same for what is sent: afterwards one image's symbols have the mean power 1 again, as the convention of docs/snr.md asks, by one gain for all of them. (If all moved to a point
    /// at 0, they stay there.)
    /// </summary>
    /// <param name="symbols">One image's symbols, of mean power 1.</param>
    /// <exception cref="InvalidDataException">A symbol is not finite; none was moved.</exception>
    public void QuantiseAtUnitPower(Span<float> symbols)
    {
        Quantise(symbols);
        double power = 0;
        foreach (float symbol in symbols)
            power += (double)symbol * symbol / symbols.Length;
        float gain = power > 0 ? (float)(1 / Math.Sqrt(power)) : 1;
        foreach (ref float symbol in symbols)
            symbol *= gain;
    }

    (float I, float Q) Nearest(float i, float q, float weightOfQ)
    {
        var nearest = points[0];
        float least = float.PositiveInfinity;
        foreach (var point in points)
        {
            float distance = (i - point.I) * (i - point.I) + weightOfQ * (q - point.Q) * (q - point.Q);
            if (distance < least)
                (nearest, least) = (point, distance);
        }
        return nearest;
    }
}
