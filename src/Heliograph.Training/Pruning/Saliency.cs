using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Statistics;
using Heliograph.Training.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Pruning;

/// <summary>How much each filter matters: the lower the score, the sooner it goes.</summary>
public interface ISaliency
{
    /// <summary>True when scores of different layers are made comparable by dividing by each layer's ℓ2 norm.</summary>
    bool NormalizeByDefault { get; }

    /// <summary>Scores the filters of some convolutions. Filters that are tied have one score together.</summary>
    /// <param name="model">The network as it is now.</param>
    /// <param name="groups">The convolutions to score.</param>
    /// <param name="batches">Images to score on, normalised [N, C, H, W], with labels [N]; asked for only by criteria that look at data.</param>
    /// <returns>By name of group, one score a channel.</returns>
    IReadOnlyDictionary<string, double[]> Score(NetworkModule model, IReadOnlyList<ChannelGroup> groups, Func<IEnumerable<(Tensor Images, Tensor Labels)>> batches);
}

/// <summary>The criteria by name, and what is common to them.</summary>
public static class Saliency
{
    /// <summary>The criterion of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="seed">Of random scores.</param>
    /// <param name="sums">See <see cref="TaylorSaliency"/>.</param>
    public static ISaliency Create(CriterionName name, ulong seed, bool sums = false) => name switch
    {
        CriterionName.Taylor => new TaylorSaliency(sums),
        CriterionName.TaylorGate => new TaylorGateSaliency(),
        CriterionName.Magnitude => new MagnitudeSaliency(),
        CriterionName.Random => new RandomSaliency(seed),
        _ => throw new NotSupportedException($"criterion {name}"),
    };

    /// <summary>Θ ← Θ / √(Σⱼ Θⱼ²) in each layer (Molchanov et al. 2017, section 2.2).</summary>
    public static IReadOnlyDictionary<string, double[]> Normalize(IReadOnlyDictionary<string, double[]> scores) =>
        scores.ToDictionary(layer => layer.Key, layer =>
        {
            double norm = Math.Sqrt(layer.Value.Sum(score => score * score));
            return norm > 0 ? Array.ConvertAll(layer.Value, score => score / norm) : layer.Value;
        });

    /// <summary>Θ ← Θ − λ·(MACs that one filter of the layer costs, in millions): what the network costs less without it.</summary>
    /// <param name="scores">By name of group, one score a channel.</param>
    /// <param name="network">The network as it is now.</param>
    /// <param name="lambda">λ.</param>
    /// <param name="macs">MACs of a network, or of the part of it that counts.</param>
    public static IReadOnlyDictionary<string, double[]> Penalize(
        IReadOnlyDictionary<string, double[]> scores, Network network, double lambda, Func<Network, long> macs)
    {
        long whole = macs(network);
        var groups = new ChannelGroups(network);
        return scores.ToDictionary(layer => layer.Key, layer =>
        {
            var narrower = groups.Narrowed(network, new Dictionary<string, int> { [layer.Key] = Math.Max(1, groups.Of(layer.Key)!.Channels - 1) });
            double millions = (whole - macs(narrower)) / 1e6;
            return Array.ConvertAll(layer.Value, score => score - lambda * millions);
        });
    }

    /// <summary>
    /// Per mini-batch and layer, the gradient of the summed cross-entropy in a gate of ones [N, C, 1, 1] behind a layer: per example and
    /// filter Σ over the map of a·∂C/∂a. One backward pass gives every layer's. Batch norms use their running statistics, so that examples do not mix.
    /// </summary>
    internal static IEnumerable<IReadOnlyDictionary<string, Tensor>> GateGradients(
        NetworkModule model, IReadOnlyDictionary<string, string> gateBehind, IEnumerable<(Tensor Images, Tensor Labels)> batches)
    {
        foreach (var (images, labels) in batches)
        {
            using var scope = NewDisposeScope();
            var gates = new Dictionary<string, Tensor>(StringComparer.Ordinal);
            var logits = model.Forward(images, training: false, tap: (layer, output) =>
            {
                if (!gateBehind.TryGetValue(layer.Name, out string? convolution))
                    return output;
                gates[convolution] = ones([output.shape[0], output.shape[1], 1, 1], dtype: output.dtype, device: output.device, requires_grad: true);
                return output * gates[convolution];
            });
            F.cross_entropy(logits, labels, reduction: TorchSharp.torch.nn.Reduction.Sum).backward();
            yield return gates.ToDictionary(gate => gate.Key, gate => gate.Value.grad!.to(ScalarType.Float32).flatten(1).cpu());
            foreach (var (_, parameter) in model.Parameters)
                parameter.grad = null;
        }
    }

    /// <summary>
    /// Where the map of each convolution is looked at: behind the first layer of a kind, as far as only per-channel layers lie between; where an
    /// addition or another convolution comes before that, in front of it.
    /// </summary>
    internal static IReadOnlyDictionary<string, string> Behind(Network network, IEnumerable<ChannelGroup> groups, Func<Layer, bool> kind)
    {
        var readers = network.Layers.SelectMany(layer => layer.Inputs.Select(input => (input, layer))).ToLookup(pair => pair.input, pair => pair.layer);
        var behind = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string convolution in groups.SelectMany(group => group.Convolutions))
        {
            string at = convolution;
            while (readers[at].ToArray() is [{ Flow: ChannelFlow.Keeps } next] && next is not (Convolution or MaxPool or AveragePool))
            {
                at = next.Name;
                if (kind(next))
                    break;
            }
            behind[at] = convolution;
        }
        return behind;
    }
}

