using System.Runtime.InteropServices;
using Heliograph.Networks;
using Heliograph.Onnx.Schema;

namespace Heliograph.Onnx.Import;

/// <summary>Turns a graph's nodes, which are in the order of computation, into layers.</summary>
sealed class GraphReader
{
    static readonly Dictionary<string, Action<GraphReader, Node>> Operators = new(StringComparer.Ordinal)
    {
        ["Add"] = (reader, node) => reader.Add(node),
        ["AveragePool"] = (reader, node) => reader.AveragePool(node),
        ["BatchNormalization"] = (reader, node) => reader.BatchNorm(node),
        ["Clip"] = (reader, node) => reader.Clip(node),
        ["Constant"] = (reader, node) => reader.Constant(node),
        ["Conv"] = (reader, node) => reader.Convolve(node),
        ["Dropout"] = (reader, node) => reader.Pass(node),
        ["Flatten"] = (reader, node) => reader.Flatten(node),
        ["Gemm"] = (reader, node) => reader.Gemm(node),
        ["GlobalAveragePool"] = (reader, node) => reader.Put(node, new AveragePool(reader.Name(node), [reader.Read(node)])),
        ["Identity"] = (reader, node) => reader.Pass(node),
        ["LogSoftmax"] = (reader, node) => reader.Softmax(node),
        ["MatMul"] = (reader, node) => reader.MatMul(node),
        ["MaxPool"] = (reader, node) => reader.MaxPool(node),
        ["Pad"] = (reader, node) => reader.Pad(node),
        ["PRelu"] = (reader, node) => reader.PRelu(node),
        ["ReduceMean"] = (reader, node) => reader.ReduceMean(node),
        ["Relu"] = (reader, node) => reader.Put(node, new Relu(reader.Name(node), [reader.Read(node)])),
        ["Reshape"] = (reader, node) => reader.Reshape(node),
        ["Softmax"] = (reader, node) => reader.Softmax(node),
    };

    readonly GraphProto graph;
    readonly Shape input;
    readonly List<Layer> layers = [];
    readonly Dictionary<string, Shape> shapes = new(StringComparer.Ordinal);
    readonly Dictionary<string, TensorProto> constants = new(StringComparer.Ordinal);
    readonly Dictionary<string, WeightArray> weights = new(StringComparer.Ordinal);

    // The layer whose output a value of the graph is.
    readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    string? softmax;

    // Bytes of all arrays so far: a constant may be read by many nodes.
    long taken;

    public GraphReader(GraphProto graph)
    {
        this.graph = graph;
        foreach (var tensor in graph.Initializer)
            constants[tensor.Name] = tensor;
        ValueInfoProto[] images = [.. graph.Input.Where(value => !constants.ContainsKey(value.Name))];
        if (images.Length != 1 || graph.Output.Count != 1)
            throw new UsageException($"a classifier must have one input and one output; this graph has {images.Length} and {graph.Output.Count}");
        input = ImageShape(images[0]);
        values[images[0].Name] = Network.InputName;
        shapes[Network.InputName] = input;
    }

    public Model Read()
    {
        foreach (var proto in graph.Node)
        {
            var node = new Node(proto);
            if (proto.Output.Count == 0 || proto.Domain is not ("" or "ai.onnx") || !Operators.TryGetValue(node.Operator, out var read))
                throw node.Refuse($"this operator is not supported; supported are {string.Join(", ", Operators.Keys)}");
            if (softmax is { } early)
                throw new UsageException($"node '{early}' (Softmax): supported only at the end of a graph");
            read(this, node);
        }
        if (!values.TryGetValue(graph.Output[0].Name, out string? last) || last != layers.LastOrDefault()?.Name)
            throw new UsageException($"the graph's output '{graph.Output[0].Name}' is not the output of its last layer");
        var network = new Network(input, layers);
        if (!network.Output.IsVector)
            throw new UsageException($"a classifier must give a vector of logits; this graph gives a map of {network.Output}");
        return new(network, new Weights(network.WeightSpecs().Select(spec => KeyValuePair.Create(spec.Name, weights[spec.Name]))));
    }

