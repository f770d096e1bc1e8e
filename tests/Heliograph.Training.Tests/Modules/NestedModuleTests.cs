using Heliograph.Codes;
using Heliograph.Experiments;
using Heliograph.Networks;
using Heliograph.Training.Modules;
using Heliograph.Training.Optimisers;
using Heliograph.Training.Pruning;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Modules;

[Collection(TorchCollection.Name)]
public sealed class NestedModuleTests
{
    static readonly Network Backbone = Backbones.Build("vgg11", 10, new Shape(3, 32, 32), 0.125);
    static readonly Modes Modes = new([0, 0.5], [16, 32], 0, 20);
    static readonly Network Wide = ElasticCode.Device(Backbone, "pool2", Modes, 0, floor: 1), Narrow = ElasticCode.Device(Backbone, "pool2", Modes, 1, floor: 1);
    static readonly Weights Weights = Drawn.Weights(Wide, 1);

    [Fact]
    public void A_network_within_another_computes_what_it_computes_alone()
    {
        using var scope = NewDisposeScope();
        using var wide = new NetworkModule(Wide, Weights, CPU, Precision.Fp32);
        using var narrow = new NetworkModule(Narrow, ElasticCode.OwnFirst(Narrow, Weights), wide);
        float[] images = Drawn.Normal(2 * Backbone.Input.Elements, 2);
        var alone = new Weights([.. Weights, .. ElasticCode.OwnFirst(Narrow, Weights)]).BeginningFor(Narrow);
        Drawn.AssertClose(Drawn.Output(Narrow, alone, images), Training.Modules.Tensors.ToArray(narrow.Forward(tensor(images, [2, 3, 32, 32]), training: false)), 2e-5);
        foreach (var (name, array) in narrow.ToWeights())
            Drawn.AssertClose(alone[name].Values, array.Values, 1e-6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Bf16_computes_the_edge_half_nearly_as_fp32_does(bool trainable)
    {
        var (map, rest) = Backbone.SplitAt("pool2") is var split ? (split.Device.Output, split.Edge) : default;
        var edge = ElasticCode.Edge(rest, ElasticCode.Decoder(map, Modes));
        var weights = Drawn.Weights(edge, 3);
        float[] inputs = Drawn.Normal(2 * edge.Input.Elements, 4);
        float[] Output(Precision precision)
        {
            using var scope = NewDisposeScope();
            using var module = new NetworkModule(edge, weights, CPU, precision, trainable);
            return Training.Modules.Tensors.ToArray(module.Forward(tensor(inputs, [2, edge.Input.Elements]), training: false));
        }
        // 8 bits of mantissa.
        Drawn.AssertClose(Output(Precision.Fp32), Output(Precision.Bf16), 0.1);
    }

    [Fact]
    public void Its_gradients_reach_the_beginnings_of_the_wider_ones_arrays_and_its_own_batch_norms()
    {
        using var scope = NewDisposeScope();
        using var wide = new NetworkModule(Wide, Weights, CPU, Precision.Fp32);
        using var narrow = new NetworkModule(Narrow, ElasticCode.OwnFirst(Narrow, Weights), wide);
        Assert.Equal(["bn1_1@1.weight", "bn1_1@1.bias", "bn2_1@1.weight", "bn2_1@1.bias"], narrow.Parameters.Select(parameter => parameter.Name));
        narrow.Forward(tensor(Drawn.Normal(4 * Backbone.Input.Elements, 2), [4, 3, 32, 32]), training: true).square().mul(rand(4, 32)).sum().backward();
        var filters = wide.Parameters.Single(parameter => parameter.Name == "conv2_1.weight").Tensor.grad!;
        // 8 filters of 16 with 4 of 8 channels.
        Assert.True(filters.narrow(0, 0, 8).narrow(1, 0, 4).abs().min().item<float>() > 0);
        Assert.Equal(0, filters.narrow(0, 8, 8).abs().max().item<float>());
        Assert.Equal(0, filters.narrow(1, 4, 4).abs().max().item<float>());
        Assert.All(narrow.Parameters, parameter => Assert.True(parameter.Tensor.grad!.abs().max().item<float>() > 0));
        Assert.All(wide.Parameters.Where(parameter => parameter.Name.StartsWith("bn", StringComparison.Ordinal)), parameter => Assert.Null(parameter.Tensor.grad));
        var all = Parameter.Of([wide, narrow]);
        Assert.Equal(all.Count, all.Select(parameter => parameter.Name).Distinct().Count());
    }

    [Fact]
    public void Sorted_filters_compute_what_they_did()
    {
        var weights = Drawn.Weights(Backbone, 3);
        var random = new Statistics.RandomStream(1, "order");
        var order = Backbone.Layers.OfType<Convolution>().ToDictionary(layer => layer.Name, layer =>
        {
            int[] filters = [.. Enumerable.Range(0, layer.Filters)];
            random.Shuffle(filters);
            return filters;
        });
        var (network, sorted) = FilterRemoval.Keep(Backbone, weights, order);
        Assert.Equal(Backbone, network);
        Assert.NotEqual(weights["conv2_1.weight"].Values, sorted["conv2_1.weight"].Values);
        float[] images = Drawn.Normal(2 * Backbone.Input.Elements, 4);
        Drawn.AssertClose(Arrays.Forward(Backbone, weights, images), Arrays.Forward(Backbone, sorted, images), 1e-5);
    }
}
