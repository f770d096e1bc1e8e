using Heliograph.Networks;
using Heliograph.Statistics;
using Heliograph.Training.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Pruning;

/// <summary>The network whose filters are scored.</summary>
/// <param name="Module">It, as it is now.</param>
/// <param name="Rest">From its output to logits; itself if it is the whole network.</param>
public sealed record ScoredNetwork(NetworkModule Module, Func<Tensor, Tensor> Rest)
{
    /// <summary>A network that gives logits itself.</summary>
    public ScoredNetwork(NetworkModule module) : this(module, output => output)
    {
    }
}

/// <summary>How much each filter matters: the lower the score, the sooner it goes.</summary>
public interface ISaliency
{
    /// <summary>True when scores of different layers are made comparable by dividing by each layer's ℓ2 norm.</summary>
    bool NormalizeByDefault { get; }

    /// <summary>Scores the filters of some convolutions. Filters that are tied have one score together.</summary>
    /// <param name="scored">The network as it is now, and the way to the logits.</param>
    /// <param name="groups">The convolutions to score.</param>
    /// <param name="batches">Images to score on, normalised [N, C, H, W], with labels [N]; asked for only by criteria that look at data.</param>
    /// <returns>By name of group, one score a channel.</returns>
    IReadOnlyDictionary<string, double[]> Score(ScoredNetwork scored, IReadOnlyList<ChannelGroup> groups, Func<IEnumerable<(Tensor Images, Tensor Labels)>> batches);
}
