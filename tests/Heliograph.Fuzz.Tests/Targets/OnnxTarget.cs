using Google.Protobuf;
using Google.Protobuf.Collections;
using Heliograph.Networks;
using Heliograph.Onnx;
using Heliograph.Onnx.Import;
using Heliograph.Onnx.Schema;
using Heliograph.Statistics;

namespace Heliograph.Fuzz.Tests.Targets;

/// <summary>ONNX classifiers: their bytes, and mostly what these say, as another exporter could have written it.</summary>
sealed class OnnxTarget : Target
{
    static readonly string[] Operators =
    [
        "Add", "AveragePool", "BatchNormalization", "Clip", "Constant", "Conv", "Dropout", "Flatten", "Gemm", "GlobalAveragePool", "Identity", "LogSoftmax", "MatMul", "MaxPool", "Pad",
        "PRelu", "ReduceMean", "Relu", "Reshape", "Softmax",
    ];

    static readonly string[] Attributes =
        ["kernel_shape", "strides", "pads", "dilations", "group", "axis", "axes", "transA", "transB", "alpha", "beta", "epsilon", "min", "max", "auto_pad", "ceil_mode", "training_mode", "value"];

    static readonly long[] Numbers = [0, 1, -1, 2, 3, 4, 7, 255, 65535, 65536, 46341, 1 << 20, int.MaxValue, int.MinValue, 1L << 32, long.MaxValue, long.MinValue];

    static readonly float[] Reals = [0, 1, -1, 6, 1e-5f, 3e38f, float.NaN, float.PositiveInfinity, float.Epsilon];

    public OnnxTarget()
    {
        Network residual = new((3, 6, 6),
        [
            new Convolution("a", ["input"], 4), new BatchNorm("an", ["a"]), new Relu("ar", ["an"]), new Convolution("b", ["ar"], 4, Groups: 4, Bias: false), new Add("sum", ["b", "ar"]),
            new Relu6("r", ["sum"]), new MaxPool("p", ["r"]), new PRelu("pr", ["p"]), new AveragePool("mean", ["pr"]), new Flatten("f", ["mean"]), new Linear("l", ["f"], 3),
        ]);
        Network small = new((1, 4, 4), [new AveragePool("p", ["input"], 2), new Flatten("f", ["p"]), new Linear("l", ["f"], 2)]);
        byte[] plain = OnnxExport.Bytes(small, Drawn.Weights(small, 2), OnnxOptions.Device);
        var other = ModelProto.Parser.ParseFrom(plain);
        // As other exporters write a linear layer, a pooling and the shape of a vector.
        GraphProto graph = other.Graph;
        graph.Initializer.Clear();
        graph.Initializer.Add(new TensorProto { Name = "shape", DataType = (int)TensorProto.Types.DataType.Int64, Dims = { 2 }, Int64Data = { 0, -1 } });
        graph.Initializer.Add(Floats("w", [1, 2]));
        graph.Initializer.Add(Floats("c", [2]));
        graph.Node.Clear();
        graph.Node.Add(new NodeProto { OpType = "ReduceMean", Input = { graph.Input[0].Name }, Output = { "m" }, Attribute = { new AttributeProto { Name = "axes", Ints = { 2, 3 } } } });
        graph.Node.Add(new NodeProto { OpType = "Reshape", Input = { "m", "shape" }, Output = { "v" } });
        graph.Node.Add(new NodeProto { OpType = "MatMul", Input = { "v", "w" }, Output = { "y" } });
        graph.Node.Add(new NodeProto { OpType = "Add", Input = { "y", "c" }, Output = { "z" } });
        graph.Node.Add(new NodeProto { OpType = "Softmax", Input = { "z" }, Output = { graph.Output[0].Name } });
        Corpus = [OnnxExport.Bytes(residual, Drawn.Weights(residual, 1), OnnxOptions.Device), plain, other.ToByteArray()];
    }

    public override string Name => "onnx";

    public override IReadOnlyList<byte[]> Corpus { get; }

    public override byte[] Change(byte[] origin, IReadOnlyList<byte[]> pool, RandomStream random)
    {
        if (random.NextInt(5) == 0)
            return ByteChanges.Change(origin, pool, random);
        try
        {
            var model = ModelProto.Parser.ParseFrom(origin);
            for (int left = ByteChanges.Times(random); left > 0 && model.Graph is { } graph; left--)
                Change(graph, random);
            return model.ToByteArray();
        }
        catch (InvalidProtocolBufferException)
        {
            return ByteChanges.Change(origin, pool, random);
        }
    }