    void Convolve(Node node)
    {
        var kernel = Array(node, 1);
        if (kernel.Shape is not [var filters, var channels, var size, var across] || size != across)
            throw node.Refuse($"a kernel of [{string.Join(", ", kernel.Shape)}] is not [filters, channels, size, size]");
        if (node.Square("dilations", 1) != 1)
            throw node.Refuse("dilations are not supported");
        var layer = new Convolution(Name(node), [Read(node)], filters, size, node.Square("strides", 1), Padding(node), node.Count("group", 1), Bias: Has(node, 2));
        if ((long)channels * layer.Groups != ShapeOf(node).Channels)
            throw node.Refuse($"its kernel is for {(long)channels * layer.Groups} channels, but the map has {ShapeOf(node).Channels}");
        Put(node, layer, ("weight", kernel));
        if (layer.Bias)
            Weigh(node, layer, "bias", Array(node, 2));
    }

    void BatchNorm(Node node)
    {
        node.Demand("training_mode", 0);
        var layer = new BatchNorm(Name(node), [Read(node)], node.Float("epsilon", 1e-5f));
        Put(node, layer, ("weight", Array(node, 1)), ("bias", Array(node, 2)), ("running_mean", Array(node, 3)), ("running_var", Array(node, 4)));
    }

    void Clip(Node node)
    {
        // Older graphs have the bounds as attributes.
        float? least = node.Attribute("min")?.F ?? Number(node, 1), most = node.Attribute("max")?.F ?? Number(node, 2);
        Layer layer = (least, most) switch
        {
            (0, 6) => new Relu6(Name(node), [Read(node)]),
            (0, null or > 1e30f) => new Relu(Name(node), [Read(node)]),
            _ => throw node.Refuse($"bounds {least} and {most}; only 0 and 6 (ReLU6) are supported"),
        };
        Put(node, layer);
    }

    void MaxPool(Node node)
    {
        node.Demand("ceil_mode", 0);
        if (node.Square("dilations", 1) != 1)
            throw node.Refuse("dilations are not supported");
        Put(node, new MaxPool(Name(node), [Read(node)], node.Square("kernel_shape", 0), node.Square("strides", 1), Padding(node)));
    }

    void AveragePool(Node node)
    {
        node.Demand("ceil_mode", 0);
        int size = node.Square("kernel_shape", 0);
        var map = ShapeOf(node);
        if (Padding(node) > 0)
            throw node.Refuse("padding is not supported");
        bool whole = map.Height == size && map.Width == size;
        if (!whole && node.Square("strides", 1) != size)
            throw node.Refuse("overlapping windows are not supported");
        Put(node, new AveragePool(Name(node), [Read(node)], whole ? 0 : size));
    }

    void ReduceMean(Node node)
    {
        long[] axes = Has(node, 1) ? Whole(node, 1) : node.Ints("axes");
        if (!axes.Select(axis => axis < 0 ? axis + 4 : axis).Order().SequenceEqual([2, 3]))
            throw node.Refuse($"axes [{string.Join(", ", axes)}]; only the mean over rows and columns is supported");
        Put(node, new AveragePool(Name(node), [Read(node)]));
    }

    void PRelu(Node node)
    {
        var slope = Array(node, 1);
        int channels = ShapeOf(node).Channels;
        Take(node, (long)channels * sizeof(float));
        float[] values = slope.Length == 1 ? [.. Enumerable.Repeat(slope.Values[0], channels)] : slope.Values;
        if (values.Length != channels)
            throw node.Refuse($"{values.Length} slopes for {channels} channels");
        Put(node, new PRelu(Name(node), [Read(node)]), ("weight", new([channels], values)));
    }

