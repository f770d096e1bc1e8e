using System.Runtime.InteropServices;
using Google.Protobuf;
using Heliograph.Networks;
using Heliograph.Onnx.Schema;
using AttributeType = Heliograph.Onnx.Schema.AttributeProto.Types.AttributeType;
using DataType = Heliograph.Onnx.Schema.TensorProto.Types.DataType;

namespace Heliograph.Onnx;

/// <summary>Collects nodes and initialisers of one graph; every value's name is used once.</summary>
sealed class GraphWriter(string name, WeightType storage)
{
    readonly GraphProto graph = new() { Name = name };
    readonly HashSet<string> names = new(StringComparer.Ordinal);

    /// <summary>The graph with what has been added so far.</summary>
    public GraphProto Graph => graph;

    /// <summary>Declares the graph's input.</summary>
    public string Input(string name, IEnumerable<int> shape)
    {
        graph.Input.Add(Value(Declare(name), shape));
        return name;
    }

    /// <summary>Declares which value is the graph's output.</summary>
    public void Output(string name, IEnumerable<int> shape) => graph.Output.Add(Value(name, shape));

    /// <summary>Adds a node with one output of the same name, and returns that name.</summary>
    public string Node(string name, string type, IEnumerable<string> inputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { Name = name, OpType = type };
        node.Input.AddRange(inputs);
        node.Output.Add(Declare(name));
        node.Attribute.AddRange(attributes);
        graph.Node.Add(node);
        return name;
    }

    /// <summary>Adds weights as an initialiser of the given shape, stored as the graph stores weights; gives the name of the 32-bit value.</summary>
    /// <exception cref="InvalidDataException">A value is beyond half precision's range.</exception>
    public string Weights(string name, WeightArray array, params int[] shape)
    {
        if (storage == WeightType.F32)
            return Initializer(name, DataType.Float, shape, MemoryMarshal.AsBytes<float>(array.Values));
        var halves = new Half[array.Length];
        for (int i = 0; i < halves.Length; i++)
        {
            halves[i] = (Half)array.Values[i];
            if (Half.IsInfinity(halves[i]) && float.IsFinite(array.Values[i]))
                throw new InvalidDataException(FormattableString.Invariant($"the weights' '{name}' holds {array.Values[i]}, beyond half precision's ±65504"));
        }
        Initializer(name, DataType.Float16, shape, MemoryMarshal.AsBytes<Half>(halves));
        return Node($"{name}.f32", "Cast", [name], Int("to", (int)DataType.Float));
    }

    /// <summary>Adds 32-bit numbers that are not weights.</summary>
    public string Constant(string name, float value) => Initializer(name, DataType.Float, [1], MemoryMarshal.AsBytes<float>([value]));

    /// <summary>Adds one 32-bit number without dimensions.</summary>
    public string Scalar(string name, float value) => Initializer(name, DataType.Float, [], MemoryMarshal.AsBytes<float>([value]));

    /// <summary>Adds whole numbers: a shape, axes, indices.</summary>
    public string Constant(string name, params long[] values) => Initializer(name, DataType.Int64, [values.Length], MemoryMarshal.AsBytes<long>(values));

    public static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeType.Int, I = value };

    public static AttributeProto Float(string name, float value) => new() { Name = name, Type = AttributeType.Float, F = value };

    public static AttributeProto Text(string name, string value) => new() { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Ints(string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeType.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    string Initializer(string name, DataType type, int[] shape, ReadOnlySpan<byte> littleEndian)
    {
        var tensor = new TensorProto { Name = Declare(name), DataType = (int)type, RawData = ByteString.CopyFrom(littleEndian) };
        tensor.Dims.AddRange(shape.Select(n => (long)n));
        graph.Initializer.Add(tensor);
        return name;
    }

    string Declare(string name)
    {
        if (string.IsNullOrEmpty(name) || name.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
        {
            string shown = new([.. name.Select(c => char.IsControl(c) ? '?' : c)]);
            throw new UsageException($"'{shown}' is not a valid name for a value in an ONNX graph: it must not be empty or contain spaces");
        }
        if (!names.Add(name))
            throw new UsageException($"two values in the ONNX graph would be named '{name}'; rename the layer or the graph's input or output");
        return name;
    }

    static ValueInfoProto Value(string name, IEnumerable<int> shape)
    {
        var dimensions = new TensorShapeProto();
        dimensions.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "N" });
        dimensions.Dim.AddRange(shape.Select(n => new TensorShapeProto.Types.Dimension { DimValue = n }));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = (int)DataType.Float, Shape = dimensions } } };
    }
}
