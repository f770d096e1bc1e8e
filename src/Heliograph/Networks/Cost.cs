namespace Heliograph.Networks;

/// <summary>What one layer costs for one image.</summary>
/// <param name="Layer">Its name.</param>
/// <param name="Macs">Multiply-accumulates of products with weights; the paper's "FLOPs".</param>
/// <param name="Parameters">Trained values; running statistics are none.</param>
/// <param name="Output">Shape of its output.</param>
public sealed record LayerCost(string Layer, long Macs, long Parameters, Shape Output);

/// <summary>
/// What one forward pass of one image costs. MACs follow the convention behind the paper's figures: one multiply-accumulate is one
/// "FLOP"; biases, batch norms, activations and pooling count nothing.
/// </summary>
/// <param name="Layers">In the order of computation.</param>
/// <param name="PeakActivationBytes">
/// The largest sum of live 32-bit maps at any layer: what it reads, what it writes and what later layers still need. Element-wise
/// layers work in place.
/// </param>
public sealed record Cost(ValueList<LayerCost> Layers, long PeakActivationBytes)
{
    /// <summary>Multiply-accumulates of all layers.</summary>
    public long Macs => Layers.Sum(layer => layer.Macs);

    /// <summary>Trained values of all layers.</summary>
    public long Parameters => Layers.Sum(layer => layer.Parameters);

    /// <summary>Multiply-accumulates of the layers whose name begins with <paramref name="prefix"/>, for instance <c>encoder.</c></summary>
    public long MacsOf(string prefix) => Layers.Where(layer => layer.Layer.StartsWith(prefix, StringComparison.Ordinal)).Sum(layer => layer.Macs);
}

/// <summary>Counts the cost of networks.</summary>
public static class Costs
{
    /// <summary>The cost of one forward pass of one image.</summary>
    public static Cost Cost(this Network network)
    {
        var layers = new List<LayerCost>();
        foreach (var layer in network.Layers)
        {
            long parameters = layer.Weights(network.InputsOf(layer)).Where(spec => spec.Trained).Sum(spec => (long)spec.Length);
            layers.Add(new(layer.Name, layer.Macs(network.InputsOf(layer)), parameters, network.ShapeOf(layer.Name)));
        }
        return new([.. layers], PeakActivationBytes(network));
    }

    /// <summary>Number of convolution filters: what the pruning ratio counts.</summary>
    public static int Filters(this Network network) => network.Layers.OfType<Convolution>().Sum(conv => conv.Filters);

    static long PeakActivationBytes(Network network)
    {
        var lastRead = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < network.Layers.Count; i++)
        {
            foreach (string name in network.Layers[i].Inputs)
                lastRead[name] = i;
        }
        // A tensor lives from the layer that writes it until the last layer that reads it; in-place layers hand theirs on.
        var tensorOf = new Dictionary<string, int>(StringComparer.Ordinal) { [Network.InputName] = 0 };
        var tensors = new List<(long Elements, int From, int Until)> { (network.Input.Elements, 0, 0) };
        for (int i = 0; i < network.Layers.Count; i++)
        {
            var layer = network.Layers[i];
            foreach (int read in layer.Inputs.Select(name => tensorOf[name]))
                tensors[read] = tensors[read] with { Until = i };
            if (layer.WorksInPlace && layer.Inputs[0] != Network.InputName && lastRead[layer.Inputs[0]] == i)
            {
                tensorOf[layer.Name] = tensorOf[layer.Inputs[0]];
            }
            else
            {
                tensorOf[layer.Name] = tensors.Count;
                tensors.Add((network.ShapeOf(layer.Name).Elements, i, i));
            }
        }
        // What begins and ends with each layer.
        long[] change = new long[network.Layers.Count + 1];
        foreach (var (elements, from, until) in tensors.Where(_ => network.Layers.Count > 0))
        {
            change[from] += elements;
            change[until + 1] -= elements;
        }
        long live = 0, peak = network.Layers.Count == 0 ? network.Input.Elements : 0;
        foreach (long by in change)
            peak = Math.Max(peak, live += by);
        return sizeof(float) * peak;
    }
}
