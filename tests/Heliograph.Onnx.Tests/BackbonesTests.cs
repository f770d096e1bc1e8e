using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Runtime;
using Heliograph.Statistics;

namespace Heliograph.Onnx.Tests;

/// <summary>Device halves of every backbone at sampled split points, pruned: the encoder and ONNX Runtime, two engines that share nothing, give the same symbols.</summary>
public sealed class BackbonesTests
{
    public static TheoryData<string, string> Sampled
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string name in Backbones.Names)
            {
                var points = Small(name).SplitPoints;
                var random = new RandomStream(1, "splits." + name);
                foreach (string point in new[] { points[random.NextInt(points.Count)], points[^1] }.Distinct())
                    cases.Add(name, point);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Sampled))]
    public void The_encoder_and_OnnxRuntime_give_the_same_symbols(string backbone, string split)
    {
        var front = UniformPruning.Prune(Small(backbone), split, 0.4).SplitAt(split).Device;
        var network = front.Then(JointCode.Encoder(front.Output, 4));
        var weights = Drawn.Weights(network, 3);
        var encoder = new Encoder(new DeviceHalf(new Model(network, weights), new Normalisation([0, 0, 0], [1, 1, 1])));
        using var graph = new OrtGraph(OnnxExport.Bytes(network, weights, OnnxOptions.Device));
        var symbols = new float[encoder.SymbolCount];
        for (ulong seed = 1; seed <= 3; seed++)
        {
            float[] image = Drawn.Normal(network.Input.Elements, seed);
            encoder.EncodeNormalised(image, symbols);
            Drawn.AssertClose(graph.Run(image), symbols, 1e-4);
        }
    }

    static Network Small(string name) => Backbones.Build(name, 10, (3, 32, 32), width: 0.25);
}
