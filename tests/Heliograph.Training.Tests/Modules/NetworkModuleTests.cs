using Heliograph.Experiments;
using Heliograph.Networks;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Modules;

[Collection(TorchCollection.Name)]
public sealed class NetworkModuleTests
{
    /// <summary>Every kind of layer, odd maps, and a flattened map of more than one value.</summary>
    static readonly Network Everything = new(new Shape(3, 11, 9),
    [
        new Convolution("conv1", ["input"], 5), new BatchNorm("bn1", ["conv1"]), new Relu("relu1", ["bn1"]), new MaxPool("pool1", ["relu1"]),
        new Convolution("conv2", ["pool1"], 4, Stride: 2), new Gdn("gdn", ["conv2"], Causal: true), new PRelu("prelu1", ["gdn"]), new PowerNormalization("power", ["prelu1"]),
        new Reshape("reshape", ["power"], 4, 3, 2), new Convolution("conv3", ["reshape"], 4, Kernel: 1, Padding: 0), new Gdn("igdn", ["conv3"], Inverse: true),
        new PRelu("prelu2", ["igdn"]), new Upsample("up", ["prelu2"], 5, 4), new Dropout("drop", ["up"], 0.5f),
        new Convolution("conv4", ["drop"], 6), new BatchNorm("bn4", ["conv4"], Epsilon: 0.01f), new PRelu("prelu4", ["bn4"]), new MaxPool("pool4", ["prelu4"]),
        new Convolution("narrow", ["pool4"], 6, Groups: 6, Bias: false), new Relu6("relu6", ["narrow"]), new Convolution("groups", ["relu6"], 6, Kernel: 1, Padding: 0, Groups: 3),
        new Add("sum", ["groups", "pool4", "relu6"]), new MaxPool("pool5", ["sum"], 3, 2, 1), new AveragePool("mean", ["pool5"]),
        new Flatten("flatten", ["mean"]), new Linear("fc1", ["flatten"], 8), new Relu("relu_fc1", ["fc1"]), new Slice("part", ["relu_fc1"], 1, 6), new PowerNormalization("parts", ["part"], [2, 4]), new Linear("factors", ["parts"], 16),
        new Film("film", ["relu_fc1", "factors"]), new Linear("fc2", ["film"], 5),
    ]);

    static readonly Weights Weights = Drawn.Weights(Everything, 10);
    static readonly float[] Images = Drawn.Normal(3 * Everything.Input.Elements, 20);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Computes_what_the_definitions_say_after_every_layer(bool trainable)
    {
        foreach (var (n, layer) in Everything.Layers.Index())
        {
            var front = new Network(Everything.Input, Everything.Layers.Take(n + 1));
            Drawn.AssertClose(Drawn.Output(front, Weights, Images), Arrays.Forward(front, Weights, Images, trainable), 2e-6);
        }
    }

    [Fact]
    public void Gradients_are_those_of_finite_differences() => Differences.AssertGradients(Everything, Weights, Images[..(2 * Everything.Input.Elements)]);

