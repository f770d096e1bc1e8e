namespace Heliograph.Training.Data;

/// <summary>What <c>heliograph data info</c> tells about a data set.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Train">Number of training images.</param>
/// <param name="Test">Number of test images.</param>
/// <param name="Size">Channels, height, width.</param>
/// <param name="Mean">Mean of each channel over the training split, on the scale 0 to 1.</param>
/// <param name="Std">Standard deviation of each channel over the training split, on the scale 0 to 1.</param>
/// <param name="PictureSize">Mean height and width in pixels of the pictures as their files have it.</param>
/// <param name="Counts">The classes in order, with their counts.</param>
/// <param name="LeftOut">How many files were left out, by kind.</param>
/// <param name="Unreadable">What is wrong with each image that is left out because it cannot be read.</param>
public sealed record DataInfo(
    string Name, int Classes, int Train, int Test, ValueList<int> Size, ValueList<float> Mean, ValueList<float> Std,
    ValueList<double> PictureSize, ValueList<ClassCount> Counts, IReadOnlyDictionary<string, int> LeftOut, ValueList<string> Unreadable)
{
    /// <summary>Sums up a data set.</summary>
    public static DataInfo Of(DataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        Networks.Shape shape = data.Train.Shape;
        int[] train = data.Train.CountClasses(data.Classes.Count), test = data.Test.CountClasses(data.Classes.Count);
        return new DataInfo(data.Name, data.Classes.Count, data.Train.Count, data.Test.Count,
            [shape.Channels, shape.Height, shape.Width], data.Mean, data.Std, [data.PictureSize.Height, data.PictureSize.Width],
            [.. data.Classes.Select((name, i) => new ClassCount(name, train[i], test[i]))], data.LeftOut.Kinds, data.Unreadable);
    }
}

/// <summary>How many images a class has.</summary>
/// <param name="Name">The class.</param>
/// <param name="Train">Training images.</param>
/// <param name="Test">Test images.</param>
public sealed record ClassCount(string Name, int Train, int Test);
