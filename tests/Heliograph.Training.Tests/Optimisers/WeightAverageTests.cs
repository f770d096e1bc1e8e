using Heliograph.Experiments;
using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Training.Modules;
using Heliograph.Training.Optimisers;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Optimisers;

[Collection(TorchCollection.Name)]
public sealed class WeightAverageTests : IDisposable
{
    readonly NetworkModule module;

    public WeightAverageTests()
    {
        var network = new Network(new Shape(1, 2, 2), [new Convolution("conv", ["input"], 1), new BatchNorm("bn", ["conv"])]);
        module = new(network, Drawn.Weights(network, 1), CPU, Precision.Fp32);
        Set(1);
    }

    public void Dispose() => module.Dispose();

    void Set(double value)
    {
        using var noGrad = no_grad();
        foreach (var (_, tensor) in module.Tensors)
            tensor.fill_(value);
    }

    void AssertAll(double value) => Assert.All(module.ToState().Values, array => Assert.All(array.Values, v => Assert.Equal(value, v, 1e-6 * value)));

    [Fact]
    public void An_exponential_average_follows_its_formula_running_statistics_included()
    {
        using var average = new WeightAverage([module], AverageName.Ema, decay: 0.9, every: 2);
        double expected = 1;
        for (int step = 1; step <= 60; step++)
        {
            Set(step);
            average.Update(step, 60);
            if (step % 2 == 0)
            {
                // 0.9² over two steps, less in the first updates: (1 + n)/(10 + n).
                double keep = Math.Min(0.81, (1 + step / 2.0) / (10 + step / 2.0));
                expected = keep * expected + (1 - keep) * step;
            }
        }
        using (average.Use())
            AssertAll(expected);
        AssertAll(60);
        average.Finish();
        AssertAll(expected);
    }

    [Fact]
    public void Lookahead_goes_on_from_the_average_with_a_decay_that_grows()
    {
        using var average = new WeightAverage([module], AverageName.Lookahead, decay: 0.5, every: 1);
        Set(3);
        average.Update(1, 2);
        // 0.5 · (1/2)³ of the 1 at the beginning stays.
        double first = 0.0625 * 1 + 0.9375 * 3;
        AssertAll(first);
        Set(5);
        average.Update(2, 2);
        AssertAll(0.5 * first + 0.5 * 5);
    }
}
