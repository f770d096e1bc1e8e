using Heliograph.Networks;
using Heliograph.Statistics;
using Heliograph.Training.Data.Drawing;

namespace Heliograph.Training.Data;

/// <summary>
/// A data set that the program draws itself: coloured signs of 28 kinds, at random place, scale, rotation and contrast, over cluttered grounds
/// and partly covered; 3×32×32. Colours are random, so only the form tells the class, and a mirrored sign is of the same class. Every image is
/// a function of (seed, split, index) alone, the same on every machine.
/// </summary>
public static class Signs
{
    /// <summary>The class names.</summary>
    public static IReadOnlyList<string> Classes { get; } = [.. SignCatalogue.Kinds.Select(kind => kind.Name)];

    /// <summary>3 × 32 × 32.</summary>
    public static Shape Shape { get; } = new(3, SignPainter.Side, SignPainter.Side);

    /// <summary>Draws both splits; the classes take turns, so that all are equally frequent (up to one image).</summary>
    /// <param name="train">Number of training images, at least 1.</param>
    /// <param name="test">Number of test images, at least 1.</param>
    /// <param name="seed">Another seed gives other images.</param>
    public static DataSet Load(int train, int test, ulong seed) =>
        DataSet.Measure("signs", [.. Classes], Draw(train, "signs.train", seed), Draw(test, "signs.test", seed));

    static ImageSet Draw(int count, string stream, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        byte[] pixels = GC.AllocateUninitializedArray<byte>(checked(count * Shape.Elements));
        int[] labels = new int[count];
        Parallel.For(0, count, () => new SignPainter(SignDifficulty.Standard), (i, _, painter) =>
        {
            labels[i] = i % Classes.Count;
            painter.Paint(SignCatalogue.Kinds[labels[i]], new RandomStream(seed, stream, i), pixels.AsSpan(i * Shape.Elements, Shape.Elements));
            return painter;
        }, _ => { });
        return new ImageSet(Shape, pixels, labels);
    }
}