/// <summary>
/// Molchanov et al., ICLR 2017: Θ = |(1/M)·Σₘ ∂C/∂aₘ·aₘ| over the M values of a map a after the ReLU, for each example separately, averaged over examples.
/// </summary>
/// <param name="sums">
/// Leaves out the 1/M: |Σₘ ∂C/∂aₘ·aₘ| is the change of the loss, to first order, when the whole map becomes zero, and can be compared between
/// maps of different sizes.
/// </param>
public sealed class TaylorSaliency(bool sums = false) : ISaliency
{
    /// <inheritdoc/>
    public bool NormalizeByDefault => true;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double[]> Score(
        NetworkModule model, IReadOnlyList<ChannelGroup> groups, Func<IEnumerable<(Tensor Images, Tensor Labels)>> batches)
    {
        var scores = new ScoreSums();
        var relus = Saliency.Behind(model.Network, groups, layer => layer is Relu or Relu6 or PRelu);
        foreach (var gradients in Saliency.GateGradients(model, relus, batches()))
        {
            foreach (var group in groups)
            {
                // Tied maps go together: what their removal changes adds up before its size is taken.
                var (height, width) = Map(group.Name);
                var gradient = group.Convolutions.Skip(1).Aggregate(gradients[group.Name], (sum, tied) => Map(tied) is var (h, w) && (sums || h * w == height * width)
                    ? sum + gradients[tied]
                    : sum + gradients[tied] * ((double)height * width / (h * w)));
                scores.Add(group.Name, gradient.abs().sum([0]) / (sums ? 1.0 : (double)height * width), gradient.shape[0]);
            }
        }
        return scores.Means();

        (int Height, int Width) Map(string layer) => model.Network.ShapeOf(layer) is var shape ? (shape.Height, shape.Width) : default;
    }
}

/// <summary>
/// Molchanov et al., CVPR 2019, "Taylor-FO" with a gate behind the batch norm: Θ = (∂C/∂g)², C the mean loss of a mini-batch, averaged over mini-batches. Not normalised.
/// </summary>
public sealed class TaylorGateSaliency : ISaliency
{
    /// <inheritdoc/>
    public bool NormalizeByDefault => false;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double[]> Score(
        NetworkModule model, IReadOnlyList<ChannelGroup> groups, Func<IEnumerable<(Tensor Images, Tensor Labels)>> batches)
    {
        var sums = new ScoreSums();
        foreach (var gradients in Saliency.GateGradients(model, Saliency.Behind(model.Network, groups, layer => layer is BatchNorm), batches()))
        {
            foreach (var group in groups)
                sums.Add(group.Name, group.Convolutions.Skip(1).Aggregate(gradients[group.Name], (sum, tied) => sum + gradients[tied]).mean([0]).square(), 1);
        }
        return sums.Means();
    }
}

/// <summary>ℓ2 norm of each filter's weights, of tied filters together.</summary>
public sealed class MagnitudeSaliency : ISaliency
{
    /// <inheritdoc/>
    public bool NormalizeByDefault => true;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double[]> Score(
        NetworkModule model, IReadOnlyList<ChannelGroup> groups, Func<IEnumerable<(Tensor Images, Tensor Labels)>> batches)
    {
        var weights = model.ToWeights();
        return groups.ToDictionary(group => group.Name, group => Enumerable.Range(0, group.Channels)
            .Select(channel => Math.Sqrt(group.Convolutions.Sum(name => Square(weights[$"{name}.weight"], channel)))).ToArray());

        static double Square(WeightArray kernel, int filter)
        {
            int perFilter = kernel.Length / kernel.Shape[0];
            return kernel.Values.AsSpan(filter * perFilter, perFilter).ToArray().Sum(w => (double)w * w);
        }
    }
}

/// <summary>Seeded random numbers: what any criterion must beat.</summary>
public sealed class RandomSaliency(ulong seed) : ISaliency
{
    /// <inheritdoc/>
    public bool NormalizeByDefault => false;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double[]> Score(
        NetworkModule model, IReadOnlyList<ChannelGroup> groups, Func<IEnumerable<(Tensor Images, Tensor Labels)>> batches) =>
        groups.ToDictionary(group => group.Name, group =>
        {
            var random = new RandomStream(seed, "prune.random." + group.Name);
            return Enumerable.Range(0, group.Channels).Select(_ => random.NextDouble()).ToArray();
        });
}

/// <summary>Sums of scores by convolution.</summary>
sealed class ScoreSums
{
    readonly Dictionary<string, double[]> sums = new(StringComparer.Ordinal);
    readonly Dictionary<string, long> counts = new(StringComparer.Ordinal);

    public void Add(string convolution, Tensor scores, long count)
    {
        float[] values = scores.data<float>().ToArray();
        double[] sum = sums.TryGetValue(convolution, out double[]? known) ? known : sums[convolution] = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
            sum[i] += values[i];
        counts[convolution] = counts.GetValueOrDefault(convolution) + count;
    }

    public IReadOnlyDictionary<string, double[]> Means() =>
        sums.ToDictionary(layer => layer.Key, layer => Array.ConvertAll(layer.Value, sum => sum / counts[layer.Key]));
}
