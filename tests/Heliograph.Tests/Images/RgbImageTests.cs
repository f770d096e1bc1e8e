using Heliograph.Images;

namespace Heliograph.Tests.Images;

public class RgbImageTests
{
    /// <summary>An image of one row whose channels are the values, the values + 1 and the values + 2.</summary>
    static RgbImage Row(params byte[] values) =>
        new(values.Length, 1, [.. values.SelectMany(value => new[] { value, (byte)(value + 1), (byte)(value + 2) })]);

    static byte[] Red(RgbImage image) => [.. image.Pixels.Where((_, i) => i % 3 == 0)];

    [Fact]
    public void Shrinking_averages_the_covered_area()
    {
        // 3 → 2: the outputs cover 1½ pixels each: (0·1 + 30·½)/1½ and (30·½ + 60·1)/1½.
        RgbImage image = Row(0, 30, 60).Resize(2, 1);
        Assert.Equal([10, 11, 12, 50, 51, 52], image.Pixels);
        // 4 → 1 with a remainder: 10.25 rounds down, 10.5 up.
        Assert.Equal([10], Red(Row(10, 10, 10, 11).Resize(1, 1)));
        Assert.Equal([11], Red(Row(10, 10, 11, 11).Resize(1, 1)));
    }

    [Fact]
    public void Enlarging_is_linear_between_pixel_centres() =>
        // The outputs' centres lie at −¼, ¼, ¾ and 1¼ source pixels.
        Assert.Equal([0, 25, 75, 100], Red(Row(0, 100).Resize(4, 1)));

    [Fact]
    public void Each_axis_follows_its_own_rule()
    {
        RgbImage image = new(1, 4, [0, 0, 0, 20, 0, 0, 40, 0, 0, 60, 0, 0]);
        Assert.Equal([10, 10, 50, 50], Red(image.Resize(2, 2)));
    }

    [Fact]
    public void Fit_cuts_the_centre_to_the_aspect_ratio()
    {
        Assert.Equal([30, 40], Red(new RgbImage(6, 2, [.. Row(10, 20, 30, 40, 50, 60).Pixels, .. Row(10, 20, 30, 40, 50, 60).Pixels]).Fit(2, 2))[..2]);
        Assert.Equal(new byte[] { 7 }, Red(Row(1, 7, 9).Fit(1, 1)));
    }

    [Fact]
    public void Planes_are_channel_by_channel()
    {
        byte[] planes = new byte[6];
        Row(10, 20).ToPlanes(planes);
        Assert.Equal([10, 20, 11, 21, 12, 22], planes);
    }

    [Fact]
    public void Pixels_must_fit_the_size() => Assert.Throws<ArgumentException>(() => new RgbImage(2, 2, new byte[11]));
}
