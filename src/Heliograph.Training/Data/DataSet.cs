using Heliograph.Images;
namespace Heliograph.Training.Data;

/// <summary>A data set in memory: its splits and what is known about it.</summary>
/// <param name="Name">Its name: signs, cifar10, cifar100 or folder.</param>
/// <param name="Classes">The name of each class; labels are indices into this list.</param>
/// <param name="Train">The training images.</param>
/// <param name="Test">The test images.</param>
/// <param name="Mean">Mean of each channel over the whole training split, on the scale 0 to 1.</param>
/// <param name="Std">Standard deviation of each channel over the whole training split, on the scale 0 to 1.</param>
public sealed record DataSet(
    string Name, IReadOnlyList<string> Classes, ImageSet Train, ImageSet Test, IReadOnlyList<float> Mean, IReadOnlyList<float> Std)
{
    /// <summary>The training images that were held out, if that was asked for; they are not in <see cref="Train"/>.</summary>
    public ImageSet? Validation { get; init; }

    /// <summary>How the images become the network's input.</summary>
    public Normalisation Normalisation => new(Mean, Std);

    /// <summary>Makes a data set of two whole splits and measures its mean and standard deviation.</summary>
    internal static DataSet Measure(string name, IReadOnlyList<string> classes, ImageSet train, ImageSet test)
    {
        Normalisation measured = Normalisations.Measure(train);
        return new DataSet(name, classes, train, test, measured.Mean, measured.Std);
    }
}
