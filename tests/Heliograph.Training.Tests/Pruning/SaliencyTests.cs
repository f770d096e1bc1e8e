using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Training.Pruning;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Pruning;

[Collection(TorchCollection.Name)]
public sealed class SaliencyTests
{
    static readonly Network Network = new(new Shape(2, 6, 6),
    [
        new Convolution("conv1", ["input"], 4), new BatchNorm("bn1", ["conv1"]), new Relu("relu1", ["bn1"]), new MaxPool("pool1", ["relu1"]),
        new Convolution("conv2", ["pool1"], 5), new BatchNorm("bn2", ["conv2"]), new Relu("relu2", ["bn2"]), new MaxPool("pool2", ["relu2"]),
        new Flatten("flatten", ["pool2"]), new Linear("fc", ["flatten"], 3),
    ]);

    static readonly string[] Convolutions = ["conv1", "conv2"];
    static readonly Weights Weights = Drawn.Weights(Network, 3);
    static readonly float[] Images = Drawn.Normal(7 * Network.Input.Elements, 4);
    static readonly long[] Labels = [0, 2, 1, 1, 0, 2, 2];

    static IReadOnlyDictionary<string, double[]> Score(ISaliency saliency, params int[] batches)
    {
        using var module = Arrays.Module(Network, Weights);
        return saliency.Score(new(module), new ChannelGroups(Network).All, Batches);

        IEnumerable<(Tensor, Tensor)> Batches()
        {
            int first = 0, n = Network.Input.Elements;
            foreach (int count in batches)
            {
                using var images = Arrays.Images(Images[(first * n)..((first + count) * n)], Network.Input);
                using var labels = tensor(Labels[first..(first + count)]);
                first += count;
                yield return (images, labels);
            }
        }
    }

    /// <summary>∂C/∂g of a gate g around 1 on one filter's map, for one example, by central differences in 64 bits.</summary>
    static double GateGradient(string layer, int filter, int example)
    {
        var naive = new Naive(Network, Weights);
        var map = Network.ShapeOf(layer);
        int area = map.Height * map.Width, n = Network.Input.Elements;
        double Loss(double gate) => Naive.CrossEntropy(naive.Forward(Drawn.Doubles(Images.AsSpan(example * n, n)), (name, values) =>
        {
            if (name == layer)
            {
                foreach (ref double value in values.AsSpan(filter * area, area))
                    value *= gate;
            }
        }), Labels[example]);
        return (Loss(1 + 1e-5) - Loss(1 - 1e-5)) / 2e-5;
    }

    [Theory]
    [InlineData(7)]
    [InlineData(3, 4)]
    [InlineData(2, 2, 3)]
    public void Taylor_scores_are_the_mean_over_examples_of_the_gates_gradient_over_the_map_size(params int[] batches)
    {
        var scores = Score(new TaylorSaliency(), batches);
        foreach (var (conv, relu) in Convolutions.Zip(["relu1", "relu2"]))
        {
            var map = Network.ShapeOf(relu);
            double[] expected = [.. Enumerable.Range(0, map.Channels).Select(filter =>
                Enumerable.Range(0, 7).Average(example => Math.Abs(GateGradient(relu, filter, example)) / (map.Height * map.Width)))];
            Drawn.AssertClose(expected, Array.ConvertAll(scores[conv], s => (float)s), 1e-4);
        }
    }

    [Fact]
    public void Taylor_sums_are_the_mean_over_examples_of_the_change_of_the_loss_without_the_map()
    {
        // To first order, as the gate goes from 1 to 0; maps of 36 and of 9 values on one scale.
        var scores = Score(Saliency.Create(CriterionName.Taylor, 1, sums: true), 3, 4);
        foreach (var (conv, relu) in Convolutions.Zip(["relu1", "relu2"]))
        {
            double[] expected = [.. Enumerable.Range(0, Network.ShapeOf(relu).Channels).Select(filter =>
                Enumerable.Range(0, 7).Average(example => Math.Abs(GateGradient(relu, filter, example))))];
            Drawn.AssertClose(expected, Array.ConvertAll(scores[conv], s => (float)s), 1e-4);
        }
    }

    [Fact]
    public void Taylor_gate_scores_are_the_mean_over_batches_of_the_squared_gradient_of_the_mean_loss_in_a_gate_behind_the_norm()
    {
        int[] batches = [4, 3];
        var scores = Score(new TaylorGateSaliency(), batches);
        foreach (var (conv, norm) in Convolutions.Zip(["bn1", "bn2"]))
        {
            double[] expected = [.. Enumerable.Range(0, Network.ShapeOf(conv).Channels).Select(filter =>
                (Math.Pow(Enumerable.Range(0, 4).Average(e => GateGradient(norm, filter, e)), 2) + Math.Pow(Enumerable.Range(4, 3).Average(e => GateGradient(norm, filter, e)), 2)) / 2)];
            Drawn.AssertClose(expected, Array.ConvertAll(scores[conv], s => (float)s), 1e-4);
        }
    }

