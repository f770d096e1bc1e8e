namespace Heliograph.Networks;

/// <summary>
/// Networks within networks: one whose arrays are the beginnings of another's, in every dimension. Where filters are in the order of their salience, a narrower network needs no weights of its own.
/// </summary>
public static class Beginnings
{
    /// <summary>The beginnings of some weights that a narrower network needs.</summary>
    /// <param name="weights">Of the wider network; arrays of other names may be there.</param>
    /// <param name="network">The narrower network, with layers of the same names.</param>
    /// <exception cref="InvalidDataException">An array is missing, or is smaller than the network needs.</exception>
    public static Weights BeginningFor(this Weights weights, Network network)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return new(network.WeightSpecs().Select(spec => KeyValuePair.Create(spec.Name, Beginning(spec, weights))));
    }

    /// <summary>The beginning of an array.</summary>
    /// <param name="array">The wider array.</param>
    /// <param name="shape">As many dimensions, none larger.</param>
    /// <exception cref="ArgumentException">The array has no such beginning.</exception>
    public static WeightArray Beginning(this WeightArray array, ValueList<int> shape)
    {
        if (!Has(array, shape))
            throw new ArgumentException($"{array} has no beginning of {shape}.", nameof(shape));
        if (array.Shape.AsSpan().SequenceEqual(shape.AsSpan()))
            return array;
        int length = 1;
        foreach (int side in shape.AsSpan())
            length *= side;
        var values = new float[length];
        Copy(array.Values, values, array.Shape.AsSpan(), shape.AsSpan());
        return new([.. shape], values);
    }

    static WeightArray Beginning(WeightSpec spec, Weights weights)
    {
        if (!weights.TryGetValue(spec.Name, out var array))
            throw new InvalidDataException($"the weights lack '{spec.Name}'");
        return Has(array, spec.Shape) ? array.Beginning(spec.Shape)
            : throw new InvalidDataException($"the weights' '{spec.Name}' is {array}, which has no beginning of {spec.Shape}");
    }

    static bool Has(WeightArray array, ValueList<int> shape)
    {
        for (int i = 0; i < Math.Min(array.Shape.Length, shape.Count); i++)
        {
            if (array.Shape[i] < shape[i])
                return false;
        }
        return array.Shape.Length == shape.Count;
    }

    static void Copy(ReadOnlySpan<float> from, Span<float> to, ReadOnlySpan<int> wide, ReadOnlySpan<int> narrow)
    {
        if (wide[1..].SequenceEqual(narrow[1..]))
        {
            from[..to.Length].CopyTo(to);
            return;
        }
        int wideStep = from.Length / wide[0], step = to.Length / narrow[0];
        for (int i = 0; i < narrow[0]; i++)
            Copy(from.Slice(i * wideStep, wideStep), to.Slice(i * step, step), wide[1..], narrow[1..]);
    }
}
