using Heliograph.Networks;
using Heliograph.Statistics;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Pruning;

/// <summary>
/// Molchanov et al., CVPR 2019, "Taylor-FO" with a gate after the batch norm: Θ = (∂C/∂g)², C the mean loss of a mini-batch, averaged over mini-batches. Not normalised.
/// </summary>
public sealed class TaylorGateSaliency : ISaliency
{
    /// <inheritdoc/>
    public bool NormalizeByDefault => false;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double[]> Score(
        ScoredNetwork scored, IReadOnlyList<ChannelGroup> groups, Func<IEnumerable<(Tensor Images, Tensor Labels)>> batches)
    {
        var sums = new ScoreSums();
        foreach (var gradients in Saliency.GateGradients(scored, Saliency.Behind(scored.Module.Network, groups, layer => layer is BatchNorm), batches()))
        {
            foreach (var group in groups)
                sums.Add(group.Name, group.Convolutions.Skip(1).Aggregate(gradients[group.Name], (sum, tied) => sum + gradients[tied]).mean([0]).square(), 1);
        }
        return sums.Means();
    }
}