    public override void Read(byte[] input)
    {
        Model model = OnnxImport.Of(input);
        model.Network.Check(model.Weights);
    }

    public override bool Refuses(Exception error) => error is InvalidDataException or UsageException;

    static void Change(GraphProto graph, RandomStream random)
    {
        switch (random.NextInt(8))
        {
            case 0 when graph.Initializer.Count > 0:
                Change(One(graph.Initializer, random), random);
                break;
            case 1:
                foreach (var value in graph.Input.Take(1))
                {
                    if (value.Type?.TensorType?.Shape?.Dim is { Count: > 0 } dimensions)
                        One(dimensions, random).DimValue = One(Numbers, random);
                }
                break;
            case 2:
                Move(graph.Node, random);
                break;
            case 3:
                Move(graph.Initializer, random);
                break;
            case 4:
                Move(random.NextInt(2) == 0 ? graph.Input : graph.Output, random);
                break;
            case var _ when graph.Node.Count > 0:
                Change(One(graph.Node, random), graph, random);
                break;
        }
    }

    static void Change(NodeProto node, GraphProto graph, RandomStream random)
    {
        switch (random.NextInt(6))
        {
            case 0:
                node.OpType = One(Operators, random);
                break;
            case 1:
                // Another's output, a constant, or none of the graph.
                string[] names = [.. graph.Node.SelectMany(other => other.Output), .. graph.Initializer.Select(tensor => tensor.Name), .. graph.Input.Select(value => value.Name), "", "nothing"];
                RepeatedField<string> field = random.NextInt(4) == 0 ? node.Output : node.Input;
                if (random.NextInt(2) == 0 || field.Count == 0)
                    field.Add(One(names, random));
                else
                    field[random.NextInt(field.Count)] = One(names, random);
                break;
            case 2:
                Move(random.NextInt(4) == 0 ? node.Output : node.Input, random);
                break;
            case 3:
                node.Name = random.NextInt(2) == 0 ? "input" : "a\u001b/.";
                break;
            case 4:
                node.Attribute.Add(new AttributeProto { Name = One(Attributes, random) });
                Change(node.Attribute[^1], random);
                break;
            case 5 when node.Attribute.Count > 0:
                Change(One(node.Attribute, random), random);
                break;
        }
    }

    static void Change(AttributeProto attribute, RandomStream random)
    {
        switch (random.NextInt(5))
        {
            case 0:
                attribute.I = One(Numbers, random);
                break;
            case 1:
                attribute.F = One(Reals, random);
                break;
            case 2:
                attribute.S = ByteString.CopyFromUtf8(random.NextInt(2) == 0 ? "SAME_UPPER" : "VALID");
                break;
            case 3:
                attribute.T = Floats("t", [2]);
                break;
            default:
                long number = One(Numbers, random);
                int count = random.NextInt(5);
                attribute.Ints.Clear();
                attribute.Ints.AddRange(Enumerable.Repeat(number, count));
                break;
        }
    }

    static void Change(TensorProto tensor, RandomStream random)
    {
        switch (random.NextInt(4))
        {
            case 0:
                tensor.DataType = random.NextInt(12);
                break;
            case 1 when tensor.Dims.Count > 0:
                tensor.Dims[random.NextInt(tensor.Dims.Count)] = One(Numbers, random);
                break;
            case 2:
                Move(tensor.Dims, random);
                break;
            default:
                tensor.RawData = ByteString.CopyFrom(new byte[random.NextInt(40)]);
                break;
        }
    }

    // One is taken out, or is there twice, somewhere.
    static void Move<T>(RepeatedField<T> field, RandomStream random)
    {
        if (field.Count == 0)
            return;
        int from = random.NextInt(field.Count), to = random.NextInt(field.Count);
        if (random.NextInt(2) == 0)
            field.RemoveAt(from);
        else
            field.Insert(to, field[from]);
    }

    static T One<T>(IReadOnlyList<T> list, RandomStream random) => list[random.NextInt(list.Count)];

    static TensorProto Floats(string name, int[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Float };
        tensor.Dims.AddRange(shape.Select(size => (long)size));
        tensor.FloatData.AddRange(Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(i => 0.5f + i));
        return tensor;
    }
}
