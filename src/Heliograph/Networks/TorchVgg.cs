using System.Text.RegularExpressions;

namespace Heliograph.Networks;

/// <summary>
/// Reads VGGs with batch norm from PyTorch checkpoints, by the names that torchvision gives their arrays: <c>features.N</c> is the N-th of
/// convolution, batch norm, ReLU, …, pooling, <c>classifier.N</c> the N-th of the layers after them. Layers without weights show only as gaps
/// between the numbers, so dropout may be there or not.
/// </summary>
public static partial class TorchVgg
{
    /// <summary>True for arrays that carry torchvision's names.</summary>
    public static bool IsNamed(IEnumerable<string> names) => names.Any(name => name.StartsWith("features.", StringComparison.Ordinal));

    /// <summary>True for the counters that PyTorch keeps in batch norms: whole numbers, which no network here reads.</summary>
    public static bool IsCounter(string name) => name.EndsWith(".num_batches_tracked", StringComparison.Ordinal);

    /// <summary>The network that the arrays belong to, with layers named as by <see cref="Vgg"/>, and its weights.</summary>
    /// <param name="weights">The checkpoint's arrays.</param>
    /// <param name="input">Shape of the images, which the arrays do not reveal.</param>
    /// <exception cref="InvalidDataException">An array is missing, unknown or of the wrong shape, or the images are of another size.</exception>
    public static Model Read(Weights weights, Shape input)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Keys.FirstOrDefault(name => !IsCounter(name) && !Name().IsMatch(name)) is { } unknown)
            throw new InvalidDataException($"{SafetensorsHeader.Quoted(unknown)} is not an array of torchvision's VGG with batch norm (features.N.weight … classifier.N.bias)");
        var blocks = new List<List<int>>();
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        int next = 0;
        foreach (int index in Indices(weights, "features").Where(index => Of(weights, $"features.{index}.weight").Shape.Length == 4))
        {
            // If a convolution does not follow at once, there is a pooling between.
            bool pooled = blocks.Count > 0 && index == next + 1;
            if (index != next && !pooled)
                throw new InvalidDataException($"a convolution is expected at features.{next} or, after a pooling, features.{next + 1}; the next one is features.{index}");
            if (blocks.Count == 0 || pooled)
                blocks.Add([]);
            blocks[^1].Add(Outputs(weights, $"features.{index}.weight", rank: 4));
            string id = $"{blocks.Count}_{blocks[^1].Count}";
            (names[$"conv{id}"], names[$"bn{id}"]) = ($"features.{index}", $"features.{index + 1}");
            next = index + 3;
        }
        int[] linear = Indices(weights, "classifier");
        if (blocks.Count == 0 || linear.Length == 0)
            throw new InvalidDataException($"a VGG has convolutions (features.N) and linear layers (classifier.N); the file has {names.Count / 2} and {linear.Length}");
        for (int i = 0; i < linear.Length; i++)
            names[$"fc{i + 1}"] = $"classifier.{linear[i]}";
        int[] features = [.. linear.Select(index => Outputs(weights, $"classifier.{index}.weight", rank: 2))];
        try
        {
            var network = Vgg.Build(input, blocks, features[..^1], features[^1], dropout: 0);
            return new(network, Renamed(network, weights, names));
        }
        catch (UsageException e)
        {
            throw new InvalidDataException($"images of {input} cannot pass through it: {e.Message}", e);
        }
    }

    // Every array of the network under its own name; nothing may be left over.
    static Weights Renamed(Network network, Weights weights, Dictionary<string, string> names)
    {
        var left = weights.Keys.Where(name => !IsCounter(name)).ToHashSet(StringComparer.Ordinal);
        var renamed = new List<KeyValuePair<string, WeightArray>>();
        foreach (var spec in network.WeightSpecs())
        {
            string[] parts = spec.Name.Split('.');
            string name = $"{names[parts[0]]}.{parts[1]}";
            var array = Of(weights, name);
            if (!array.Shape.SequenceEqual(spec.Shape))
                throw new InvalidDataException($"'{name}' is {array}; images of {network.Input} and the layers before it need [{string.Join(", ", spec.Shape)}]");
            renamed.Add(new(spec.Name, array));
            left.Remove(name);
        }
        return left.Count == 0 ? new(renamed) : throw new InvalidDataException($"'{left.Order(StringComparer.Ordinal).First()}' belongs to no layer of the VGG that the other arrays describe");
    }

    static int[] Indices(Weights weights, string part) =>
    [
        .. weights.Keys.Select(name => Name().Match(name)).Where(match => match.Success && match.Groups[1].Value == part)
            .Select(match => int.Parse(match.Groups[2].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)).Distinct().Order(),
    ];

    static int Outputs(Weights weights, string name, int rank)
    {
        var array = Of(weights, name);
        return array.Shape.Length == rank ? array.Shape[0] : throw new InvalidDataException($"'{name}' is {array}, where an array of {rank} dimensions is expected");
    }

    static WeightArray Of(Weights weights, string name) =>
        weights.TryGetValue(name, out var array) ? array : throw new InvalidDataException($"'{name}' is missing");

    [GeneratedRegex(@"^(features|classifier)\.([0-9]{1,4})\.(weight|bias|running_mean|running_var)\z")]
    private static partial Regex Name();
}
