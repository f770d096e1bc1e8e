using Heliograph.Channels;
using Heliograph.Statistics;
using Heliograph.Training.Channels;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Channels;

/// <summary>Every channel, on arrays and on tensors: the same moments, and gradients that are those of finite differences.</summary>
[Collection(TorchCollection.Name)]
public sealed class ChannelAgreementTests
{
    // An odd number: the last has no quadrature part.
    const int Symbols = 7, Images = 60_000;

    static readonly string[] Texts =
    [
        "awgn", "rayleigh", "rayleigh:block=1", "rayleigh:block=2,csi=none", "rician:6,block=1", "rician:0,csi=none", "erasure:0.3", "phase:40", "clip:1", "burst:0.1,length=3,power=6",
    ];

    public static TheoryData<string> Channels => [.. Texts];

    [Fact]
    public void Every_channel_of_the_catalogue_is_among_them() =>
        Assert.Equal(ChannelCatalogue.Names.Order(), Texts.Select(text => text.Split(':')[0]).Distinct().Order());

    [Theory]
    [MemberData(nameof(Channels))]
    public void Means_variances_and_correlations_are_the_same(string text)
    {
        var channel = ChannelCatalogue.Parse(text);
        float[] sent = [1.5f, -0.5f, 0.25f, 2, -1, 0.7f, 1.2f];
        var snr = Snr.FromDecibels(5);
        var received = new double[Images][];
        for (int i = 0; i < Images; i++)
        {
            float[] symbols = [.. sent];
            channel.Transmit(symbols, snr, new RandomStream(1, "moments", i));
            received[i] = Drawn.Doubles(symbols);
        }
        using var scope = NewDisposeScope();
        manual_seed(3);
        float[] tensors = Arrays.ToArray(DifferentiableChannel.Of(channel).Transmit(tensor(sent).expand(Images, Symbols), snr).contiguous());
        var others = Enumerable.Range(0, Images).Select(i => Drawn.Doubles(tensors.AsSpan(i * Symbols, Symbols))).ToArray();

        for (int a = 0; a < Symbols; a++)
        {
            AssertSameMean(received, others, y => y[a], $"symbol {a}");
            for (int b = a; b < Symbols; b++)
                AssertSameMean(received, others, y => y[a] * y[b], $"product of {a} and {b}");
        }
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void Gradients_are_those_of_finite_differences(string text)
    {
        using var scope = NewDisposeScope();
        var channel = DifferentiableChannel.Of(ChannelCatalogue.Parse(text));
        Snr[] snrs = [Snr.FromDecibels(3), Snr.FromDecibels(10)];
        float[] values = Drawn.Normal(2 * Symbols, 4), factors = Drawn.Normal(2 * Symbols, 5);
        Tensor Sum(Tensor symbols)
        {
            manual_seed(9);
            return (channel.Transmit(symbols, snrs) * tensor(factors, [2, Symbols])).sum();
        }

        var sent = tensor(values, [2, Symbols], requires_grad: true);
        Sum(sent).backward();
        float[] gradient = Arrays.ToArray(sent.grad!);
        for (int i = 0; i < values.Length; i++)
        {
            const float step = 0.01f;
            double At(float shift) => Sum(tensor([.. values.Select((v, n) => n == i ? v + shift : v)], [2, Symbols])).item<float>();
            Assert.Equal((At(step) - At(-step)) / (2 * step), gradient[i], 0.01);
        }
    }

    static void AssertSameMean(double[][] a, double[][] b, Func<double[], double> of, string what)
    {
        double[] first = [.. a.Select(of)], second = [.. b.Select(of)];
        double difference = first.Average() - second.Average();
        double error = Math.Sqrt((Variance(first) + Variance(second)) / Images);
        Assert.True(Math.Abs(difference) <= 5 * error + 1e-6, $"{what}: {first.Average():g5} and {second.Average():g5}, standard error {error:g2}");

        static double Variance(double[] values) => values.Average() is var mean ? values.Average(v => (v - mean) * (v - mean)) : 0;
    }
}
