using Heliograph.Experiments.Data;
using Heliograph.Images;

namespace Heliograph.Training.Data;

/// <summary>A mean size of pictures.</summary>
/// <param name="Height">In pixels.</param>
/// <param name="Width">In pixels.</param>
public readonly record struct PictureSize(double Height, double Width);

/// <summary>A data set in memory: its splits and what is known about it.</summary>
/// <param name="Name">Its name: signs, cifar10, cifar100 or folder.</param>
/// <param name="Classes">The name of each class; labels are indices into this list.</param>
/// <param name="Train">The training images.</param>
/// <param name="Test">The test images.</param>
/// <param name="Mean">Mean of each channel over the whole training split, on the scale 0 to 1.</param>
/// <param name="Std">Standard deviation of each channel over the whole training split, on the scale 0 to 1.</param>
public sealed record DataSet(
    string Name, ValueList<string> Classes, ImageSet Train, ImageSet Test, ValueList<float> Mean, ValueList<float> Std)
{
    /// <summary>The training images that were held out, if that was asked for; they are not in <see cref="Train"/>.</summary>
    public ImageSet? Validation { get; init; }

    /// <summary>Files in a folder that are not images, by kind.</summary>
    public LeftOut LeftOut { get; init; } = new();

    /// <summary>What is wrong with each image that could not be read and is left out (<see cref="DataOptions.Skip"/>).</summary>
    public ValueList<string> Unreadable { get; init; } = [];

    /// <summary>Mean size of the pictures in their files, in pixels; that of the images if there are no files.</summary>
    public PictureSize PictureSize { get; init; } = new(Train.Shape.Height, Train.Shape.Width);

    /// <summary>One line on what was left out, or null if that is nothing.</summary>
    public string? LeftOutText()
    {
        string[] parts =
        [
            .. LeftOut.Kinds.Count > 0 ? [LeftOut.ToString()] : Array.Empty<string>(),
            .. Unreadable.Count > 0 ? [$"{Unreadable.Count} that cannot be read, the first: {Unreadable[0].TrimEnd('.')}"] : Array.Empty<string>(),
        ];
        return parts.Length == 0 ? null : "left out: " + string.Join(", ", parts);
    }

    /// <summary>How the images become the network's input.</summary>
    public Normalisation Normalisation => new(Mean, Std);

    /// <summary>Makes a data set of two whole splits and measures its mean and standard deviation.</summary>
    internal static DataSet Measure(string name, ValueList<string> classes, ImageSet train, ImageSet test)
    {
        Normalisation measured = Normalisations.Measure(train);
        return new DataSet(name, classes, train, test, measured.Mean, measured.Std);
    }
}
