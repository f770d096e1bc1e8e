namespace Heliograph.Networks;

/// <summary>Rewrites a trained network for inference: fewer layers, the same output.</summary>
public static class Folding
{
    /// <summary>
    /// Folds every batch norm that directly follows a convolution into it, and removes dropout. With the running mean μ and
    /// variance v: w ← w·s and b ← (b − μ)·s + bias, where s = weight / √(v + ε). A perceptron that reads the reported SNR becomes a table (<see cref="SnrFilm"/>).
    /// </summary>
    /// <exception cref="InvalidDataException">The weights do not fit this network.</exception>
    public static (Network Network, Weights Weights) Fold(Network network, Weights weights)
    {
        network.Check(weights);
        var folded = weights.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        foreach (var (name, norm) in FoldedNorms(network))
            FoldInto((Convolution)network.Layers.First(layer => layer.Name == name), norm, folded);
        foreach (var layer in network.Layers)
            (layer as SnrFilm)?.Tabulate(folded);
        var result = Folded(network);
        return (result, new Weights(result.WeightSpecs().Select(spec => KeyValuePair.Create(spec.Name, folded[spec.Name]))));
    }

    /// <summary>What a network becomes, without its weights.</summary>
    internal static Network Folded(Network network)
    {
        var kept = new List<Layer>();
        var renamed = new Dictionary<string, string>(StringComparer.Ordinal);
        var norms = FoldedNorms(network);
        foreach (var layer in network.Layers)
        {
            string input = layer.Inputs[0];
            if (layer is Dropout || layer is BatchNorm && norms.ContainsKey(input))
            {
                renamed[layer.Name] = renamed.GetValueOrDefault(input, input);
                continue;
            }
            var reading = layer.Reading([.. layer.Inputs.Select(name => renamed.GetValueOrDefault(name, name))]);
            kept.Add(reading switch
            {
                // The batch norm's shift is its bias.
                Convolution convolution when norms.ContainsKey(layer.Name) => convolution with { Bias = true },
                SnrFilm film => film.Tabulated(),
                _ => reading,
            });
        }
        return new(network.Input, kept);
    }

    // By the convolutions that they follow.
    static Dictionary<string, BatchNorm> FoldedNorms(Network network) =>
        network.Layers.OfType<BatchNorm>().Where(norm => FoldsInto(network, norm.Inputs[0])).ToDictionary(norm => norm.Inputs[0], StringComparer.Ordinal);

    static bool FoldsInto(Network network, string input) =>
        network.Layers.FirstOrDefault(layer => layer.Name == input) is Convolution
        && network.Layers.Count(layer => layer.Inputs.Contains(input)) == 1;

    static void FoldInto(Convolution convolution, BatchNorm norm, Dictionary<string, WeightArray> weights)
    {
        float[] Of(string name) => weights[name].Values;
        float[] gain = Of($"{norm.Name}.weight"), shift = Of($"{norm.Name}.bias");
        float[] mean = Of($"{norm.Name}.running_mean"), variance = Of($"{norm.Name}.running_var");
        var kernel = weights[$"{convolution.Name}.weight"];
        var bias = convolution.Bias ? weights[$"{convolution.Name}.bias"] : new([convolution.Filters], new float[convolution.Filters]);

        float[] newKernel = [.. kernel.Values], newBias = new float[bias.Length];
        int perFilter = kernel.Length / convolution.Filters;
        for (int filter = 0; filter < convolution.Filters; filter++)
        {
            double scale = gain[filter] / Math.Sqrt((double)variance[filter] + norm.Epsilon);
            for (int i = filter * perFilter; i < (filter + 1) * perFilter; i++)
                newKernel[i] = (float)(newKernel[i] * scale);
            newBias[filter] = (float)((bias.Values[filter] - (double)mean[filter]) * scale + shift[filter]);
        }
        weights[$"{convolution.Name}.weight"] = new(kernel.Shape, newKernel);
        weights[$"{convolution.Name}.bias"] = new(bias.Shape, newBias);
    }
}
