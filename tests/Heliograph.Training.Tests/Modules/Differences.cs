using Heliograph.Channels;
using Heliograph.Networks;
using Heliograph.Statistics;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Modules;

/// <summary>Gradients of the trainer against central differences of the naive computation, in 64 bits.</summary>
static class Differences
{
    const double Width = 1e-5;

    /// <summary>Compares the gradients of a random weighted sum of the outputs, in the images and in every trained array.</summary>
    public static void AssertGradients(Network network, Weights weights, float[] images, double tolerance = 2e-4, double? reportedDb = null)
    {
        using var scope = NewDisposeScope();
        using var module = Arrays.Module(network, weights);
        var input = Arrays.Images(images, network.Input);
        input.requires_grad = true;
        var output = module.Forward(input, training: false, reported: [reportedDb is { } db ? Snr.FromDecibels(db) : null]);
        float[] factors = Drawn.Normal((int)output.numel(), 99);
        output.backward([tensor(factors, output.shape)]);

        var naive = new Naive(network, weights) { ReportedDb = reportedDb };
        int n = network.Input.Elements, outputs = network.Output.Elements;
        double[] values = Drawn.Doubles(images);
        double Sum()
        {
            double sum = 0;
            for (int image = 0; image < images.Length / n; image++)
                sum += naive.Forward(values[(image * n)..((image + 1) * n)]).Select((y, i) => y * factors[image * outputs + i]).Sum();
            return sum;
        }
        AssertGradient(values, input.grad!, 1);
        foreach (var (name, parameter) in module.Parameters)
        {
            // GDN trains s with v = s² − p, so ∂/∂s = 2s·∂/∂v.
            float[]? stored = module.Network.WeightSpecs().First(spec => spec.Name == name).Minimum is null ? null : Arrays.ToArray(parameter);
            AssertGradient(naive.Weights[name], parameter.grad!, 7, stored);
        }

        // All values of small arrays, some of large ones.
        void AssertGradient(double[] array, Tensor gradient, ulong seed, float[]? stored = null)
        {
            int[] some = [.. Enumerable.Range(0, array.Length)];
            new RandomStream(seed, "differences").Shuffle(some);
            some = some[..Math.Min(some.Length, 40)];
            float[] actual = Arrays.ToArray(gradient);
            Drawn.AssertClose([.. some.Select(i => Derivative(array, i, Sum) * (stored is null ? 1 : 2 * stored[i]))], [.. some.Select(i => actual[i])], tolerance);
        }
    }

    static double Derivative(double[] values, int i, Func<double> function)
    {
        double value = values[i];
        values[i] = value + Width;
        double above = function();
        values[i] = value - Width;
        double below = function();
        values[i] = value;
        return (above - below) / (2 * Width);
    }
}