    void Flatten(Node node)
    {
        if (node.Int("axis", 1) is not (1 or -3))
            throw node.Refuse("only axis 1, one vector an image, is supported");
        ToVector(node);
    }

    void Reshape(Node node)
    {
        if (Whole(node, 1) is not [_, var values] || values != -1 && values != ShapeOf(node).Elements)
            throw node.Refuse("only the shape of one vector an image is supported");
        ToVector(node);
    }

    // Exporters write one before a pooling, of no pixels.
    void Pad(Node node)
    {
        if ((Has(node, 1) ? Whole(node, 1) : node.Ints("pads")).Any(pixels => pixels != 0))
            throw node.Refuse("padding is supported only in a convolution or a pooling");
        Pass(node);
    }

    // A 1×1 map is a vector here.
    void ToVector(Node node)
    {
        if (ShapeOf(node).IsVector)
            Pass(node);
        else
            Put(node, new Flatten(Name(node), [Read(node)]));
    }

    void Gemm(Node node)
    {
        node.Demand("transA", 0);
        if (node.Float("alpha", 1) != 1 || node.Float("beta", 1) != 1)
            throw node.Refuse("alpha and beta must be 1");
        Linear(node, node.Int("transB", 0) == 1 ? Array(node, 1) : Transposed(node, Array(node, 1)), Has(node, 2) ? Array(node, 2) : null);
    }

    void MatMul(Node node) => Linear(node, Transposed(node, Array(node, 1)), null);

    void Linear(Node node, WeightArray matrix, WeightArray? bias)
    {
        if (matrix.Shape is not [var features, var inputs] || inputs != ShapeOf(node).Elements)
            throw node.Refuse($"a matrix of [{string.Join(", ", matrix.Shape)}] for {ShapeOf(node)} values");
        Put(node, new Linear(Name(node), [Read(node)], features), ("weight", matrix), ("bias", bias ?? new([features], new float[features])));
    }

    void Add(Node node)
    {
        if (node.Inputs.Count != 2)
            throw node.Refuse($"{node.Inputs.Count} values are added; only the sum of two is supported");
        // What follows a MatMul is its bias.
        for (int i = 0; i < 2; i++)
        {
            if (!constants.ContainsKey(node.Inputs[i]))
                continue;
            if (values.TryGetValue(node.Inputs[1 - i], out string? name) && layers.LastOrDefault() is Linear linear && linear.Name == name && Array(node, i) is var bias && bias.Length == linear.Features)
            {
                weights[$"{name}.bias"] = new([linear.Features], bias.Values);
                values[node.Output] = name;
                return;
            }
            throw node.Refuse("a constant is added; only the sum of two maps is supported");
        }
        Put(node, new Add(Name(node), [Read(node), Read(node, 1)]));
    }

    void Softmax(Node node)
    {
        softmax = node.LayerName;
        Pass(node);
    }

    void Constant(Node node) =>
        constants[node.Output] = node.Attribute("value")?.T ?? throw node.Refuse("only a constant with a tensor as its value is supported");

    void Pass(Node node) => values[node.Output] = Read(node);

    void Put(Node node, Layer layer, params (string Name, WeightArray Array)[] arrays)
    {
        shapes[layer.Name] = layer.Output([.. layer.Inputs.Select(name => shapes[name])]);
        layers.Add(layer);
        values[node.Output] = layer.Name;
        foreach (var (name, array) in arrays)
            Weigh(node, layer, name, array);
    }

    void Weigh(Node node, Layer layer, string name, WeightArray array)
    {
        var spec = layer.Weights([.. layer.Inputs.Select(read => shapes[read])]).First(spec => spec.Name == $"{layer.Name}.{name}");
        if (array.Length != spec.Length)
            throw node.Refuse($"{name} has {array.Length} values; {spec.Length} are needed");
        weights[spec.Name] = new([.. spec.Shape], array.Values);
    }