    [Fact]
    public void Scores_need_no_gradients_of_weights()
    {
        // Wide enough for the trainer's own convolutions.
        var network = Network.With(layer => layer is Convolution conv ? conv with { Filters = 16 } : layer);
        var weights = Drawn.Weights(network, 5);
        var scores = new[] { true, false }.Select(trainable =>
        {
            using var module = Arrays.Module(network, weights, trainable);
            return new TaylorSaliency().Score(new(module), new ChannelGroups(module.Network).All, () => [(Arrays.Images(Images, Network.Input), tensor(Labels))]);
        }).ToArray();
        foreach (string convolution in Convolutions)
            Assert.Equal(scores[0][convolution], scores[1][convolution]);
    }

    [Fact]
    public void Scoring_changes_no_weight_and_leaves_no_gradient()
    {
        using var module = Arrays.Module(Network, Weights);
        new TaylorSaliency().Score(new(module), new ChannelGroups(module.Network).All, () => [(Arrays.Images(Images, Network.Input), tensor(Labels))]);
        Assert.All(module.Parameters, p => Assert.Null(p.Tensor.grad));
        Assert.All(module.ToWeights(), pair => Assert.Equal(Weights[pair.Key].Values, pair.Value.Values));
    }

    [Fact]
    public void Magnitude_is_the_norm_of_the_filters_weights()
    {
        var scores = Score(new MagnitudeSaliency());
        float[] kernel = Weights["conv2.weight"].Values;
        for (int filter = 0; filter < 5; filter++)
            Assert.Equal(Math.Sqrt(Enumerable.Range(filter * 36, 36).Sum(i => (double)kernel[i] * kernel[i])), scores["conv2"][filter], 1e-6);
    }

    [Fact]
    public void Random_scores_follow_the_seed()
    {
        Assert.Equal(Score(new RandomSaliency(1))["conv1"], Score(new RandomSaliency(1))["conv1"]);
        Assert.NotEqual(Score(new RandomSaliency(1))["conv1"], Score(new RandomSaliency(2))["conv1"]);
        Assert.NotEqual(Score(new RandomSaliency(1))["conv1"], Score(new RandomSaliency(1))["conv2"][..4]);
    }

    [Fact]
    public void Normalised_scores_of_each_layer_have_norm_one_and_keep_their_order()
    {
        var scores = Saliency.Normalize(new Dictionary<string, double[]> { ["a"] = [3, 0, 4], ["b"] = [1e-9, 1e-9], ["dead"] = [0, 0] });
        Assert.Equal([0.6, 0, 0.8], scores["a"]);
        Assert.Equal(Math.Sqrt(0.5), scores["b"][0], 12);
        Assert.Equal([0, 0], scores["dead"]);
    }

    [Fact]
    public void The_penalty_takes_off_what_one_filter_costs_in_millions_of_macs()
    {
        // A filter of conv1 costs its own 6·6·9·2 MACs and 3·3·9·5 in conv2; one of conv2 3·3·9·4 and 3 in the linear layer.
        var scores = Saliency.Penalize(new Dictionary<string, double[]> { ["conv1"] = [1, 2, 3, 4], ["conv2"] = [0, 0, 0, 0, 0] }, Network, 100, network => network.Cost().Macs);
        Assert.Equal(1 - 100 * (648 + 405) / 1e6, scores["conv1"][0], 12);
        Assert.Equal(-100 * (324 + 3) / 1e6, scores["conv2"][4], 12);
    }

    [Fact]
    public void Only_the_criteria_of_2017_and_the_magnitude_are_normalised_by_default()
    {
        bool Of(CriterionName name) => Saliency.Create(name, 1).NormalizeByDefault;
        Assert.Equal((true, false, true, false), (Of(CriterionName.Taylor), Of(CriterionName.TaylorGate), Of(CriterionName.Magnitude), Of(CriterionName.Random)));
    }

    [Fact]
    public void Without_an_activation_behind_it_a_convolution_is_scored_on_its_own_map()
    {
        // A PReLU of slope 1 changes nothing, and is where the map is looked at.
        Network Make(bool activation) => new(new Shape(1, 3, 3),
        [
            new Convolution("a", ["input"], 2), .. activation ? [new PRelu("p", ["a"])] : Array.Empty<Layer>(), new Convolution("b", [activation ? "p" : "a"], 2), new Relu("c", ["b"]),
            new Flatten("flatten", ["c"]), new Linear("fc", ["flatten"], 3),
        ]);
        var weights = Drawn.Weights(Make(true), 1).With("p.weight", new([2], [1, 1]));
        double[][] scores = [.. new[] { true, false }.Select(activation =>
        {
            using var module = Arrays.Module(Make(activation), weights);
            return new TaylorSaliency().Score(new(module), new ChannelGroups(module.Network).All, () => [(Arrays.Images(Drawn.Normal(18, 2), new(1, 3, 3)), tensor(new long[] { 0, 2 }))])["a"];
        })];
        Assert.All(scores[0], score => Assert.True(score > 0));
        Drawn.AssertClose(scores[0], Array.ConvertAll(scores[1], score => (float)score), 1e-6);
    }
}
