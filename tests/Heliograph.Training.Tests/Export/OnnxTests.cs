using Heliograph.Channels;
using Heliograph.Networks;
using Heliograph.Onnx;
using Heliograph.Training.Channels;
using Heliograph.Training.Data;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Export;

/// <summary>
/// What other engines compute from an exported pair, batch norms folded, is what the trainer computes: on 1,000 images, real ones where
/// HELIOGRAPH_DATA names the folder of CIFAR-100, else drawn signs.
/// </summary>
[Collection(TorchCollection.Name)]
public sealed class OnnxTests
{
    const int Images = 1000, BatchSize = 100;

    [Theory]
    [InlineData("pool2", 0.4, 4)]
    [InlineData("pool5", 0.25, 8)]
    public void OnnxRuntime_agrees_with_the_trainer_on_a_thousand_images(string splitPoint, double ratio, int code)
    {
        var data = Data();
        var halves = Halves.Of(splitPoint, ratio, code, data.Classes.Count, width: 0.5, data.Test.Shape);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var device = Arrays.Module(halves.Device, Initialization.Draw(halves.Device, 1));
        using var edge = Arrays.Module(halves.Edge, Initialization.Draw(halves.Edge, 2));
        var batches = Batches(data).ToList();
        var channel = DifferentiableChannel.Of(new AwgnChannel());
        // Batch norms that have seen no image leave nothing of one behind sixteen layers.
        foreach (var batch in batches)
            edge.Forward(channel.Transmit(device.Forward(batch, training: true), Snr.FromDecibels(10)), training: true);

        using var deviceGraph = Graph(halves.Device, device, OnnxOptions.Device);
        using var edgeGraph = Graph(halves.Edge, edge, OnnxOptions.Edge);
        var named = new HashSet<int>();
        foreach (var batch in batches)
        {
            var symbols = device.Forward(batch, training: false);
            float[] sent = deviceGraph.Run(Arrays.ToArray(batch));
            Drawn.AssertClose(Arrays.ToArray(symbols), sent, 1e-4);

            var noise = randn_like(symbols) * 0.3;
            var logits = edge.Forward(symbols + noise, training: false);
            float[] received = [.. sent.Zip(Arrays.ToArray(noise), (symbol, n) => symbol + n)];
            float[] answered = edgeGraph.Run(received);
            Drawn.AssertClose(Arrays.ToArray(logits), answered, 1e-4);
            int[] expected = Top1(Arrays.ToArray(logits), data.Classes.Count);
            // The same class, or one whose logit is as large within the tolerance.
            float tie = 2e-4f * answered.Max(Math.Abs);
            foreach (var (row, name) in answered.Chunk(data.Classes.Count).Zip(expected))
                Assert.InRange(row[name], row.Max() - tie, row.Max());
            named.UnionWith(expected);
        }
        // A network that calls everything the same would agree with anything.
        Assert.True(named.Count >= 5, $"only {named.Count} classes were named");
    }

    static DataSet Data() => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("HELIOGRAPH_DATA"))
        ? DataSets.Load(new() { Name = "signs", Train = 100, Test = Images }, null, seed: 1)
        : DataSets.Load(new() { Name = "cifar100", Limit = Images }, null, seed: 1);

    static IEnumerable<Tensor> Batches(DataSet data)
    {
        Assert.Equal(Images, data.Test.Count);
        using var source = new BatchSource(data.Test, data.Normalisation, null, BatchSize, 1, "test");
        foreach (var batch in source.Sequential())
            yield return Heliograph.Training.Modules.Tensors.Images(batch, data.Test.Shape, CPU).contiguous();
    }

    static OrtGraph Graph(Network network, NetworkModule module, OnnxOptions options)
    {
        var (folded, weights) = Folding.Fold(network, module.ToWeights());
        return new(OnnxExport.Bytes(folded, weights, options));
    }

    static int[] Top1(float[] logits, int classes) => [.. logits.Chunk(classes).Select(row => Array.IndexOf(row, row.Max()))];
}
