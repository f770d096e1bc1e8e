using Heliograph.Networks;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Modules;

[Collection(TorchCollection.Name)]
public sealed class GdnTests
{
    static readonly Shape Map = new(3, 2, 2);

    static Network Gdn(bool inverse) => new(Map, [new Gdn("g", ["input"], inverse)]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gdn_divides_by_the_root_of_beta_plus_gamma_x_squared(bool trainable)
    {
        float[] beta = [1, 0.5f, 2], gamma = [0.1f, 0.2f, 0, 0.3f, 0.1f, 0.05f, 0, 1, 0.5f];
        var weights = Weights.Empty.With("g.beta", new([3], beta)).With("g.gamma", new([3, 3], gamma));
        float[] x = Drawn.Normal(2 * Map.Elements, 1);
        foreach (bool inverse in (bool[])[false, true])
        {
            var expected = new double[x.Length];
            for (int n = 0; n < 2; n++)
            {
                for (int i = 0; i < 3; i++)
                {
                    for (int position = 0; position < 4; position++)
                    {
                        double power = beta[i];
                        for (int j = 0; j < 3; j++)
                            power += gamma[i * 3 + j] * Math.Pow(x[n * 12 + j * 4 + position], 2);
                        int at = n * 12 + i * 4 + position;
                        expected[at] = inverse ? x[at] * Math.Sqrt(power) : x[at] / Math.Sqrt(power);
                    }
                }
            }
            Drawn.AssertClose(expected, Arrays.Forward(Gdn(inverse), weights, x, trainable), 1e-6);
        }
    }

    [Fact]
    public void One_channel_by_hand()
    {
        // 3 / √(7 + 1·9) = 0.75, and back 0.75 · √(7 + 16·0.5625) = 3.
        var network = new Network(new Shape(1, 1, 1), [new Reshape("map", ["input"], 1, 1, 1), new Gdn("g", ["map"])]);
        var inverse = new Network(new Shape(1, 1, 1), [new Reshape("map", ["input"], 1, 1, 1), new Gdn("g", ["map"], Inverse: true)]);
        Assert.Equal(0.75f, Arrays.Forward(network, Weights.Empty.With("g.beta", new([1], [7])).With("g.gamma", new([1, 1], [1])), [3])[0], 6);
        Assert.Equal(3f, Arrays.Forward(inverse, Weights.Empty.With("g.beta", new([1], [7])).With("g.gamma", new([1, 1], [16])), [0.75f])[0], 6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradients_are_those_of_finite_differences(bool inverse)
    {
        var network = Gdn(inverse);
        var weights = Drawn.Weights(network, 5);
        Differences.AssertGradients(network, weights, Drawn.Normal(2 * Map.Elements, 6));
    }

    [Fact]
    public void Stored_parameters_give_the_plain_ones_back_and_never_less_than_their_minimum()
    {
        float[] plain = [1e-6f, 1e-4f, 0.1f, 1, 50];
        Drawn.AssertClose(plain, GdnParameters.ToPlain(GdnParameters.ToStored(plain), Heliograph.Networks.Gdn.BetaMinimum), 1e-7);
        for (int i = 0; i < plain.Length; i++)
            Assert.Equal(1, GdnParameters.ToPlain(GdnParameters.ToStored(plain), 0)[i] / plain[i], 4);
        Assert.Equal(0, GdnParameters.ToPlain(GdnParameters.ToStored([0]), 0)[0]);
        Assert.Equal(0, GdnParameters.ToPlain(GdnParameters.ToStored([-3]), 0)[0]);
        Assert.Equal(1e-6f, GdnParameters.ToPlain([-5f], Heliograph.Networks.Gdn.BetaMinimum)[0]);
        Assert.Equal(0, GdnParameters.ToPlain([-5f], 0)[0]);
    }

    [Fact]
    public void The_graph_bounds_parameters_as_the_arrays_do()
    {
        using var scope = NewDisposeScope();
        float[] stored = [-5, 0, 1e-7f, 1e-3f, 0.5f, 2];
        foreach (double minimum in (double[])[0, Heliograph.Networks.Gdn.BetaMinimum])
        {
            float[] graph = Arrays.ToArray(GdnParameters.ToPlain(tensor(stored), minimum)), plain = GdnParameters.ToPlain(stored, minimum);
            for (int i = 0; i < stored.Length; i++)
                Assert.Equal(plain[i], graph[i], 1e-7 * Math.Max(1, plain[i]));
        }
        Assert.True(Arrays.ToArray(GdnParameters.ToPlain(tensor(stored), Heliograph.Networks.Gdn.BetaMinimum)).Min() > 0.9e-6);
    }

    [Fact]
    public void Below_its_bound_a_value_takes_only_gradients_that_raise_it()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 2, 1, 0.5f, 2, 1, 0.5f }, requires_grad: true);
        var y = LowerBound.apply(x, 1.0);
        Assert.Equal([2, 1, 1, 2, 1, 1], Arrays.ToArray(y));
        // A descent step against a negative gradient raises x.
        y.backward([tensor(new float[] { 3, 3, 3, -3, -3, -3 })]);
        Assert.Equal([3, 3, 0, -3, -3, -3], Arrays.ToArray(x.grad!));
    }
}
