using Heliograph.Statistics;

namespace Heliograph.Training.Data.Drawing;

/// <summary>A colour on the scale 0 to 1.</summary>
readonly record struct Colour(float Red, float Green, float Blue)
{
    /// <summary>Brightness as the eye weighs the channels.</summary>
    public float Brightness => 0.3f * Red + 0.59f * Green + 0.11f * Blue;

    public static Colour Draw(RandomStream random) => new(random.NextSingle(), random.NextSingle(), random.NextSingle());

    /// <summary>Root mean square of the channels' differences.</summary>
    public float Distance(Colour other)
    {
        float red = Red - other.Red, green = Green - other.Green, blue = Blue - other.Blue;
        return MathF.Sqrt((red * red + green * green + blue * blue) / 3);
    }
}

/// <summary>Where a form lies: x = a·u + b·v, y = c·u + d·v, for a pixel (u, v) from the centre, and the length of a pixel in the form.</summary>
readonly record struct Placement(double CentreX, double CentreY, double A, double B, double C, double D, double PixelLength)
{
    /// <summary>Turns, stretches and shears a form so that its unit becomes <paramref name="radius"/> pixels.</summary>
    public static Placement Of(double centreX, double centreY, double radius, double radians, double stretch = 1, double shear = 0, bool mirror = false)
    {
        (double sin, double cos) = Angle.SinCos(radians);
        double scaleX = (mirror ? -1 : 1) / (radius * stretch), scaleY = stretch / radius;
        return new Placement(centreX, centreY, scaleX * (cos + shear * sin), scaleX * (sin - shear * cos), -scaleY * sin, scaleY * cos, 1 / radius);
    }
}

/// <summary>A small picture in floating point that anti-aliased forms are painted on: three planes, 0 to 1.</summary>
sealed class Canvas(int size)
{
    readonly float[] scratch = new float[size];

    public int Size => size;

    public float[] Planes { get; } = new float[3 * size * size];

    /// <summary>The colour of one pixel.</summary>
    public Colour this[int x, int y]
    {
        get => new(Planes[y * size + x], Planes[(size + y) * size + x], Planes[(2 * size + y) * size + x]);
        set => (Planes[y * size + x], Planes[(size + y) * size + x], Planes[(2 * size + y) * size + x]) = (value.Red, value.Green, value.Blue);
    }

    /// <summary>Paints a form; at its edge a pixel takes the share of the colour that its distance tells.</summary>
    /// <param name="form">What to paint.</param>
    /// <param name="place">Where it lies.</param>
    /// <param name="extent">No part of the form is further than this from its origin, in the form's own unit.</param>
    /// <param name="colour">Its colour.</param>
    /// <param name="opacity">0 (invisible) to 1.</param>
    public void Paint(Form form, Placement place, double extent, Colour colour, float opacity = 1)
    {
        // Distortion may lengthen a form by a part of its size; half as much again is enough for all.
        double reach = 1.5 * extent / place.PixelLength + 1;
        int left = Math.Max(0, (int)(place.CentreX - reach)), right = Math.Min(size - 1, (int)(place.CentreX + reach));
        int top = Math.Max(0, (int)(place.CentreY - reach)), bottom = Math.Min(size - 1, (int)(place.CentreY + reach));
        for (int y = top; y <= bottom; y++)
        {
            double v = y + 0.5 - place.CentreY;
            for (int x = left; x <= right; x++)
            {
                double u = x + 0.5 - place.CentreX;
                double distance = form(place.A * u + place.B * v, place.C * u + place.D * v);
                float share = opacity * (float)Math.Clamp(0.5 - distance / place.PixelLength, 0, 1);
                if (share <= 0)
                    continue;
                Colour under = this[x, y];
                this[x, y] = new Colour(
                    under.Red + share * (colour.Red - under.Red),
                    under.Green + share * (colour.Green - under.Green),
                    under.Blue + share * (colour.Blue - under.Blue));
            }
        }
    }

    /// <summary>Blurs with the weights (s, 1 − 2s, s) along both axes, edges repeated.</summary>
    public void Blur(float side)
    {
        for (int channel = 0; channel < 3; channel++)
        {
            for (int row = 0; row < size; row++)
                BlurLine((channel * size + row) * size, 1, side);
            for (int column = 0; column < size; column++)
                BlurLine(channel * size * size + column, size, side);
        }
    }

    void BlurLine(int start, int step, float side)
    {
        for (int i = 0; i < size; i++)
            scratch[i] = Planes[start + i * step];
        for (int i = 0; i < size; i++)
        {
            float before = scratch[Math.Max(0, i - 1)], after = scratch[Math.Min(size - 1, i + 1)];
            Planes[start + i * step] = side * (before + after) + (1 - 2 * side) * scratch[i];
        }
    }

    /// <summary>Writes the picture as bytes, planes in the same order.</summary>
    public void Quantise(Span<byte> target)
    {
        for (int i = 0; i < target.Length; i++)
            target[i] = (byte)(Math.Clamp(Planes[i], 0f, 1f) * 255 + 0.5f);
    }
}
