using Heliograph.Networks;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Modules;

/// <summary>Gradients of the trainer against central differences of the naive computation, in 64 bits.</summary>
static class Differences
{
    const double Width = 1e-5;

    /// <summary>Compares the gradients of a random weighted sum of the outputs, in the images and in every trained array.</summary>
    public static void AssertGradients(Network network, Weights weights, float[] images, double tolerance = 2e-4)
    {
        using var scope = NewDisposeScope();
        using var module = Arrays.Module(network, weights);
        var input = Arrays.Images(images, network.Input);
        input.requires_grad = true;
        var output = module.Forward(input, training: false);
        float[] factors = Arrays.Normal((int)output.numel(), 99);
        output.backward([tensor(factors, output.shape)]);

        var naive = new Naive(network, weights);
        int n = network.Input.Elements, outputs = network.Output.Elements;
        double[] values = Arrays.Doubles(images);
        double Sum()
        {
            double sum = 0;
            for (int image = 0; image < images.Length / n; image++)
                sum += naive.Forward(values[(image * n)..((image + 1) * n)]).Select((y, i) => y * factors[image * outputs + i]).Sum();
            return sum;
        }
        Arrays.AssertClose(Gradient(values, Sum), Arrays.ToArray(input.grad!), tolerance);
        foreach (var (name, parameter) in module.Parameters)
        {
            double[] expected = Gradient(naive.Weights[name], Sum);
            // GDN trains s with v = s² − p, so ∂/∂s = 2s·∂/∂v.
            if (GdnParameters.MinimumOf(name) is not null)
                expected = [.. expected.Zip(Arrays.ToArray(parameter), (g, stored) => 2 * stored * g)];
            Arrays.AssertClose(expected, Arrays.ToArray(parameter.grad!), tolerance);
        }
    }

    static double[] Gradient(double[] values, Func<double> function) => [.. Enumerable.Range(0, values.Length).Select(i =>
    {
        double value = values[i];
        values[i] = value + Width;
        double above = function();
        values[i] = value - Width;
        double below = function();
        values[i] = value;
        return (above - below) / (2 * Width);
    })];
}
