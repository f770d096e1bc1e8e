using Heliograph.Channels;
using Heliograph.Networks;
using Heliograph.Runtime;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Modules;

/// <summary>What an encoder makes of the SNR that the receiver reports: in training, as a table, and on the device.</summary>
[Collection(TorchCollection.Name)]
public sealed class SnrFilmTests
{
    static readonly Network Perceptron = new(new(3, 4, 5), [new SnrFilm("told", ["input"], -6, 20, 5), new Convolution("conv", ["told"], 4, Stride: 2), new PRelu("prelu", ["conv"])]);
    static readonly Weights Weights = Drawn.Weights(Perceptron, 7);
    static readonly double?[] Reports = [null, -20, 3.3, 20, 11];

    [Fact]
    public void Each_image_is_scaled_and_shifted_for_the_report_that_goes_with_it()
    {
        var (table, arrays) = Folding.Fold(Perceptron, Weights);
        foreach (var (network, weights) in ((Network, Weights)[])[(Perceptron, Weights), (table, arrays)])
        {
            float[] images = Drawn.Normal(Reports.Length * network.Input.Elements, 8);
            double[] Expected(Func<int, double?> reportOf) => [.. Enumerable.Range(0, Reports.Length).SelectMany(i =>
                new Naive(network, weights) { ReportedDb = reportOf(i) }.Forward(Drawn.Doubles(images.AsSpan(i * network.Input.Elements, network.Input.Elements))))];
            foreach (bool trainable in (bool[])[true, false])
            {
                using var scope = NewDisposeScope();
                using var module = Arrays.Module(network, weights, trainable);
                float[] Forward(Snr?[]? reported) => Arrays.ToArray(module.Forward(Arrays.Images(images, network.Input), training: false, reported: reported));
                Drawn.AssertClose(Expected(i => Reports[i]), Forward([.. Reports.Select(Of)]), 2e-6);
                Drawn.AssertClose(Expected(_ => 5), Forward([Of(5)]), 2e-6);
                Drawn.AssertClose(Expected(_ => null), Forward(null), 2e-6);
            }
        }
    }

    [Fact]
    public void Gradients_are_those_of_finite_differences() =>
        Differences.AssertGradients(Perceptron, Weights, Drawn.Normal(2 * Perceptron.Input.Elements, 9), reportedDb: 4);

    [Fact]
    public void The_device_computes_what_the_trainer_does_at_every_report()
    {
        var parts = ElasticPairs.Make(knowsSnr: true);
        var (network, weights) = (parts.Description.Device, parts.Device);
        float[] image = Drawn.Normal(network.Input.Elements, 10);
        using var module = Arrays.Module(network, weights, trainable: false);
        foreach (var path in Enum.GetValues<EncoderPath>())
        {
            var encoder = new Encoder(new(new(network, weights), parts.Description.Normalisation), new() { Path = path });
            float[] symbols = new float[encoder.SymbolCount];
            foreach (double? report in Reports)
            {
                using var scope = NewDisposeScope();
                encoder.Tell(Of(report));
                encoder.EncodeNormalised(image, symbols);
                Drawn.AssertClose(Arrays.ToArray(module.Forward(Arrays.Images(image, network.Input), training: false, reported: [Of(report)])), symbols, 1e-4);
            }
        }
    }

    static Snr? Of(double? decibels) => decibels is { } db ? Snr.FromDecibels(db) : null;
}