    [Fact]
    public void A_code_for_an_odd_map_computes_what_the_definitions_say()
    {
        var map = new Shape(6, 5, 3);
        var pair = JointCode.Encoder(map, 3).Then(JointCode.Decoder(map, 3));
        var weights = Drawn.Weights(pair, 3);
        float[] maps = Drawn.Normal(2 * map.Elements, 4);
        Drawn.AssertClose(Drawn.Output(pair, weights, maps), Arrays.Forward(pair, weights, maps, trainable: true), 2e-6);
        Differences.AssertGradients(pair, weights, maps);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    public void The_codes_of_others_compute_what_the_definitions_say(int stride)
    {
        var map = new Shape(6, 4, 2);
        foreach (var pair in (Network[])[
            BottleNet.Encoder(map, 3, stride).Then(BottleNet.Decoder(map, 3, stride)),
            BottleNetPlus.Encoder(map, 3, stride).Then(BottleNetPlus.Decoder(map, 3, stride)),
            BottleNetPlus.Encoder(map, 3, stride, PowerConstraint.Peak).Then(BottleNetPlus.Decoder(map, 3, stride))])
        {
            var weights = Drawn.Weights(pair, 3);
            float[] maps = Drawn.Normal(2 * map.Elements, 4);
            foreach (bool trainable in (bool[])[true, false])
                Drawn.AssertClose(Drawn.Output(pair, weights, maps), Arrays.Forward(pair, weights, maps, trainable), 2e-6);
            Differences.AssertGradients(pair, weights, maps);
        }
    }

    [Fact]
    public void The_input_is_not_changed_and_a_map_read_twice_neither()
    {
        var network = new Network(new Shape(2, 3, 3), [new Relu("a", ["input"]), new Convolution("b", ["input"], 2), new Relu("c", ["b"]), new PRelu("d", ["b"])]);
        var weights = Drawn.Weights(network, 1);
        float[] images = Drawn.Normal(18, 2);
        using var scope = NewDisposeScope();
        using var module = Arrays.Module(network, weights, trainable: false);
        var input = Arrays.Images(images, network.Input);
        var output = module.Forward(input, training: false);
        Assert.Equal(images, Arrays.ToArray(input));
        Drawn.AssertClose(Drawn.Output(network, weights, images), Arrays.ToArray(output), 1e-6);
    }

    [Fact]
    public void In_training_a_batch_norm_uses_and_updates_batch_statistics()
    {
        // Running values move by a tenth towards the batch's mean and unbiased variance; the output is normalised with the biased one.
        var network = new Network(new Shape(2, 2, 3), [new BatchNorm("bn", ["input"])]);
        var weights = Drawn.Weights(network, 1);
        float[] images = Drawn.Normal(4 * 12, 2, scale: 3);
        using var scope = NewDisposeScope();
        using var module = Arrays.Module(network, weights);
        float[] output = Arrays.ToArray(module.Forward(Arrays.Images(images, network.Input), training: true));
        var after = module.ToWeights();
        for (int c = 0; c < 2; c++)
        {
            int[] of = [.. Enumerable.Range(0, images.Length).Where(i => i / 6 % 2 == c)];
            double mean = of.Average(i => images[i]), squares = of.Sum(i => Math.Pow(images[i] - mean, 2));
            Assert.Equal(0.9 * weights["bn.running_mean"].Values[c] + 0.1 * mean, after["bn.running_mean"].Values[c], 1e-5);
            Assert.Equal(0.9 * weights["bn.running_var"].Values[c] + 0.1 * squares / (of.Length - 1), after["bn.running_var"].Values[c], 1e-5);
            foreach (int i in of)
            {
                double expected = (images[i] - mean) / Math.Sqrt(squares / of.Length + 1e-5) * weights["bn.weight"].Values[c] + weights["bn.bias"].Values[c];
                Assert.Equal(expected, output[i], 1e-4);
            }
        }
        Assert.Equal(weights["bn.weight"].Values, after["bn.weight"].Values);
    }

    [Fact]
    public void Evaluation_updates_nothing()
    {
        using var scope = NewDisposeScope();
        using var module = Arrays.Module(Everything, Weights);
        var before = module.ToState();
        module.Forward(Arrays.Images(Images, Everything.Input), training: false);
        AssertEqual(before, module.ToState());
    }

    [Fact]
    public void Dropout_drops_its_share_in_training_and_scales_the_rest()
    {
        var network = new Network(new Shape(10_000, 1, 1), [new Dropout("d", ["input"], 0.3f)]);
        using var scope = NewDisposeScope();
        using var module = Arrays.Module(network, Heliograph.Networks.Weights.Empty);
        manual_seed(3);
        float[] output = Arrays.ToArray(module.Forward(ones(1, 10_000), training: true));
        Assert.InRange(output.Count(v => v == 0), 2800, 3200);
        Assert.All(output.Where(v => v != 0), v => Assert.Equal(1 / 0.7, v, 1e-5));
    }

    [Fact]
    public void Bf16_computes_nearly_what_fp32_does()
    {
        var network = Everything.SplitAfter("relu1").Device.Then(new Network(new Shape(5, 11, 9), [new Convolution("next", ["input"], 3), new Flatten("flat", ["next"]), new Linear("fc", ["flat"], 4)]));
        var weights = Drawn.Weights(network, 7);
        float[] exact = Arrays.Forward(network, weights, Images);
        foreach (bool trainable in (bool[])[true, false])
        {
            float[] rounded = Arrays.Forward(network, weights, Images, trainable, Precision.Bf16);
            // 8 bits of mantissa.
            Drawn.AssertClose(exact, rounded, 0.03);
            Assert.NotEqual(exact, rounded);
        }
    }

    [Fact]
    public void Bf16_gradients_arrive_in_fp32_and_nearly_equal()
    {
        using var scope = NewDisposeScope();
        var front = Everything.SplitAfter("conv2").Device;
        Dictionary<string, float[]> Gradients(Precision precision)
        {
            using var module = Arrays.Module(front, Weights, precision: precision);
            var output = module.Forward(Arrays.Images(Images, front.Input), training: false);
            Assert.Equal(ScalarType.Float32, output.dtype);
            output.square().sum().backward();
            Assert.All(module.Parameters, p => Assert.Equal(ScalarType.Float32, p.Tensor.grad!.dtype));
            return module.Parameters.ToDictionary(p => p.Name, p => Arrays.ToArray(p.Tensor.grad!));
        }
        var exact = Gradients(Precision.Fp32);
        foreach (var (name, rounded) in Gradients(Precision.Bf16))
            Drawn.AssertClose(exact[name], rounded, 0.05);
    }

    [Fact]
    public void State_is_taken_back_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        using NetworkModule first = Arrays.Module(Everything, Weights), second = Arrays.Module(Everything, Drawn.Weights(Everything, 77));
        // Odd values on purpose: what training leaves is no rounding of plain GDN parameters.
        using (no_grad())
        {
            foreach (var (_, parameter) in first.Parameters)
                parameter.mul_(1.0000001).add_(1e-9);
        }
        second.Restore(first.ToState());
        AssertEqual(first.ToState(), second.ToState());
        AssertEqual(first.ToWeights(), second.ToWeights());
        Assert.Equal(Arrays.ToArray(first.Forward(Arrays.Images(Images, Everything.Input), false)), Arrays.ToArray(second.Forward(Arrays.Images(Images, Everything.Input), false)));
    }

