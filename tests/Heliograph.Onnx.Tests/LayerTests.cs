using Heliograph.Networks;

namespace Heliograph.Onnx.Tests;

/// <summary>Every layer kind: ONNX Runtime on what was written, against loops in 64 bit that follow the definitions.</summary>
public sealed class LayerTests
{
    static readonly Shape Map = (3, 7, 9);

    public static TheoryData<string> Cases => [.. Networks.Keys];

    static Dictionary<string, Network> Networks { get; } = new()
    {
        ["convolution"] = Of(Map, new Convolution("a", ["input"], 5)),
        ["convolution, stride 2"] = Of(Map, new Convolution("a", ["input"], 5, Stride: 2)),
        ["convolution, 1×1, no padding"] = Of(Map, new Convolution("a", ["input"], 4, Kernel: 1, Padding: 0)),
        ["convolution, 5×5, stride 3, padding 2"] = Of(Map, new Convolution("a", ["input"], 4, Kernel: 5, Stride: 3, Padding: 2)),
        ["convolution of a 1×1 map"] = Of((6, 2, 2), new MaxPool("a", ["input"]), new Convolution("b", ["a"], 5)),
        ["convolution of a vector"] = Of((6, 1, 1), new Convolution("a", ["input"], 5)),
        ["convolution in 3 groups"] = Of((6, 5, 7), new Convolution("a", ["input"], 9, Groups: 3)),
        ["depthwise convolution, stride 2, no bias"] = Of((6, 5, 7), new Convolution("a", ["input"], 6, Stride: 2, Groups: 6, Bias: false)),
        ["transposed convolution"] = Of(Map, new TransposedConvolution("a", ["input"], 5)),
        ["transposed convolution of a vector, 3×3"] = Of((6, 1, 1), new TransposedConvolution("a", ["input"], 4, 3)),
        ["sigmoid"] = Of(Map, new Sigmoid("a", ["input"])),
        ["sigmoid of a vector"] = Of((8, 1, 1), new Sigmoid("a", ["input"])),
        ["addition"] = Of(Map, new Convolution("a", ["input"], 3), new Relu("b", ["a"]), new Add("c", ["a", "b", "input"])),
        ["addition of vectors"] = Of((8, 1, 1), new Relu("a", ["input"]), new Add("b", ["a", "input"])),
        ["addition of a map of 1×1 and a vector"] = Of((8, 2, 2), new AveragePool("a", ["input"]), new MaxPool("b", ["input"]), new Add("c", ["a", "b"]), new Linear("d", ["c"], 3)),
        ["ReLU6"] = Of(Map, new Convolution("a", ["input"], 9, Kernel: 7, Padding: 3), new Relu6("b", ["a"])),
        ["average pool"] = Of(Map, new AveragePool("a", ["input"], 2)),
        ["global average pool"] = Of(Map, new AveragePool("a", ["input"])),
        ["max pool of 3, stride 2, padding 1"] = Of(Map, new MaxPool("a", ["input"], 3, 2, 1)),
        ["batch norm"] = Of(Map, new BatchNorm("a", ["input"], Epsilon: 1e-2f)),
        ["batch norm of a vector"] = Of((8, 1, 1), new BatchNorm("a", ["input"])),
        ["ReLU"] = Of(Map, new Relu("a", ["input"])),
        ["PReLU"] = Of(Map, new PRelu("a", ["input"])),
        ["PReLU of a vector"] = Of((8, 1, 1), new PRelu("a", ["input"])),
        ["max pool with a rest"] = Of(Map, new MaxPool("a", ["input"])),
        ["max pool of 3"] = Of(Map, new MaxPool("a", ["input"], 3)),
        ["dropout between"] = Of(Map, new Dropout("a", ["input"], 0.5f), new Relu("b", ["a"])),
        ["dropout last"] = Of(Map, new Relu("a", ["input"]), new Dropout("b", ["a"], 0.5f)),
        ["flatten"] = Of(Map, new Flatten("a", ["input"])),
        ["linear"] = Of(Map, new Flatten("a", ["input"]), new Linear("b", ["a"], 4)),
        ["linear after a 1×1 map"] = Of((6, 2, 2), new MaxPool("a", ["input"]), new Linear("b", ["a"], 4)),
        ["GDN"] = Of(Map, new Gdn("a", ["input"])),
        ["IGDN"] = Of(Map, new Gdn("a", ["input"], Inverse: true)),
        ["GDN of a vector, then linear"] = Of((8, 1, 1), new Gdn("a", ["input"]), new Linear("b", ["a"], 3)),
        ["upsampling to the double"] = Of(Map, new Upsample("a", ["input"], 14, 18)),
        ["upsampling to an odd size"] = Of((2, 4, 2), new Upsample("a", ["input"], 7, 3)),
        ["upsampling where 32-bit division would miss"] = Of((2, 14, 14), new Upsample("a", ["input"], 78, 28)),
        ["upsampling a vector"] = Of((4, 1, 1), new Upsample("a", ["input"], 3, 2)),
        ["power normalisation"] = Of(Map, new PowerNormalization("a", ["input"])),
        ["power normalisation of a vector"] = Of((8, 1, 1), new PowerNormalization("a", ["input"])),
        ["power normalisation in parts"] = Of(Map, new PowerNormalization("a", ["input"], [21, 63, 105])),
        ["causal GDN"] = Of(Map, new Gdn("a", ["input"], Causal: true)),
        ["part of a vector"] = Of((8, 1, 1), new Slice("a", ["input"], 2, 5)),
        ["scales and shifts of a map"] = Of((2, 2, 3), new Flatten("a", ["input"]), new Slice("b", ["a"], 3, 4), new Film("c", ["input", "b"])),
        ["scales and shifts of a vector"] = Of((8, 1, 1), new Slice("a", ["input"], 0, 4), new Slice("b", ["input"], 6, 2), new Film("c", ["b", "a"])),
        ["a table over the reported SNR"] = Of(Map, new SnrTable("a", ["input"], 0, 2, 4)),
        ["a table over the reported SNR, for a vector"] = Of((8, 1, 1), new SnrTable("a", ["input"], 0, 2, 4)),
        ["reshape"] = Of((24, 1, 1), new Reshape("a", ["input"], 2, 3, 4), new Convolution("b", ["a"], 3)),
        ["two readers of one layer"] = new(Map, [new Convolution("a", ["input"], 3), new Relu("unread", ["a"]), new PRelu("b", ["a"])]),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void OnnxRuntime_computes_the_layer(string name)
    {
        var network = Networks[name];
        var weights = Drawn.Weights(network, 7);
        foreach (var storage in new[] { WeightType.F32, WeightType.F16 })
        {
            using var graph = new OrtGraph(OnnxExport.Bytes(network, weights, OnnxOptions.Device with { Storage = storage }));
            var stored = storage == WeightType.F32 ? weights : Rounded.ToHalf(weights);
            foreach (int batch in new[] { 1, 5 })
            {
                float[] images = Drawn.Normal(batch * network.Input.Elements, 11);
                Drawn.AssertClose(Drawn.Output(network, stored, images), graph.Run(images), 1e-5);
            }
        }
    }

    [Fact]
    public void Every_layer_kind_has_a_case()
    {
        var kinds = typeof(Layer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract);
        var written = Networks.Values.SelectMany(network => network.Layers).Select(layer => layer.GetType()).Distinct();
        // What folding leaves of no network is refused by name.
        Assert.Equal([typeof(SnrFilm)], kinds.Except(written));
        var perceptron = Of(Map, new SnrFilm("told", ["input"], -6, 20));
        Assert.Equal("layer 'told' (SnrFilm) cannot be written as ONNX", Assert.Throws<NotSupportedException>(() => OnnxExport.Bytes(perceptron, Drawn.Weights(perceptron, 1), OnnxOptions.Device)).Message);
    }

    [Fact]
    public void A_silent_image_stays_silent()
    {
        var network = Of(Map, new PowerNormalization("a", ["input"]));
        using var graph = new OrtGraph(OnnxExport.Bytes(network, Weights.Empty, OnnxOptions.Device));
        Assert.All(graph.Run(new float[Map.Elements]), value => Assert.Equal(0, value));
    }

    static Network Of(Shape input, params Layer[] layers) => new(input, layers);
}
