using System.Text;

namespace Heliograph.Networks;

/// <summary>
/// An immutable description of a network: the shape of its input and named layers, each naming the layers that it reads.
/// Layers are in the order of computation; the last one is the output. Weights are kept beside it, as named arrays.
/// Networks with equal inputs and layers are equal.
/// </summary>
public sealed class Network : IEquatable<Network>
{
    /// <summary>The name by which layers read the network's input.</summary>
    public const string InputName = "input";

    /// <summary>The maximum number of layers; ResNet-1202, the deepest network published for small images, has about 4,800.</summary>
    public const int MaximumLayers = 10_000;

    readonly Dictionary<string, Shape> shapes = new(StringComparer.Ordinal);

    /// <summary>
    /// Describes a network and checks that it is complete: unique names, known inputs, fitting shapes; the values of each map and array, and the
    /// multiply-accumulates, can be counted.
    /// </summary>
    /// <exception cref="UsageException">The layers do not fit together or are more than <see cref="MaximumLayers"/>, or one is too large to be counted.</exception>
    public Network(Shape input, IEnumerable<Layer> layers)
    {
        if (input.Channels < 1 || input.Height < 1 || input.Width < 1)
            throw new UsageException($"a network's input cannot be {input.Channels}×{input.Height}×{input.Width}");
        Input = Countable(() => input, why => new($"a network's input cannot be {input}: {why}"));
        Layers = [.. layers];
        if (Layers.Count > MaximumLayers)
            throw new UsageException(FormattableString.Invariant($"a network may have at most {MaximumLayers:N0} layers, not {Layers.Count:N0}"));
        shapes[InputName] = input;
        long macs = 0, values = 0;
        foreach (var layer in Layers)
        {
            foreach (var name in layer.Inputs)
            {
                if (!shapes.ContainsKey(name))
                    throw new UsageException($"layer '{layer.Name}' reads '{name}', which does not come before it");
            }
            if (!layer.Reads(layer.Inputs.Count))
                throw layer.Refuse($"it cannot read {layer.Inputs.Count} {(layer.Inputs.Count == 1 ? "input" : "inputs")}");
            if (!shapes.TryAdd(layer.Name, Countable(() => layer.Output(InputsOf(layer)), layer.Refuse)))
                throw new UsageException($"two layers are named '{layer.Name}'");
            (macs, values) = Counted(layer, macs, values);
        }
    }

    /// <summary>Shape of the input, one image.</summary>
    public Shape Input { get; }

    /// <summary>The layers in the order of computation.</summary>
    public ValueList<Layer> Layers { get; }

    /// <summary>Name of the layer whose output is the network's.</summary>
    public string OutputName => Layers.Count == 0 ? InputName : Layers[^1].Name;

    /// <summary>Shape of the output for one image.</summary>
    public Shape Output => shapes[OutputName];

    /// <summary>Shape of a layer's output.</summary>
    /// <exception cref="KeyNotFoundException">There is no such layer.</exception>
    public Shape ShapeOf(string layer) => shapes[layer];

    /// <summary>Shapes of what a layer reads.</summary>
    public IReadOnlyList<Shape> InputsOf(Layer layer) => [.. layer.Inputs.Select(name => shapes[name])];

    /// <summary>Every array that the network's weights must hold, in layer order.</summary>
    public IEnumerable<WeightSpec> WeightSpecs() => Layers.SelectMany(layer => layer.Weights(InputsOf(layer)));

    /// <summary>Checks that the weights fit this network: every array is present and has the right shape.</summary>
    /// <exception cref="InvalidDataException">An array is missing or has another shape.</exception>
    public void Check(Weights weights)
    {
        foreach (var spec in WeightSpecs())
        {
            if (!weights.TryGetValue(spec.Name, out var array))
                throw new InvalidDataException($"the weights lack '{spec.Name}'");
            if (!array.Shape.SequenceEqual(spec.Shape))
            {
                throw new InvalidDataException(
                    $"the weights' '{spec.Name}' is [{string.Join(", ", array.Shape)}], the network needs [{string.Join(", ", spec.Shape)}]");
            }
        }
    }

    /// <summary>
    /// Cuts the network after a layer. The device part keeps the input; the edge part reads the map at the cut as its input.
    /// </summary>
    /// <exception cref="UsageException">There is no such layer, or layers after the cut read others before it.</exception>
    public Split SplitAfter(string layer)
    {
        int cut = IndexOf(layer);
        var behind = new HashSet<string>(Layers.Skip(cut + 1).Select(l => l.Name), StringComparer.Ordinal);
        var edge = new List<Layer>();
        foreach (var late in Layers.Skip(cut + 1))
        {
            if (late.Inputs.FirstOrDefault(name => name != layer && !behind.Contains(name)) is { } earlier)
                throw new UsageException($"the network cannot be cut after '{layer}': '{late.Name}' also reads '{earlier}'");
            edge.Add(late.Reading([.. late.Inputs.Select(name => name == layer ? InputName : name)]));
        }
        return new Split(layer, new Network(Input, Layers.Take(cut + 1)), new Network(shapes[layer], edge));
    }

