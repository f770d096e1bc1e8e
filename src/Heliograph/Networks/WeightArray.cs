using System.Collections.Immutable;

namespace Heliograph.Networks;

/// <summary>An array of weights and its shape, row-major: the last dimension is contiguous.</summary>
public sealed class WeightArray
{
    /// <summary>Joins values with their shape. The values are not copied; nobody changes them afterwards.</summary>
    /// <param name="shape">The dimensions, none negative; empty for a single value.</param>
    /// <param name="values">As many values as the product of the dimensions.</param>
    /// <exception cref="ArgumentException">The shape has a negative dimension or does not fit the number of values.</exception>
    public WeightArray(ImmutableArray<int> shape, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (shape.IsDefault)
            throw new ArgumentException("A shape is required; it is empty for a single value.", nameof(shape));
        if (!TryCount(shape.AsSpan(), out long elements) || elements != values.Length)
            throw new ArgumentException($"The shape [{string.Join(", ", shape)}] does not hold {values.Length} values.", nameof(shape));
        Shape = shape;
        Values = values;
    }

    /// <summary>The dimensions, outermost first; empty for a single value.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>The values, row-major.</summary>
    public float[] Values { get; }

    /// <summary>Number of values: the product of the dimensions.</summary>
    public int Length => Values.Length;

    /// <summary>For instance <c>[64, 3, 3, 3]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", Shape)}]";

    /// <summary>The product of the dimensions; false when one is negative or the product exceeds a long.</summary>
    internal static bool TryCount(ReadOnlySpan<int> shape, out long elements)
    {
        elements = 1;
        foreach (int dimension in shape)
            if (dimension < 0 || (elements = TryMultiply(elements, dimension)) < 0)
                return false;
        return true;
    }

    /// <summary>The product of two non-negative numbers, or -1 when it exceeds a long.</summary>
    static long TryMultiply(long a, long b) => b != 0 && a > long.MaxValue / b ? -1 : a * b;
}
