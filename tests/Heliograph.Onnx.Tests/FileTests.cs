using Heliograph.Networks;
using Heliograph.Onnx.Schema;

namespace Heliograph.Onnx.Tests;

/// <summary>What stands in the file besides the computation, and what is refused.</summary>
public sealed class FileTests : IDisposable
{
    static readonly Network Small = new((1, 4, 4), [new Convolution("conv", ["input"], 2), new Flatten("flat", ["conv"]), new Linear("fc", ["flat"], 3)]);

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("heliograph-onnx-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void The_halves_declare_names_shapes_and_an_open_batch()
    {
        var halves = Halves.Of("pool2", code: 4, classes: 7);
        using var device = new OrtGraph(OnnxExport.Bytes(halves.Device, Drawn.Weights(halves.Device, 1), OnnxOptions.Device));
        using var edge = new OrtGraph(OnnxExport.Bytes(halves.Edge, Drawn.Weights(halves.Edge, 1), OnnxOptions.Edge));

        AssertValue(device.Session.InputMetadata, "image", -1, 3, 32, 32);
        AssertValue(device.Session.OutputMetadata, "symbols", -1, 64);
        AssertValue(edge.Session.InputMetadata, "symbols", -1, 64);
        AssertValue(edge.Session.OutputMetadata, "logits", -1, 7);

        static void AssertValue(IReadOnlyDictionary<string, Microsoft.ML.OnnxRuntime.NodeMetadata> values, string name, params int[] shape)
        {
            var value = Assert.Single(values);
            Assert.Equal(name, value.Key);
            Assert.Equal(shape, value.Value.Dimensions);
            Assert.Equal("N", value.Value.SymbolicDimensions[0]);
            Assert.Equal(typeof(float), value.Value.ElementType);
        }
    }

    [Fact]
    public void Metadata_is_filled_in()
    {
        var options = OnnxOptions.Edge with { Metadata = new Dictionary<string, string> { ["heliograph.pair"] = "00000000000000ff", ["heliograph.split"] = "pool2" } };
        using var graph = new OrtGraph(OnnxExport.Bytes(Small, Drawn.Weights(Small, 1), options));
        var metadata = graph.Session.ModelMetadata;
        Assert.Equal("heliograph", metadata.ProducerName);
        Assert.Equal("edge", metadata.GraphName);
        Assert.Contains("logits", metadata.Description, StringComparison.Ordinal);
        Assert.Equal("00000000000000ff", metadata.CustomMetadataMap["heliograph.pair"]);
        Assert.Equal("pool2", metadata.CustomMetadataMap["heliograph.split"]);
        Assert.Matches(@"^\d+\.\d+\.\d+$", OnnxExport.Of(Small, Drawn.Weights(Small, 1), options).ProducerVersion);
    }

    [Fact]
    public void Only_standard_operators_of_one_version_are_used()
    {
        var halves = Halves.Of("pool3", 0.5);
        foreach (var network in new[] { halves.Device, halves.Edge })
        {
            var model = OnnxExport.Of(network, Drawn.Weights(network, 1), OnnxOptions.Device);
            var version = Assert.Single(model.OpsetImport);
            Assert.Equal(("", 18), (version.Domain, version.Version));
            Assert.All(model.Graph.Node, node => Assert.False(node.HasDomain));
            var values = model.Graph.Initializer.Select(tensor => tensor.Name).Concat(model.Graph.Node.SelectMany(node => node.Output)).ToList();
            Assert.Equal(values.Count, values.Distinct().Count());
        }
    }

    [Fact]
    public void Weights_keep_their_names_and_bits()
    {
        var weights = Drawn.Weights(Small, 1);
        var model = ModelProto.Parser.ParseFrom(OnnxExport.Bytes(Small, weights, OnnxOptions.Device));
        foreach (var (name, array) in weights)
        {
            var tensor = Assert.Single(model.Graph.Initializer, tensor => tensor.Name == name);
            Assert.Equal(array.Shape.Select(n => (long)n), tensor.Dims);
            Assert.Equal(array.Values, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray());
        }
    }

    [Fact]
    public void Half_precision_storage_halves_the_file()
    {
        var network = Halves.Of("pool4").Edge;
        var weights = Drawn.Weights(network, 1);
        double single = OnnxExport.Bytes(network, weights, OnnxOptions.Edge).Length;
        double half = OnnxExport.Bytes(network, weights, OnnxOptions.Edge with { Storage = WeightType.F16 }).Length;
        Assert.InRange(half / single, 0.49, 0.55);
    }

    [Fact]
    public void A_saved_file_is_whole_and_the_same_every_time()
    {
        string path = Path.Combine(folder.FullName, "small.onnx");
        var weights = Drawn.Weights(Small, 1);
        OnnxExport.Save(path, Small, weights, OnnxOptions.Device);
        Assert.Equal(OnnxExport.Bytes(Small, weights, OnnxOptions.Device), File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(folder.FullName));
    }

    [Fact]
    public void An_unknown_layer_is_refused_by_name()
    {
        var network = new Network((1, 4, 4), [new Relu("relu", ["input"]), new Strange("odd_one", ["relu"])]);
        var error = Assert.Throws<NotSupportedException>(() => OnnxExport.Of(network, Weights.Empty, OnnxOptions.Device));
        Assert.Contains("'odd_one' (Strange)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_a_file_holds_is_refused_before_anything_is_read()
    {
        var network = new Network((30_000, 1, 1), [new Linear("fc", ["input"], 20_000)]);
        var error = Assert.Throws<UsageException>(() => OnnxExport.Of(network, Weights.Empty, OnnxOptions.Device));
        Assert.Contains("2000000000", error.Message, StringComparison.Ordinal);
        // Half the bytes fit: what is then missed is the weights themselves.
        Assert.Throws<InvalidDataException>(() => OnnxExport.Of(network, Weights.Empty, OnnxOptions.Device with { Storage = WeightType.F16 }));
    }

    [Fact]
    public void A_value_beyond_half_precision_is_refused_by_name()
    {
        var weights = Drawn.Weights(Small, 1).With("fc.bias", new([3], [0, 70_000, 0]));
        var error = Assert.Throws<InvalidDataException>(() => OnnxExport.Of(Small, weights, OnnxOptions.Device with { Storage = WeightType.F16 }));
        Assert.Contains("'fc.bias' holds 70000", error.Message, StringComparison.Ordinal);
        OnnxExport.Of(Small, weights, OnnxOptions.Device);
    }

    [Fact]
    public void Names_that_clash_or_hold_spaces_are_refused()
    {
        Refused("symbols", new Relu("symbols", ["input"]), new Relu("b", ["symbols"]));
        Refused("image", new Relu("image", ["input"]), new Relu("b", ["image"]));
        Refused("a b", new Relu("a b", ["input"]), new Relu("c", ["a b"]));

        static void Refused(string name, params Layer[] layers)
        {
            var error = Assert.Throws<UsageException>(() => OnnxExport.Of(new((1, 2, 2), layers), Weights.Empty, OnnxOptions.Device));
            Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_cannot_be_stored_is_refused()
    {
        Assert.Throws<UsageException>(() => OnnxExport.Of(Small, Drawn.Weights(Small, 1), OnnxOptions.Device with { Storage = WeightType.BF16 }));
        Assert.Throws<UsageException>(() => OnnxExport.Of(new((1, 2, 2), []), Weights.Empty, OnnxOptions.Device));
        Assert.Throws<InvalidDataException>(() => OnnxExport.Of(Small, Weights.Empty, OnnxOptions.Device));
    }

    sealed record Strange(string Name, ValueList<string> Inputs) : Layer(Name, Inputs)
    {
        public override Shape Output(IReadOnlyList<Shape> inputs) => inputs[0];

        public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) => [];

        public override long Macs(IReadOnlyList<Shape> inputs) => 0;

        public override ChannelFlow Flow => ChannelFlow.Keeps;

        public override bool WorksInPlace => false;

        internal override string Type => "strange";

        internal override void Write(System.Text.Json.Utf8JsonWriter json)
        {
        }
    }
}
