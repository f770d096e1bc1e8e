using Heliograph.Networks;
using Heliograph.Onnx.Schema;
using static Heliograph.Onnx.GraphWriter;

namespace Heliograph.Onnx;

/// <summary>Writes a network layer by layer. A layer's output has the layer's name; the last one's has the name of the graph's output.</summary>
sealed class LayerWriter(Network network, Weights weights, OnnxOptions options)
{
    readonly GraphWriter graph = new(options.Name, options.Storage);

    /// <summary>A value in the graph: [N, C, H, W] when it is a map, else [N, C·H·W]. A map may well be 1 × 1.</summary>
    sealed record Tensor(string Name, Shape Shape, bool IsMap)
    {
        public IEnumerable<int> Dimensions => IsMap ? [Shape.Channels, Shape.Height, Shape.Width] : [Shape.Elements];
    }

    public GraphProto Write()
    {
        var input = new Tensor(options.Input, network.Input, IsMap: !network.Input.IsVector);
        graph.Input(input.Name, input.Dimensions);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [Network.InputName] = input };
        foreach (var layer in network.Layers)
        {
            bool last = layer.Name == network.OutputName;
            tensors[layer.Name] = Write(layer, [.. layer.Inputs.Select(name => tensors[name])], last ? options.Output : layer.Name, last);
        }
        var output = tensors[network.OutputName];
        graph.Output(output.Name, output.Dimensions);
        return graph.Graph;
    }

    Tensor Write(Layer layer, Tensor[] inputs, string output, bool last)
    {
        var x = inputs[0];
        var shape = network.ShapeOf(layer.Name);
        Tensor Map(string name) => new(name, shape, IsMap: true);
        Tensor Like(string name) => x with { Name = name };
        Tensor Vector(string name) => new(name, shape, IsMap: false);
        string In() => AsMap(layer, x).Name;
        int channels = x.Shape.Channels;

        return layer switch
        {
            Convolution conv => Map(graph.Node(output, "Conv",
                [In(), Weight(conv, "weight", conv.Filters, channels / conv.Groups, conv.Kernel, conv.Kernel), .. conv.Bias ? [Weight(conv, "bias", conv.Filters)] : Array.Empty<string>()],
                [.. Window(conv.Kernel, conv.Stride, conv.Padding), .. conv.Groups > 1 ? [Int("group", conv.Groups)] : Array.Empty<AttributeProto>()])),
            TransposedConvolution conv => Map(graph.Node(output, "ConvTranspose",
                [In(), Weight(conv, "weight", channels, conv.Filters, conv.Size, conv.Size), Weight(conv, "bias", conv.Filters)], [.. Window(conv.Size, conv.Size, 0)[..2]])),
            BatchNorm norm => Like(graph.Node(output, "BatchNormalization",
                [x.Name, Weight(norm, "weight", channels), Weight(norm, "bias", channels),
                    Weight(norm, "running_mean", channels), Weight(norm, "running_var", channels)],
                Float("epsilon", norm.Epsilon))),
            Relu => Like(graph.Node(output, "Relu", [x.Name])),
            Relu6 => Like(graph.Node(output, "Clip", [x.Name, graph.Scalar($"{layer.Name}.least", 0), graph.Scalar($"{layer.Name}.most", 6)])),
            Sigmoid => Like(graph.Node(output, "Sigmoid", [x.Name])),
            Add => Like(Sum(layer, [.. inputs.Select(input => x.IsMap ? AsMap(layer, input) : AsVector(layer, input))], output)),
            PRelu => Like(graph.Node(output, "PRelu", [x.Name, x.IsMap ? Weight(layer, "weight", channels, 1, 1) : Weight(layer, "weight", channels)])),
            MaxPool pool => Map(graph.Node(output, "MaxPool", [In()],
                pool.Padding > 0 ? Window(pool.Size, pool.Step, pool.Padding) : [.. Window(pool.Size, pool.Step, 0)[..2]])),
            AveragePool { Size: 0 } => Vector(graph.Node(output, "Flatten", [graph.Node($"{layer.Name}.mean", "GlobalAveragePool", [In()])], Int("axis", 1))),
            AveragePool pool => Map(graph.Node(output, "AveragePool", [In()], Window(pool.Size, pool.Size, 0)[..2])),
            // Inference drops nothing. An output still needs a node that bears its name.
            Dropout => last ? Like(graph.Node(output, "Identity", [x.Name])) : x,
            Flatten => Vector(graph.Node(output, "Flatten", [x.Name], Int("axis", 1))),
            Linear linear => Vector(graph.Node(output, "Gemm",
                [AsVector(layer, x).Name, Weight(linear, "weight", linear.Features, channels), Weight(linear, "bias", linear.Features)], Int("transB", 1))),
            Gdn gdn => Map(Normalize(gdn, In(), channels, output)),
            Upsample upsample => Map(Enlarge(upsample, In(), x.Shape, output)),
            PowerNormalization power => Vector(NormalizePower(power, AsVector(layer, x), output)),
            Slice slice => Vector(Part(slice.Name, AsVector(layer, x).Name, slice.Start, slice.Count, output)),
            Film => Like(Modulate(layer, x, AsVector(layer, inputs[1]).Name, output)),
            SnrTable table => Like(Unreported(table, x, output)),
            Reshape reshape => Map(graph.Node(output, "Reshape",
                [x.Name, graph.Constant($"{layer.Name}.shape", 0L, reshape.Channels, reshape.Height, reshape.Width)])), // 0: the batch as it is
            _ => throw new NotSupportedException($"layer '{layer.Name}' ({layer.Kind}) cannot be written as ONNX"),
        };
    }

    static AttributeProto[] Window(int size, int stride, int padding) =>
        [Ints("kernel_shape", size, size), Ints("strides", stride, stride), Ints("pads", padding, padding, padding, padding)];

    string Sum(Layer layer, Tensor[] inputs, string output)
    {
        string sum = inputs[0].Name;
        for (int i = 1; i < inputs.Length; i++)
            sum = graph.Node(i + 1 == inputs.Length ? output : $"{layer.Name}.{i}", "Add", [sum, inputs[i].Name]);
        return sum;
    }

    string Normalize(Gdn gdn, string x, int channels, string output)
    {
        string squares = graph.Node($"{gdn.Name}.squares", "Mul", [x, x]);
        string power = graph.Node($"{gdn.Name}.power", "Conv", [squares, graph.Weights($"{gdn.Name}.gamma", gdn.Gamma(weights[$"{gdn.Name}.gamma"]), [channels, channels, 1, 1]), Weight(gdn, "beta", channels)],
            Ints("kernel_shape", 1, 1));
        string root = graph.Node($"{gdn.Name}.root", "Sqrt", [power]);
        return graph.Node(output, gdn.Inverse ? "Mul" : "Div", [x, root]);
    }

    string NormalizePower(PowerNormalization layer, Tensor x, string output)
    {
        if (layer.Parts is null)
            return NormalizePower(layer.Name, x.Name, x.Shape.Elements, output);
        var parts = new List<string>();
        int start = 0;
        foreach (int part in layer.Parts)
        {
            string name = $"{layer.Name}.{parts.Count}";
            parts.Add(NormalizePower(name, Part(name, x.Name, start, part, $"{name}.part"), part, $"{name}.scaled"));
            start += part;
        }
        return graph.Node(output, "Concat", [.. parts], Int("axis", 1));
    }

    string NormalizePower(string name, string x, int symbols, string output)
    {
        string squares = graph.Node($"{name}.squares", "Mul", [x, x]);
        string energy = graph.Node($"{name}.energy", "ReduceSum", [squares, graph.Constant($"{name}.axes", 1L)], Int("keepdims", 1));
        // A silent image divides by no zero.
        string positive = graph.Node($"{name}.positive", "Add", [energy, graph.Constant($"{name}.epsilon", PowerNormalization.Epsilon)]);
        string gain = graph.Node($"{name}.gain", "Div", [graph.Constant($"{name}.symbols", (float)symbols), positive]);
        string root = graph.Node($"{name}.root", "Sqrt", [gain]);
        return graph.Node(output, "Mul", [x, root]);
    }

    // Values of a vector [N, values].
    string Part(string name, string x, int start, int count, string output) => graph.Node(output, "Slice",
        [x, graph.Constant($"{name}.start", (long)start), graph.Constant($"{name}.end", (long)start + count), graph.Constant($"{name}.axis", 1L)]);

    string Modulate(Layer layer, Tensor x, string factors, string output)
    {
        int channels = x.Shape.Channels;
        string Factors(string of, int start)
        {
            string part = Part($"{layer.Name}.{of}", factors, start, channels, $"{layer.Name}.{of}.values");
            return x.IsMap ? graph.Node($"{layer.Name}.{of}", "Reshape", [part, graph.Constant($"{layer.Name}.{of}.shape", 0L, channels, 1, 1)]) : part;
        }

        string scale = graph.Node($"{layer.Name}.factor", "Add", [Factors("scale", 0), graph.Constant($"{layer.Name}.one", 1f)]);
        return graph.Node(output, "Add", [graph.Node($"{layer.Name}.scaled", "Mul", [x.Name, scale]), Factors("shift", channels)]);
    }

    // The graph has no input for a reported SNR: it computes what is computed without one.
    string Unreported(SnrTable table, Tensor x, string output)
    {
        int channels = x.Shape.Channels, row = table.RowOf(null);
        int[] dimensions = x.IsMap ? [channels, 1, 1] : [channels];
        string Row(string kind) => graph.Weights($"{table.Name}.{kind}.unreported",
            new([channels], [.. Enumerable.Range(0, channels).Select(channel => weights[$"{table.Name}.{kind}"].Values[channel * table.Rows + row])]), dimensions);
        string scale = graph.Node($"{table.Name}.factor", "Add", [Row("scale"), graph.Constant($"{table.Name}.one", 1f)]);
        return graph.Node(output, "Add", [graph.Node($"{table.Name}.scaled", "Mul", [x.Name, scale]), Row("shift")]);
    }

    string Enlarge(Upsample upsample, string x, Shape from, string output)
    {
        if (ResizeIsExact(from.Height, upsample.Height) && ResizeIsExact(from.Width, upsample.Width))
        {
            return graph.Node(output, "Resize", [x, "", "", graph.Constant($"{upsample.Name}.size", upsample.Height, upsample.Width)], Ints("axes", 2, 3),
                Text("mode", "nearest"), Text("coordinate_transformation_mode", "asymmetric"), Text("nearest_mode", "floor"));
        }
        string rows = graph.Node($"{upsample.Name}.rows", "Gather", [x, Sources("row", from.Height, upsample.Height)], Int("axis", 2));
        return graph.Node(output, "Gather", [rows, Sources("column", from.Width, upsample.Width)], Int("axis", 3));

        string Sources(string of, int size, int wanted) =>
            graph.Constant($"{upsample.Name}.{of}", [.. Enumerable.Range(0, wanted).Select(m => (long)m * size / wanted)]);
    }

    // Resize divides in 32-bit numbers: for some sizes, 14 to 78 among them, ⌊m / (wanted / size)⌋ misses ⌊m · size / wanted⌋ by one.
    static bool ResizeIsExact(int size, int wanted)
    {
        float scale = (float)wanted / size;
        return Enumerable.Range(0, wanted).All(m => (long)MathF.Floor(m / scale) == (long)m * size / wanted);
    }

    // What a vector's values are to a layer that reads maps: channels of a 1 × 1 map.
    Tensor AsMap(Layer layer, Tensor x) => x.IsMap ? x : x with
    {
        Name = graph.Node($"{layer.Name}.map", "Reshape", [x.Name, graph.Constant($"{layer.Name}.map.shape", 0L, x.Shape.Channels, x.Shape.Height, x.Shape.Width)]),
        IsMap = true,
    };

    Tensor AsVector(Layer layer, Tensor x) => x.IsMap ? x with { Name = graph.Node($"{layer.Name}.vector", "Flatten", [x.Name], Int("axis", 1)), IsMap = false } : x;

    string Weight(Layer layer, string array, params int[] shape) =>
        graph.Weights($"{layer.Name}.{array}", weights[$"{layer.Name}.{array}"], shape);
}
