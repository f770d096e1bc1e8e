using System.Diagnostics;
using Google.Protobuf;
using Heliograph.Networks;
using Heliograph.Onnx.Import;
using Heliograph.Onnx.Schema;

namespace Heliograph.Onnx.Tests;

/// <summary>Graphs as networks: those that this project writes, and those of another program, against ONNX Runtime on the same file.</summary>
public sealed class ImportTests
{
    [Theory]
    [InlineData("vgg11")]
    [InlineData("resnet8")]
    [InlineData("mobilenetv1")]
    [InlineData("mobilenetv2")]
    public void What_was_exported_is_read_again(string name)
    {
        var network = Backbones.Build(name, 10, (3, 32, 32), width: 0.25, dropout: 0.1);
        var weights = Drawn.Weights(network, 1);
        var read = OnnxImport.Of(OnnxExport.Bytes(network, weights, OnnxOptions.Device));
        // Dropout has no operator in inference, and a 1×1 map is a vector without being flattened.
        Assert.Equal(network.Layers.Where(layer => layer is not (Dropout or Flatten)).Select(layer => layer.Kind), read.Network.Layers.Select(layer => layer.Kind));
        Assert.Equal(network.Cost().Macs, read.Network.Cost().Macs);
        float[] images = Drawn.Normal(2 * network.Input.Elements, 3);
        Drawn.AssertClose(Drawn.Output(network, weights, images), Array.ConvertAll(Drawn.Output(read.Network, read.Weights, images), value => (float)value), 1e-6);
    }

    [SkippableTheory]
    [InlineData("resnet18", 8)]
    [InlineData("resnet18-unfolded", 8)]
    [InlineData("mobile", 0)]
    public void Another_programs_classifier_gives_the_logits_that_OnnxRuntime_gives(string name, int additions)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(Foreign.Value, $"{name}.onnx"));
        var model = OnnxImport.Of(file);
        using var graph = new OrtGraph(file);
        float[] images = Drawn.Normal(2 * model.Network.Input.Elements, 3);
        double[] expected = Drawn.Doubles(graph.Run(images)), logits = Drawn.Output(model.Network, model.Weights, images);
        // A softmax at the end is left out.
        Drawn.AssertClose(expected, Array.ConvertAll(name == "mobile" ? Softmax(logits) : logits, value => (float)value), 1e-4);
        Assert.Equal(additions, model.Network.Layers.OfType<Add>().Count());
        Assert.Equal(name == "resnet18-unfolded", model.Network.Layers.OfType<BatchNorm>().Any());
    }

    [SkippableFact]
    public void An_operator_that_is_not_known_is_refused_by_name()
    {
        string path = Path.Combine(Foreign.Value, "unknown.onnx");
        string message = Assert.Throws<UsageException>(() => OnnxImport.Read(path)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains("(InstanceNormalization): this operator is not supported; supported are Add, AveragePool, ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_graph_is_said()
    {
        var network = new Network((3, 8, 8), [new Convolution("a", ["input"], 4), new Relu("b", ["a"])]);
        byte[] map = OnnxExport.Bytes(network, Drawn.Weights(network, 1), OnnxOptions.Device);
        Assert.Contains("a classifier must give a vector of logits; this graph gives a map of 4×8×8", Assert.Throws<UsageException>(() => OnnxImport.Of(map)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => OnnxImport.Of([]));
        Assert.Throws<InvalidDataException>(() => OnnxImport.Of([1, 2, 3, 4, 5, 6, 7, 8, 9]));
        for (int length = 0; length < map.Length; length += 7)
            Assert.ThrowsAny<Exception>(() => OnnxImport.Of(map[..length]));
    }

    [SkippableFact]
    public void A_file_without_end_is_refused()
    {
        Skip.If(OperatingSystem.IsWindows(), "there is no /dev/zero");
        Assert.StartsWith("/dev/zero: longer than ", Assert.Throws<InvalidDataException>(() => OnnxImport.Read("/dev/zero")).Message, StringComparison.Ordinal);
    }

    /// <summary>What the fuzzer found: graphs that other programs do not write.</summary>
    [Theory]
    [InlineData("no output", "this operator is not supported")]
    [InlineData("one summand", "1 values are added; only the sum of two is supported")]
    [InlineData("groups", "group 4294967297 is not a valid number")]
    public void A_node_that_makes_no_sense_is_refused_by_name(string what, string said)
    {
        var network = new Network((3, 8, 8), [new Convolution("a", ["input"], 3), new Add("s", ["a", "a"]), new AveragePool("m", ["s"]), new Flatten("f", ["m"]), new Linear("l", ["f"], 2)]);
        var model = OnnxExport.Of(network, Drawn.Weights(network, 1), OnnxOptions.Device);
        NodeProto Node(string kind) => model.Graph.Node.First(node => node.OpType == kind);
        switch (what)
        {
            case "no output":
                Node("Conv").Output.Clear();
                break;
            case "one summand":
                Node("Add").Input.RemoveAt(1);
                break;
            default:
                Node("Conv").Attribute.Add(new AttributeProto { Name = "group", I = (1L << 32) + 1 });
                break;
        }
        Assert.Contains(said, Assert.Throws<UsageException>(() => OnnxImport.Of(model.ToByteArray())).Message, StringComparison.Ordinal);
    }

    static double[] Softmax(double[] logits) => [.. logits.Chunk(10).SelectMany(row => row.Select(v => Math.Exp(v - row.Max()) / row.Sum(w => Math.Exp(w - row.Max()))))];

    static readonly Lazy<string> Foreign = new(() =>
    {
        string folder = Directory.CreateTempSubdirectory("heliograph-foreign-").FullName;
        string script = Path.Combine(Repository.Root, "tests", "Heliograph.Onnx.Tests", "foreign.py");
        const string python = "/usr/bin/python3";
        Skip.IfNot(File.Exists(python) && Run(python, "-c", "import torch").Code == 0, "needs PyTorch in /usr/bin/python3 (Debian: python3-torch)");
        var (code, said) = Run(python, script, folder);
        Assert.True(code == 0, said);
        return folder;
    });

    static (int Code, string Said) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error + output.Result);
    }
}
