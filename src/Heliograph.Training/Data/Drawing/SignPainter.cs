using Heliograph.Statistics;
using static Heliograph.Training.Data.Drawing.Forms;

namespace Heliograph.Training.Data.Drawing;

/// <summary>Paints one sign in its surroundings. Every choice comes from the random stream it is given. Not thread-safe.</summary>
sealed class SignPainter(SignDifficulty difficulty)
{
    public const int Side = 32;

    /// <summary>No form of a class or of the clutter reaches further from its origin.</summary>
    const double Extent = 1.5;

    static readonly Form[] Clutter =
    [
        Circle(1), Box(0.9, 0.6), Box(1.2, 0.25), Stroke(0.2, -1.1, 0, 1.1, 0), Polygon(0, -1, 0.9, 0.7, -0.9, 0.7), Circle(0.8).Rim(0.25),
        Star(3, 1.1, 0.3), Or(Stroke(0.2, -0.8, 0, 0.8, 0), Stroke(0.2, 0, -0.8, 0, 0.8)), Polygon(-1, -0.5, 0.4, -0.8, 1, 0.6, -0.2, 0.2),
    ];

    readonly Canvas canvas = new(Side);

    /// <summary>Paints a sign and writes its planes.</summary>
    /// <param name="kind">What to paint.</param>
    /// <param name="random">Where and how.</param>
    /// <param name="planes">3 × 32 × 32 bytes.</param>
    public void Paint(SignKind kind, RandomStream random, Span<byte> planes)
    {
        PaintGround(random);
        PaintClutter(random);
        Placement place = Place(random, out double radius);
        PaintSign(kind, place, random);
        if (random.NextDouble() < difficulty.Occlusion)
            Occlude(place, radius, random);
        if (random.NextDouble() < difficulty.Blur)
            canvas.Blur((float)Between(random, 0.1, 0.25));
        Light(random);
        AddNoise(random);
        canvas.Quantise(planes);
    }

    /// <summary>A slope from one colour to another with smooth, uneven patches.</summary>
    void PaintGround(RandomStream random)
    {
        const int cells = 5;
        Colour from = Colour.Draw(random), to = Colour.Draw(random);
        (double sin, double cos) = Angle.SinCos(Between(random, 0, 2 * Math.PI));
        float roughness = (float)Between(random, 0, 0.5);
        Span<float> grid = stackalloc float[(cells + 1) * (cells + 1)];
        foreach (ref float value in grid)
            value = roughness * (random.NextSingle() - 0.5f);

        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                float gridX = x * (float)cells / Side, gridY = y * (float)cells / Side, fx = gridX - (int)gridX, fy = gridY - (int)gridY;
                int at = (int)gridY * (cells + 1) + (int)gridX;
                float upper = grid[at] + fx * (grid[at + 1] - grid[at]);
                float lower = grid[at + cells + 1] + fx * (grid[at + cells + 2] - grid[at + cells + 1]);
                float patch = upper + fy * (lower - upper);
                float slope = Math.Clamp((float)((x - Side / 2) * cos + (y - Side / 2) * sin) / (1.4f * Side) + 0.5f, 0f, 1f);
                canvas[x, y] = new Colour(
                    from.Red + slope * (to.Red - from.Red) + patch,
                    from.Green + slope * (to.Green - from.Green) + patch,
                    from.Blue + slope * (to.Blue - from.Blue) + patch);
            }
        }
    }

    void PaintClutter(RandomStream random)
    {
        int count = difficulty.Clutter.From + random.NextInt(difficulty.Clutter.To - difficulty.Clutter.From + 1);
        for (int i = 0; i < count; i++)
        {
            Placement place = Placement.Of(Between(random, 0, Side), Between(random, 0, Side), Between(random, 2, 8), Between(random, 0, 2 * Math.PI));
            Form form = Clutter[random.NextInt(Clutter.Length)];
            canvas.Paint(form, place, Extent, Colour.Draw(random), 0.4f + 0.6f * random.NextSingle());
        }
    }

    Placement Place(RandomStream random, out double radius)
    {
        radius = Between(random, difficulty.Radius.From, difficulty.Radius.To);
        double reach = Math.Min(difficulty.Shift, Math.Max(0, Side / 2 - radius + 1));
        return Placement.Of(
            Side / 2 + Between(random, -reach, reach), Side / 2 + Between(random, -reach, reach), radius,
            Between(random, -difficulty.Rotation, difficulty.Rotation),
            stretch: 1 + Between(random, -difficulty.Distortion, difficulty.Distortion),
            shear: Between(random, -difficulty.Distortion, difficulty.Distortion),
            mirror: random.NextInt(2) == 1);
    }

    void PaintSign(SignKind kind, Placement place, RandomStream random)
    {
        Colour behind = canvas[Math.Clamp((int)place.CentreX, 0, Side - 1), Math.Clamp((int)place.CentreY, 0, Side - 1)];
        Colour plate, ink;
        do
            plate = Colour.Draw(random);
        while (plate.Distance(behind) < difficulty.PlateContrast);
        do
            ink = Colour.Draw(random);
        while (Math.Abs(ink.Brightness - plate.Brightness) < difficulty.InkContrast);

        if (random.NextInt(3) == 0)
            canvas.Paint(kind.Plate.Grow(0.15), place, Extent, Colour.Draw(random));
        canvas.Paint(kind.Plate, place, Extent, plate);
        if (kind.Ink != null)
            canvas.Paint(kind.Ink.And(kind.Plate), place, Extent, ink);
    }

    /// <summary>Lays something over a part of the sign, away from its middle.</summary>
    void Occlude(Placement sign, double radius, RandomStream random)
    {
        (double sin, double cos) = Angle.SinCos(Between(random, 0, 2 * Math.PI));
        double away = radius * Between(random, 0.5, 1);
        Placement place = Placement.Of(
            sign.CentreX + away * cos, sign.CentreY + away * sin, radius * Between(random, 0.2, 0.45), Between(random, 0, 2 * Math.PI));
        canvas.Paint(Clutter[random.NextInt(Clutter.Length)], place, Extent, Colour.Draw(random));
    }

    /// <summary>Dims and lifts the whole image, more on one side than on the other.</summary>
    void Light(RandomStream random)
    {
        float contrast = (float)Between(random, difficulty.LeastLight, 1), lift = random.NextSingle() * (1 - contrast);
        float slopeX = 0.3f * (random.NextSingle() - 0.5f), slopeY = 0.3f * (random.NextSingle() - 0.5f);
        Span<float> planes = canvas.Planes;
        for (int i = 0; i < planes.Length; i++)
        {
            int x = i % Side, y = i / Side % Side;
            planes[i] = lift + contrast * planes[i] + contrast * (slopeX * (x - Side / 2) + slopeY * (y - Side / 2)) / (Side / 2);
        }
    }

    /// <summary>Noise that is nearly normal: four uniform numbers added.</summary>
    void AddNoise(RandomStream random)
    {
        const double deviationOfSum = 37837.2, meanOfSum = 2 * 65535;
        float scale = (float)(Between(random, 0, difficulty.Noise) / deviationOfSum);
        foreach (ref float value in canvas.Planes.AsSpan())
        {
            ulong bits = random.NextUInt64();
            ulong sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48);
            value += scale * ((float)sum - (float)meanOfSum);
        }
    }

    static double Between(RandomStream random, double from, double to) => from + (to - from) * random.NextDouble();
}