    /// <summary>Cuts the network at one of its split points, or after any other layer through which everything passes.</summary>
    /// <exception cref="UsageException">There is no such split point.</exception>
    public Split SplitAt(string splitPoint)
    {
        if (Cuts.Contains(splitPoint))
            return SplitAfter(splitPoint);
        string points = string.Join(", ", SplitPoints);
        throw new UsageException(shapes.ContainsKey(splitPoint) && splitPoint != InputName
            ? $"the network cannot be cut after '{splitPoint}': layers after it read more than its map; this network has {points}"
            : $"there is no split point '{splitPoint}'; this network has {points}");
    }

    /// <summary>The layers after which the network can be cut, since everything that later layers read passes through that one tensor; the last layer is excluded.</summary>
    public IReadOnlyList<string> Cuts
    {
        get
        {
            // The last layer that reads each; a cut after layer i requires that no earlier tensor is read beyond i.
            var lastRead = new Dictionary<string, int>(StringComparer.Ordinal);
            for (int i = 0; i < Layers.Count; i++)
            {
                foreach (string name in Layers[i].Inputs)
                    lastRead[name] = i;
            }
            var cuts = new List<string>();
            int beyond = lastRead.GetValueOrDefault(InputName, -1);
            for (int i = 0; i + 1 < Layers.Count; i++)
            {
                if (beyond <= i && lastRead.ContainsKey(Layers[i].Name))
                    cuts.Add(Layers[i].Name);
                beyond = Math.Max(beyond, lastRead.GetValueOrDefault(Layers[i].Name, -1));
            }
            return cuts;
        }
    }

    /// <summary>
    /// The cuts that have a name of their own: poolings, <c>pool1</c>, <c>pool2</c> …, where the paper cuts, and blocks, <c>block1</c> …; all cuts where there are none.
    /// </summary>
    public IReadOnlyList<string> SplitPoints => Cuts is var cuts && cuts.Where(IsNamed).ToArray() is { Length: > 0 } named ? named : cuts;

    // pool or block and a number.
    static bool IsNamed(string layer) => layer.TrimEnd("0123456789".ToCharArray()) is var word && word.Length < layer.Length && word is "pool" or "block";

    /// <summary>This network followed by another that reads its output.</summary>
    /// <exception cref="UsageException">The shapes do not fit, or a name occurs in both.</exception>
    public Network Then(Network next)
    {
        if (next.Input != Output)
            throw new UsageException($"a network that reads {next.Input} cannot follow one that gives {Output}");
        var output = OutputName;
        return new(Input, Layers.Concat(next.Layers.Select(
            layer => layer.Reading([.. layer.Inputs.Select(name => name == InputName ? output : name)]))));
    }

    /// <summary>The same network with some layers replaced; a replacement keeps the name.</summary>
    public Network With(Func<Layer, Layer> replace) => new(Input, Layers.Select(replace));

    /// <inheritdoc/>
    public bool Equals(Network? other) => other is not null && Input == other.Input && Layers.Equals(other.Layers);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Network);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Input, Layers);

    /// <summary>The description as JSON, on one line.</summary>
    public string ToJson() => NetworkJson.Write(this);

    /// <summary>Reads a description that <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The text does not describe a complete network.</exception>
    public static Network FromJson(string json) => JsonReading.Read(Encoding.UTF8.GetBytes(json), NetworkJson.Read);

    // Every reader of a network needs the number of a map's values: this ensures that it can be counted.
    static Shape Countable(Func<Shape> map, Func<string, UsageException> refuse)
    {
        try
        {
            var shape = map();
            _ = shape.Elements;
            return shape;
        }
        catch (OverflowException)
        {
            throw refuse("the map has more values than can be counted");
        }
    }

    // And that the sums over all layers can be counted: every network has a cost.
    (long Macs, long Values) Counted(Layer layer, long macs, long values)
    {
        try
        {
            var inputs = InputsOf(layer);
            return checked((macs + layer.Macs(inputs), values + layer.Weights(inputs).Sum(spec => (long)spec.Length)));
        }
        catch (OverflowException)
        {
            throw layer.Refuse("its weights or multiply-accumulates are more than can be counted");
        }
    }

    int IndexOf(string layer)
    {
        for (int i = 0; i < Layers.Count; i++)
        {
            if (Layers[i].Name == layer)
                return i;
        }
        throw new UsageException($"the network has no layer '{layer}'");
    }
}

/// <summary>A network cut in two; the device part's output is the edge part's input.</summary>
/// <param name="Point">Name of the layer after which it was cut.</param>
/// <param name="Device">From the image to the map at the cut.</param>
/// <param name="Edge">From the map at the cut to the end.</param>
public sealed record Split(string Point, Network Device, Network Edge);
