using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Training.Data;

namespace Heliograph.Training.Tests.Data;

public class ImageSetTests
{
    /// <summary>90 images of class 0 and 30 of class 1, sorted; an image's only byte is its index.</summary>
    static readonly ImageSet Set = new(
        new Shape(1, 1, 1), [.. Enumerable.Range(0, 120).Select(i => (byte)i)], [.. Enumerable.Range(0, 120).Select(i => i < 90 ? 0 : 1)]);

    [Fact]
    public void Take_mixes_the_classes_in_proportion()
    {
        ImageSet taken = Set.Take(20, seed: 1);
        Assert.Equal(20, taken.Pixels.Distinct().Count());
        Assert.Equal(5, taken.Labels.Count(label => label == 1));
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(taken.Labels[i], taken.Image(i)[0] < 90 ? 0 : 1));
        Assert.Equal(taken.Pixels, Set.Take(20, seed: 1).Pixels);
        Assert.NotEqual(taken.Pixels, Set.Take(20, seed: 2).Pixels);
        Assert.Same(Set, Set.Take(120, seed: 1));
    }

    [Fact]
    public void TakeEach_takes_as_many_of_each_class_however_many_there_are()
    {
        ImageSet taken = Set.TakeEach(20, seed: 1);
        Assert.Equal(40, taken.Pixels.Distinct().Count());
        Assert.Equal(20, taken.Labels.Count(label => label == 1));
        Assert.All(Enumerable.Range(0, 40), i => Assert.Equal(taken.Labels[i], taken.Image(i)[0] < 90 ? 0 : 1));
        // All of the smaller class, and no more.
        Assert.Equal([40, 30], Set.TakeEach(40, seed: 1).CountClasses(2));
        Assert.Same(Set, Set.TakeEach(90, seed: 1));
        // Where all classes are of one size, the same as so many in proportion.
        var even = new ImageSet(new(1, 1, 1), [.. Enumerable.Range(0, 60).Select(i => (byte)i)], [.. Enumerable.Range(0, 60).Select(i => i % 3)]);
        Assert.Equal(even.Take(12, seed: 1).Pixels, even.TakeEach(4, seed: 1).Pixels);
        Assert.Throws<ArgumentOutOfRangeException>(() => Set.TakeEach(0, seed: 1));
    }

    [Fact]
    public void Split_holds_out_without_loss()
    {
        (ImageSet train, ImageSet validation) = Set.Split(40, seed: 3);
        Assert.Equal((80, 40), (train.Count, validation.Count));
        Assert.Equal(10, validation.Labels.Count(label => label == 1));
        Assert.Equal(Set.Pixels, train.Pixels.Concat(validation.Pixels).Order());
        Assert.Equal(train.Pixels.Order(), train.Pixels);
        Assert.Throws<ArgumentOutOfRangeException>(() => Set.Split(120, seed: 3));
    }

    [Fact]
    public void Mean_and_deviation_are_measured_exactly()
    {
        // First channel 0 and 255 in equal parts, second channel constant.
        var set = new ImageSet(new Shape(2, 1, 2), [0, 255, 51, 51, 255, 0, 51, 51], [0, 1]);
        Normalisation measured = Normalisations.Measure(set);
        Assert.Equal([0.5f, 0.2f], measured.Mean);
        Assert.Equal([0.5f, 1f], measured.Std);
    }
}