    /// <summary>The layer that a node reads.</summary>
    string Read(Node node, int index = 0) =>
        index < node.Inputs.Count && values.TryGetValue(node.Inputs[index], out string? layer) ? layer
        : throw node.Refuse($"its input {index + 1} is not the output of a layer");

    Shape ShapeOf(Node node) => shapes[Read(node)];

    string Name(Node node)
    {
        string name = node.LayerName is "" or Network.InputName ? $"node_{layers.Count}" : node.LayerName;
        return shapes.ContainsKey(name) ? $"{name}_{layers.Count}" : name;
    }

    static bool Has(Node node, int index) => index < node.Inputs.Count && node.Inputs[index].Length > 0;

    static int Padding(Node node)
    {
        if (node.Text("auto_pad") is not ("" or "NOTSET" or "VALID"))
            throw node.Refuse($"auto_pad {node.Text("auto_pad")} is not supported; give pads");
        return node.Square("pads", 0, sides: 4);
    }

    float? Number(Node node, int index) => Has(node, index) ? Array(node, index) is { Length: 1 } one ? one.Values[0] : throw node.Refuse("a bound must be one number") : null;

    TensorProto Tensor(Node node, int index) =>
        index < node.Inputs.Count && constants.TryGetValue(node.Inputs[index], out var tensor) ? tensor
        : throw node.Refuse($"its input {index + 1} must be a constant");

    long[] Whole(Node node, int index)
    {
        var tensor = Tensor(node, index);
        if (tensor.DataType != (int)TensorProto.Types.DataType.Int64)
            throw node.Refuse("whole numbers of 64 bits are expected");
        return tensor.RawData.Length > 0 ? MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray() : [.. tensor.Int64Data];
    }

    WeightArray Array(Node node, int index)
    {
        var tensor = Tensor(node, index);
        if (tensor.RawData.Length == 0 && tensor.FloatData.Count == 0 && tensor.Dims.All(n => n > 0))
            throw node.Refuse($"'{tensor.Name}' holds no values; if they are in a separate file, save the model as one file");
        Take(node, Math.Max(tensor.RawData.Length, (long)tensor.FloatData.Count * sizeof(float)));
        float[] values = (TensorProto.Types.DataType)tensor.DataType switch
        {
            TensorProto.Types.DataType.Float => tensor.RawData.Length > 0 ? MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray() : [.. tensor.FloatData],
            TensorProto.Types.DataType.Float16 when tensor.RawData.Length > 0 => System.Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(tensor.RawData.Span).ToArray(), half => (float)half),
            _ => throw node.Refuse("weights must be 32-bit or 16-bit floats"),
        };
        try
        {
            return new([.. tensor.Dims.Select(n => checked((int)n))], values);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"tensor '{tensor.Name}' does not hold as many values as its dimensions say", e);
        }
    }

    void Take(Node node, long bytes)
    {
        taken += bytes;
        if (taken > OnnxImport.MaximumBytes)
            throw node.Refuse(FormattableString.Invariant($"the arrays of the layers so far have more than {OnnxImport.MaximumBytes:N0} bytes"));
    }

    static WeightArray Transposed(Node node, WeightArray matrix)
    {
        if (matrix.Shape is not [var rows, var columns])
            throw node.Refuse("a matrix is expected");
        var values = new float[matrix.Length];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
                values[j * rows + i] = matrix.Values[i * columns + j];
        return new([columns, rows], values);
    }

    static Shape ImageShape(ValueInfoProto value)
    {
        long[] dimensions = value.Type?.TensorType?.Shape is { } shape ? [.. shape.Dim.Select(dimension => dimension.DimValue)] : [];
        return dimensions is [_, > 0 and < 1 << 16, > 0 and < 1 << 16, > 0 and < 1 << 16]
            ? new((int)dimensions[1], (int)dimensions[2], (int)dimensions[3])
            : throw new UsageException($"the graph's input '{value.Name}' must be [batch, channels, height, width] with the last three known, not [{string.Join(", ", dimensions)}]");
    }
}
