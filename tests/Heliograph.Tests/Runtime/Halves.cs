using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Statistics;

namespace Heliograph.Tests.Runtime;

/// <summary>Device halves with random weights.</summary>
static class Halves
{
    /// <summary>A VGG16 cut and pruned, with its encoder; batch norms folded.</summary>
    public static DeviceHalf Vgg16(string split, double ratio, int channels = 4, Shape? input = null)
    {
        var backbone = UniformPruning.Prune(Vgg.Build(16, 100, input ?? new(3, 32, 32)), split, ratio);
        return Vgg16(backbone.SplitAt(split).Device, channels);
    }

    /// <summary>A VGG16 up to pool2 whose four convolutions have these filters.</summary>
    public static DeviceHalf Pool2(params int[] filters)
    {
        var device = Vgg.Build(16, 100, new(3, 32, 32)).SplitAt("pool2").Device;
        int next = 0;
        return Vgg16(device.With(layer => layer is Convolution conv ? conv with { Filters = filters[next++] } : layer), 4);
    }

    static DeviceHalf Vgg16(Network device, int channels)
    {
        var whole = device.Then(JointCode.Encoder(device.Output, channels));
        var (network, weights) = Folding.Fold(whole, Draw(whole, 1));
        return Of(network, weights);
    }

    public static DeviceHalf Of(Network network, Weights weights) => new(new Model(network, weights), new(
        [.. Enumerable.Repeat(0.5f, network.Input.Channels)], [.. Enumerable.Range(1, network.Input.Channels).Select(c => 0.25f + 0.01f * c)]));

    /// <summary>Weights that keep the size of what passes through: He's for kernels; scales, variances, β and γ positive.</summary>
    public static Weights Draw(Network network, ulong seed) => new(network.WeightSpecs().Select(spec =>
    {
        var random = new RandomStream(seed, spec.Name);
        string kind = spec.Name[(spec.Name.LastIndexOf('.') + 1)..];
        double scale = Math.Sqrt(2.0 / Math.Max(1, spec.Length / spec.Shape[0]));
        float Value() => (float)(kind switch
        {
            "weight" when spec.Shape.Count > 1 => random.NextGaussian() * scale,
            "weight" or "running_var" or "beta" => 0.5 + random.NextDouble(),
            "gamma" => random.NextDouble() / spec.Shape[0],
            _ => random.NextGaussian() * 0.1,
        });
        return KeyValuePair.Create(spec.Name, new WeightArray([.. spec.Shape], [.. Enumerable.Range(0, spec.Length).Select(_ => Value())]));
    }));

    public static float[] Image(Shape input, ulong seed)
    {
        var random = new RandomStream(seed, "image");
        return [.. Enumerable.Range(0, input.Elements).Select(_ => (float)random.NextGaussian())];
    }
}
