using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>What a layer does to the channels of what it reads: how the removal of a channel passes through it.</summary>
public enum ChannelFlow
{
    /// <summary>Its channels are its own, one a filter or feature, whatever it reads.</summary>
    Produces,

    /// <summary>Channel c is made from channel c of what it reads, and arrays over channels follow it.</summary>
    Keeps,

    /// <summary>Channel c is made from channel c of everything that it reads: they are tied together.</summary>
    Joins,

    /// <summary>Each channel becomes one value for each position of its map.</summary>
    Flattens,

    /// <summary>Its channels follow from what it reads in some other way, so that none can be taken out.</summary>
    Fixed,
}

/// <summary>
/// One named step of a <see cref="Network"/>, as data. A layer knows its shapes, its arrays and its costs; what it computes is the business of the
/// readers: the trainer, the pruner, the exporter, the device runtime. A new kind is a file beside this one and a line in <see cref="LayerCatalogue"/>.
/// </summary>
/// <param name="Name">Unique in its network.</param>
/// <param name="Inputs">Names of the layers it reads; <see cref="Network.InputName"/> is the image.</param>
public abstract record Layer(string Name, ValueList<string> Inputs)
{
    /// <summary>Name of the layer's kind in messages, for instance <c>Convolution</c>.</summary>
    public string Kind => GetType().Name;

    /// <summary>True when it may read so many layers.</summary>
    public virtual bool Reads(int count) => count == 1;

    /// <summary>Shape of the output for the given input shapes.</summary>
    /// <exception cref="UsageException">The layer cannot read such inputs.</exception>
    /// <exception cref="OverflowException">The output has more values than can be counted.</exception>
    public abstract Shape Output(IReadOnlyList<Shape> inputs);

    /// <summary>The arrays this layer needs for the given input shapes, in a fixed order.</summary>
    /// <exception cref="OverflowException">An array has more values than can be counted.</exception>
    public abstract IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs);

    /// <summary>
    /// Multiply-accumulates for one image: of products with weights. Biases, batch norms, activations, additions and pooling count nothing (the
    /// convention behind the paper's figures).
    /// </summary>
    /// <exception cref="OverflowException">They are more than can be counted.</exception>
    public abstract long Macs(IReadOnlyList<Shape> inputs);

    /// <summary>What it does to channels.</summary>
    public abstract ChannelFlow Flow { get; }

    /// <summary>True when its output can be written over what it reads first.</summary>
    public abstract bool WorksInPlace { get; }

    /// <summary>The same layer reading other inputs.</summary>
    public Layer Reading(ValueList<string> inputs) => this with { Inputs = inputs };

    /// <summary>The kind's name in files.</summary>
    internal abstract string Type { get; }

    /// <summary>Writes what is its kind's own into a file's description of the layer; what is as in the first version of the format is left out.</summary>
    internal abstract void Write(Utf8JsonWriter json);

    internal UsageException Refuse(string why) => new($"layer '{Name}' ({Kind}): {why}");

    private protected static IEnumerable<WeightSpec> NoArrays => [];

    private protected Shape Vector(Shape input) =>
        input.IsVector ? input : throw Refuse($"reads a vector, not a map of {input}");

    /// <summary>Side of a map over which windows are moved.</summary>
    private protected static int Side(int side, int window, int stride, int padding) => checked((int)((side + 2L * padding - window) / stride + 1));
}