    [Fact]
    public void Weights_come_back_as_they_went_in()
    {
        using var module = Arrays.Module(Everything, Weights);
        foreach (var (name, array) in module.ToWeights())
        {
            if (name.Contains("gdn", StringComparison.Ordinal))
                Drawn.AssertClose(Weights[name].Values, array.Values, 1e-6);
            else
                Assert.Equal(Weights[name].Values, array.Values);
        }
    }

    [Fact]
    public void Weights_of_another_network_are_refused() =>
        Assert.Throws<InvalidDataException>(() => Arrays.Module(Everything, Drawn.Weights(Everything.SplitAfter("fc1").Device, 1)));

    [Fact]
    public void A_folded_network_computes_the_same()
    {
        var network = Vgg.Build(11, 6, new Shape(3, 64, 32), width: 0.1, dropout: 0.2);
        foreach (var (net, weights) in ((Network, Weights)[])[(network, Drawn.Weights(network, 1)), (Everything, Weights)])
        {
            var (folded, foldedWeights) = Folding.Fold(net, weights);
            float[] images = Drawn.Normal(2 * net.Input.Elements, 2);
            Drawn.AssertClose(Arrays.Forward(net, weights, images), Arrays.Forward(folded, foldedWeights, images), 1e-4);
        }
    }

    static void AssertEqual(Weights expected, Weights actual)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        foreach (string name in expected.Keys)
            Assert.Equal(expected[name].Values, actual[name].Values);
    }
}
