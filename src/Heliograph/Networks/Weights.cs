using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Heliograph.Networks;

/// <summary>
/// The named arrays of a network, for instance <c>conv1_1.weight</c>. Immutable; names are compared ordinally
/// and enumerated in the order in which they were added.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "Weights is the word for it.")]
public sealed class Weights : IReadOnlyDictionary<string, WeightArray>
{
    readonly OrderedDictionary<string, WeightArray> arrays = new(StringComparer.Ordinal);

    /// <summary>No weights: a starting point for <see cref="With"/>.</summary>
    public static Weights Empty { get; } = new([]);

    /// <summary>Collects named arrays in the order given.</summary>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    public Weights(IEnumerable<KeyValuePair<string, WeightArray>> arrays)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        foreach ((string name, WeightArray array) in arrays)
        {
            ArgumentNullException.ThrowIfNull(array);
            this.arrays.Add(name, array);
        }
    }

    /// <summary>Number of arrays.</summary>
    public int Count => arrays.Count;

    /// <summary>The names, in the order in which they were added.</summary>
    public IEnumerable<string> Keys => arrays.Keys;

    /// <summary>The arrays, in the order in which they were added.</summary>
    public IEnumerable<WeightArray> Values => arrays.Values;

    /// <summary>The array of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message names it.</exception>
    public WeightArray this[string key] =>
        arrays.TryGetValue(key, out WeightArray? array) ? array : throw new KeyNotFoundException($"There is no weight array '{key}'.");

    /// <summary>These weights with one array added at the end, or replaced in its place.</summary>
    public Weights With(string name, WeightArray array)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(array);
        var result = new Weights(arrays);
        result.arrays[name] = array;
        return result;
    }

    /// <summary>The arrays for a writer.</summary>
    public IEnumerable<ArraySource> Sources() => arrays.Select(pair => new ArraySource(pair.Key, pair.Value.Shape, () => pair.Value.Values));

    /// <inheritdoc/>
    public bool ContainsKey(string key) => arrays.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out WeightArray value) => arrays.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, WeightArray>> GetEnumerator() => arrays.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
