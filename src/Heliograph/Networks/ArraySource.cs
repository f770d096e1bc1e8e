namespace Heliograph.Networks;

/// <summary>An array whose values are computed when it is written.</summary>
/// <param name="Name">For instance <c>conv1_1.weight</c>.</param>
/// <param name="Shape">Row-major shape, outermost dimension first.</param>
/// <param name="Read">Makes the values, as many as the shape holds.</param>
public sealed record ArraySource(string Name, IReadOnlyList<int> Shape, Func<float[]> Read)
{
    /// <summary>Number of values.</summary>
    public long Length => Shape.Aggregate(1L, (product, n) => checked(product * n));
}
