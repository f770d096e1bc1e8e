using Heliograph.Networks;
using Heliograph.Statistics;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Pruning;

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
        ScoredNetwork scored, IReadOnlyList<ChannelGroup> groups, Func<IEnumerable<(Tensor Images, Tensor Labels)>> batches)
    {
        var scores = new ScoreSums();
        var relus = Saliency.Behind(scored.Module.Network, groups, layer => layer is Relu or Relu6 or PRelu);
        foreach (var gradients in Saliency.GateGradients(scored, relus, batches()))
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

        (int Height, int Width) Map(string layer) => scored.Module.Network.ShapeOf(layer) is var shape ? (shape.Height, shape.Width) : default;
    }
}
