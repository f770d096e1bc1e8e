namespace Heliograph.Training.Data;

/// <summary>What <c>heliograph data info</c> tells about a data set.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Train">Number of training images.</param>
/// <param name="Test">Number of test images.</param>
/// <param name="Size">Channels, height, width.</param>
/// <param name="Mean">Mean of each channel over the training split, on the scale 0 to 1.</param>
/// <param name="Std">Standard deviation of each channel over the training split, on the scale 0 to 1.</param>
public sealed record DataInfo(
    string Name, int Classes, int Train, int Test, IReadOnlyList<int> Size, IReadOnlyList<float> Mean, IReadOnlyList<float> Std)
{
    /// <summary>Sums up a data set.</summary>
    public static DataInfo Of(DataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        Networks.Shape shape = data.Train.Shape;
        return new DataInfo(data.Name, data.Classes.Count, data.Train.Count, data.Test.Count,
            [shape.Channels, shape.Height, shape.Width], data.Mean, data.Std);
    }
}
