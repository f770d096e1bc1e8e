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

    static WeightArray Beginning(WeightSpec spec, Weights weights)
    {
        if (!weights.TryGetValue(spec.Name, out var array))
            throw new InvalidDataException($"the weights lack '{spec.Name}'");
        if (array.Shape.Length != spec.Shape.Count || array.Shape.Zip(spec.Shape).Any(sides => sides.First < sides.Second))
            throw new InvalidDataException($"the weights' '{spec.Name}' is [{string.Join(", ", array.Shape)}], which has no beginning of [{string.Join(", ", spec.Shape)}]");
        if (array.Shape.SequenceEqual(spec.Shape))
            return array;
        var values = new float[spec.Length];
        Copy(array.Values, values, array.Shape.AsSpan(), spec.Shape.AsSpan());
        return new([.. spec.Shape], values);
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
