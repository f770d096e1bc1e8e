using Heliograph.Experiments;
using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Training.Modules;
using Heliograph.Training.Optimisers;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Optimisers;

[Collection(TorchCollection.Name)]
public sealed class MuonTests
{
    /// <summary>The polynomial acts on each singular value alone, the singular vectors stay: checked through libtorch's SVD.</summary>
    [Theory]
    [InlineData(8, 40, 3)]
    [InlineData(40, 8, 3)]
    [InlineData(16, 16, 1)]
    [InlineData(12, 30, 5)]
    public void Newton_Schulz_applies_its_polynomial_to_the_singular_values(int rows, int columns, int iterations)
    {
        using var scope = NewDisposeScope();
        var matrix = tensor(Drawn.Normal(rows * columns, 4), [rows, columns]);
        var (u, s, vh) = linalg.svd(matrix.to(ScalarType.Float64), fullMatrices: false);
        var sigma = s / s.square().sum().sqrt();
        for (int i = 0; i < iterations; i++)
            sigma = 3.4445 * sigma - 4.7750 * sigma.pow(3) + 2.0315 * sigma.pow(5);
        var expected = Arrays.ToArray((u * sigma).matmul(vh));
        Drawn.AssertClose(expected, Arrays.ToArray(NewtonSchulz.Orthogonalise(matrix, iterations, ScalarType.Float32)), 1e-4);
        // In bfloat16 all errors together: 8 bits a product, amplified by the polynomial's slope of 3.4 an iteration.
        var half = Arrays.ToArray(NewtonSchulz.Orthogonalise(matrix, iterations, ScalarType.BFloat16));
        double error = Math.Sqrt(expected.Zip(half, (a, b) => (a - b) * (a - b)).Sum() / expected.Sum(a => a * a));
        Assert.InRange(error, 0, iterations <= 3 ? 0.06 : 0.2);
    }

    [Fact]
    public void A_step_scales_the_bank_and_moves_it_along_the_orthogonalised_momentum()
    {
        using var scope = NewDisposeScope();
        float[] start = Drawn.Normal(4 * 2 * 9, 1), slope = Drawn.Normal(4 * 2 * 9, 2);
        var bank = tensor(start, [4, 2, 3, 3], requires_grad: true);
        var gradient = tensor(slope, [4, 2, 3, 3]);
        using var optimizer = new Muon([new("conv.weight", bank, ParameterRole.Filters)], new() { Momentum = 0.6 }, rateFactor: 2);
        var expected = tensor(start, [4, 18]);
        var momentum = zeros(4, 18);
        for (int step = 0; step < 3; step++)
        {
            (bank * gradient).sum().backward();
            optimizer.Step(0.05);
            momentum = 0.6 * momentum + gradient.reshape(4, 18);
            var direction = gradient.reshape(4, 18) + 0.6 * momentum;
            expected = expected * (2 / expected.norm()) - 0.1 * NewtonSchulz.Orthogonalise(direction, 3);
            Assert.Null(bank.grad);
        }
        Drawn.AssertClose(Arrays.ToArray(expected), Arrays.ToArray(bank), 1e-3);
        Drawn.AssertClose(Arrays.ToArray(momentum), optimizer.State().Single().Read(), 1e-5);
    }

    [Fact]
    public void Every_parameter_has_one_optimiser_and_the_rate_of_its_role()
    {
        var shape = new Shape(3, 8, 8);
        Network front = new(shape,
        [
            new Convolution("conv1", ["input"], 4), new BatchNorm("bn1", ["conv1"]), new Relu("relu1", ["bn1"]),
            new Convolution("conv2", ["relu1"], 4), new BatchNorm("bn2", ["conv2"]), new Relu("relu2", ["bn2"]),
        ]);
        Network device = front.Then(JointCode.Encoder(front.Output, 2)), edge = JointCode.Decoder(front.Output, 2)
            .Then(new Network(front.Output, [new Flatten("flatten", ["input"]), new Linear("fc1", ["flatten"], 5), new Linear("fc2", ["fc1"], 3)]));
        using NetworkModule first = Module(device), second = Module(edge);
        var roles = Parameter.Of([first, second]).ToDictionary(p => p.Name, p => p.Role);
        Assert.Equal(device.WeightSpecs().Concat(edge.WeightSpecs()).Count(spec => spec.Trained), roles.Count);
        Assert.Equal(ParameterRole.Weights, roles["conv1.weight"]);
        Assert.Equal(ParameterRole.Filters, roles["conv2.weight"]);
        Assert.Equal(ParameterRole.Bias, roles["conv2.bias"]);
        Assert.Equal(ParameterRole.Bias, roles["bn2.weight"]);
        Assert.Equal(ParameterRole.Weights, roles["fc1.weight"]);
        Assert.Equal(ParameterRole.Head, roles["fc2.weight"]);
        // What no batch norm follows has a scale of its own.
        var convolution = (Convolution)device.Layers.First(layer => layer is Convolution && layer.Name.StartsWith("encoder", StringComparison.Ordinal));
        Assert.Equal(ParameterRole.Weights, roles[convolution.Name + ".weight"]);
        Assert.All(roles.Where(pair => pair.Key.EndsWith(".gamma", StringComparison.Ordinal)), pair => Assert.Equal(ParameterRole.Root, pair.Value));

        static NetworkModule Module(Network network) => new(network, Initialization.Draw(network, 1), CPU, Precision.Fp32);
    }

    [Theory]
    [InlineData("bn.bias", 0.2)]
    [InlineData("fc.weight", 0.3)]
    [InlineData("conv.weight", 0.1)]
    public void Rates_of_their_own_leave_the_pull_of_the_penalty_as_it_was(string name, double slope)
    {
        using var scope = NewDisposeScope();
        var network = new Network(new Shape(1, 1, 1), [new Convolution("conv", ["input"], 1, Kernel: 1, Padding: 0), new BatchNorm("bn", ["conv"]), new Flatten("flatten", ["bn"]), new Linear("fc", ["flatten"], 1)]);
        using var module = new NetworkModule(network, Drawn.Weights(network, 3), CPU, Precision.Fp32);
        var options = new TrainingOptions { Rate = 0.1, BiasRate = 0.2, HeadRate = 0.3, Decay = 0.1, Momentum = 0 };
        var optimizer = OptimizerFactory.Create(options, [module]).Single();
        using (optimizer)
        {
            var value = module.Parameters.Single(p => p.Name == name).Tensor;
            double before = value.sum().item<float>();
            value.sum().backward();
            optimizer.Step(0.1);
            // slope · 1 + rate · penalty · w, the product of rate and penalty the same for all.
            Assert.Equal(before - slope - 0.1 * 0.1 * before, value.sum().item<float>(), 1e-5);
        }
    }
}
