namespace Heliograph.Networks;

/// <summary>One trainable or running array of a layer: its full name, its shape, where training begins, and whether training steps change it.</summary>
/// <param name="Name">For instance <c>conv1_1.weight</c>.</param>
/// <param name="Shape">Row-major shape, outermost dimension first.</param>
/// <param name="First">Its values before any training.</param>
/// <param name="Axes">What its leading dimensions count; dimensions beyond are whole whatever is pruned.</param>
/// <param name="Trained">False for running statistics, which are no parameters.</param>
/// <param name="Minimum">Least value that makes sense, or null; training keeps to it.</param>
public sealed record WeightSpec(string Name, ValueList<int> Shape, FirstValues First, ValueList<Axis> Axes, bool Trained = true, double? Minimum = null)
{
    /// <summary>Number of values.</summary>
    public int Length => Shape.Aggregate(1, (product, n) => checked(product * n));
}

/// <summary>What a dimension of an array counts.</summary>
public enum Axis
{
    /// <summary>Channels of the layer's output.</summary>
    Output,

    /// <summary>Channels of what the layer reads.</summary>
    Input,
}

/// <summary>The values of an array before any training.</summary>
/// <param name="Constant">The value of all, or the mean of what is drawn.</param>
/// <param name="Deviation">Standard deviation of a normal distribution, or 0.</param>
/// <param name="OnDiagonal">True for a square matrix that holds <paramref name="Constant"/> on its diagonal and zeros beside it.</param>
public readonly record struct FirstValues(double Constant, double Deviation = 0, bool OnDiagonal = false)
{
    /// <summary>All the same.</summary>
    public static FirstValues All(double value) => new(value);

    /// <summary>Normal with mean 0 and variance 2/fan (He et al., 2015).</summary>
    public static FirstValues He(long fan) => new(0, Math.Sqrt(2.0 / fan));
}
