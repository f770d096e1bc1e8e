using Heliograph.Experiments.Data;
using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Statistics;
using Heliograph.Training.Data;

namespace Heliograph.Training.Tests.Data;

public class AugmenterTests
{
    /// <summary>
    /// Two channels, 3 × 3; (v/255 − ⅕)/2 for the first, v/255 for the second, so that the values below can be checked by hand:
    /// the first channel holds 51·(1 … 5), which is 0.2 … 1.
    /// </summary>
    static readonly Augmenter Small = new(new Shape(2, 3, 3), new Normalisation([0.2f, 0], [2, 1]));

    static readonly byte[] Planes =
    [
        51, 102, 153,
        204, 255, 51,
        102, 153, 204,
        0, 51, 102,
        153, 204, 255,
        255, 255, 255,
    ];

    static float[][] Apply(Augmenter.Change change)
    {
        float[] target = new float[18];
        Small.Apply(Planes, change, target);
        return [[.. target.Where((_, i) => i % 2 == 0)], [.. target.Where((_, i) => i % 2 == 1)]];
    }

    static void Equal(float[] expected, float[] actual) => Assert.Equal(expected.Select(v => (double)v), actual.Select(v => (double)v), (a, b) => Math.Abs(a - b) < 1e-6);

    [Fact]
    public void Unchanged_is_normalised_and_channels_last()
    {
        float[][] channels = Apply(default);
        Equal([0, 0.1f, 0.2f, 0.3f, 0.4f, 0, 0.1f, 0.2f, 0.3f], channels[0]);
        Equal([0, 0.2f, 0.4f, 0.6f, 0.8f, 1, 1, 1, 1], channels[1]);
    }

    [Fact]
    public void Crop_then_flip_fills_with_black()
    {
        // One to the right and one up: column 2 and row −1 of the crop are padding, −0.1 after normalisation. Then mirrored.
        float[][] channels = Apply(new Augmenter.Change(OffsetX: 1, OffsetY: -1, Flip: true));
        Equal([-0.1f, -0.1f, -0.1f, -0.1f, 0.2f, 0.1f, -0.1f, 0, 0.4f], channels[0]);
        Equal([0, 0, 0, 0, 0.4f, 0.2f, 0, 1, 0.8f], channels[1]);
    }

    [Fact]
    public void A_reflected_border_mirrors_the_image_without_its_outermost_pixels()
    {
        float[] target = new float[18];
        new Augmenter(new Shape(2, 3, 3), new Normalisation([0.2f, 0], [2, 1]), BorderName.Reflection).Apply(Planes, new Augmenter.Change(OffsetX: -2, OffsetY: 1, Flip: false), target);
        // Rows 1, 2 and 3, which is 1 again; columns −2, which is 2, −1, which is 1, and 0.
        Equal([0, 0.4f, 0.3f, 0.3f, 0.2f, 0.1f, 0, 0.4f, 0.3f], [.. target.Where((_, i) => i % 2 == 0)]);
    }

    [Fact]
    public void Cutout_is_the_mean_and_ends_at_the_edge()
    {
        float[][] channels = Apply(new Augmenter.Change(0, 0, false, Cutout: 2, CutoutX: 0, CutoutY: 1));
        Equal([0, 0.1f, 0.2f, 0, 0.4f, 0, 0.1f, 0.2f, 0.3f], channels[0]);
        Equal([0, 0.2f, 0.4f, 0, 0.8f, 1, 1, 1, 1], channels[1]);
    }

    [Fact]
    public void Draws_cover_every_offset_and_both_sides()
    {
        var options = new AugmentOptions { Pad = 1, Cutout = 3 };
        var shape = new Shape(3, 5, 7);
        Augmenter.Change[] drawn = [.. Enumerable.Range(0, 2000).Select(i => Augmenter.Draw(options, shape, new RandomStream(3, "draw", 0, i)))];
        Assert.Equal([-1, 0, 1], drawn.Select(change => change.OffsetX).Distinct().Order());
        Assert.Equal([-1, 0, 1], drawn.Select(change => change.OffsetY).Distinct().Order());
        Assert.Equal(0.5, drawn.Count(change => change.Flip) / 2000.0, 0.05);
        Assert.Equal((6, 4), (drawn.Max(change => change.CutoutX), drawn.Max(change => change.CutoutY)));
        Assert.Equal(default, Augmenter.Draw(new AugmentOptions { Crop = false, Flip = false }, shape, new RandomStream(3, "draw")));
    }
}
