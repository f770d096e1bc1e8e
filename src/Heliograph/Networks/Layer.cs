using System.Text.Json.Serialization;

namespace Heliograph.Networks;

/// <summary>One trainable or running array of a layer: its full name, its shape, and whether training steps change it.</summary>
/// <param name="Name">For instance <c>conv1_1.weight</c>.</param>
/// <param name="Shape">Row-major shape, outermost dimension first.</param>
/// <param name="Trained">False for running statistics, which are no parameters.</param>
public sealed record WeightSpec(string Name, IReadOnlyList<int> Shape, bool Trained = true)
{
    /// <summary>Number of values.</summary>
    public int Length => Shape.Aggregate(1, (product, n) => checked(product * n));
}

/// <summary>
/// One named step of a <see cref="Network"/>, as data. A layer knows its shapes and the names and shapes of its weights;
/// what it computes is the business of the readers: the trainer, the pruner, the cost counter, the exporter, the device runtime.
/// </summary>
/// <param name="Name">Unique in its network.</param>
/// <param name="Inputs">Names of the layers it reads; <see cref="Network.InputName"/> is the image.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Convolution), "convolution")]
[JsonDerivedType(typeof(BatchNorm), "batchNorm")]
[JsonDerivedType(typeof(Relu), "relu")]
[JsonDerivedType(typeof(PRelu), "prelu")]
[JsonDerivedType(typeof(MaxPool), "maxPool")]
[JsonDerivedType(typeof(Dropout), "dropout")]
[JsonDerivedType(typeof(Flatten), "flatten")]
[JsonDerivedType(typeof(Linear), "linear")]
[JsonDerivedType(typeof(Gdn), "gdn")]
[JsonDerivedType(typeof(Upsample), "upsample")]
[JsonDerivedType(typeof(PowerNormalization), "powerNormalization")]
[JsonDerivedType(typeof(Reshape), "reshape")]
public abstract record Layer(string Name, IReadOnlyList<string> Inputs)
{
    /// <summary>Name of the layer's kind in messages, for instance <c>Convolution</c>.</summary>
    [JsonIgnore]
    public string Kind => GetType().Name;

    /// <summary>Shape of the output for the given input shapes.</summary>
    /// <exception cref="UsageException">The layer cannot read such inputs.</exception>
    /// <exception cref="OverflowException">The output has more values than can be counted.</exception>
    public abstract Shape Output(IReadOnlyList<Shape> inputs);

    /// <summary>The arrays this layer needs for the given input shapes, in a fixed order.</summary>
    public virtual IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) => [];

    /// <summary>The same layer reading other inputs.</summary>
    public Layer Reading(IReadOnlyList<string> inputs) => this with { Inputs = inputs };

    internal UsageException Refuse(string why) => new($"layer '{Name}' ({Kind}): {why}");

    private protected Shape Vector(Shape input) =>
        input.IsVector ? input : throw Refuse($"reads a vector, not a map of {input}");
}

/// <summary>2-D convolution with zero padding; weights <c>weight</c> [filters, channels, kernel, kernel] and <c>bias</c> [filters].</summary>
public sealed record Convolution(string Name, IReadOnlyList<string> Inputs, int Filters, int Kernel = 3, int Stride = 1, int Padding = 1)
    : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        var (_, height, width) = inputs[0];
        if (Filters < 1 || Kernel < 1 || Stride < 1 || Padding < 0)
            throw Refuse("filters, kernel and stride must be positive");
        if (Math.Min(height, width) + 2L * Padding < Kernel)
            throw Refuse($"a map of {inputs[0]} is smaller than its kernel");
        return new(Filters, Side(height), Side(width));

        int Side(int side) => checked((int)((side + 2L * Padding - Kernel) / Stride + 1));
    }

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) =>
    [
        new($"{Name}.weight", [Filters, inputs[0].Channels, Kernel, Kernel]),
        new($"{Name}.bias", [Filters]),
    ];
}

/// <summary>Batch normalisation over each channel; <c>weight</c>, <c>bias</c>, <c>running_mean</c>, <c>running_var</c>, each [channels].</summary>
public sealed record BatchNorm(string Name, IReadOnlyList<string> Inputs, float Epsilon = 1e-5f, float Momentum = 0.1f) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) =>
    [
        new($"{Name}.weight", [inputs[0].Channels]),
        new($"{Name}.bias", [inputs[0].Channels]),
        new($"{Name}.running_mean", [inputs[0].Channels], Trained: false),
        new($"{Name}.running_var", [inputs[0].Channels], Trained: false),
    ];
}

/// <summary>max(x, 0).</summary>
public sealed record Relu(string Name, IReadOnlyList<string> Inputs) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs) => inputs[0];
}

/// <summary>x where x ≥ 0, else slope·x, with one learned slope a channel, shared over the map; <c>weight</c> [channels].</summary>
public sealed record PRelu(string Name, IReadOnlyList<string> Inputs) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) => [new($"{Name}.weight", [inputs[0].Channels])];
}

/// <summary>Maximum over size × size windows that do not overlap; a rest at the border that fills no window is dropped.</summary>
public sealed record MaxPool(string Name, IReadOnlyList<string> Inputs, int Size = 2) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        var (channels, height, width) = inputs[0];
        if (Size < 1)
            throw Refuse("the size must be positive");
        if (height < Size || width < Size)
            throw Refuse($"a map of {channels}×{height}×{width} is too small to be pooled; the input image must be larger");
        return new(channels, height / Size, width / Size);
    }
}

/// <summary>Zeroes each value with probability <paramref name="Rate"/> in training and scales the rest; does nothing otherwise.</summary>
public sealed record Dropout(string Name, IReadOnlyList<string> Inputs, float Rate) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs) => inputs[0];
}

/// <summary>A map as a vector, channel by channel, row by row.</summary>
public sealed record Flatten(string Name, IReadOnlyList<string> Inputs) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs) => new(inputs[0].Elements, 1, 1);
}

/// <summary>Fully connected layer; <c>weight</c> [features, inputs] and <c>bias</c> [features].</summary>
public sealed record Linear(string Name, IReadOnlyList<string> Inputs, int Features) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        Vector(inputs[0]);
        if (Features < 1)
            throw Refuse("the number of features must be positive");
        return new(Features, 1, 1);
    }

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) =>
    [
        new($"{Name}.weight", [Features, inputs[0].Channels]),
        new($"{Name}.bias", [Features]),
    ];
}

/// <summary>
/// Generalised divisive normalisation across channels, yᵢ = xᵢ / √(βᵢ + Σⱼ γᵢⱼ xⱼ²) (the paper's equation 1), or its approximate
/// inverse, yᵢ = xᵢ · √(βᵢ + Σⱼ γᵢⱼ xⱼ²) (equation 2). <c>beta</c> [channels], positive; <c>gamma</c> [channels, channels], not negative.
/// </summary>
/// <param name="Name">Unique in its network.</param>
/// <param name="Inputs">One layer.</param>
/// <param name="Inverse">True for IGDN.</param>
public sealed record Gdn(string Name, IReadOnlyList<string> Inputs, bool Inverse = false) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) =>
    [
        new($"{Name}.beta", [inputs[0].Channels]),
        new($"{Name}.gamma", [inputs[0].Channels, inputs[0].Channels]),
    ];
}

/// <summary>Nearest-neighbour upsampling to a given map size: output (m, n) reads input (⌊m·H/height⌋, ⌊n·W/width⌋).</summary>
public sealed record Upsample(string Name, IReadOnlyList<string> Inputs, int Height, int Width) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs) =>
        Height > 0 && Width > 0 ? new(inputs[0].Channels, Height, Width) : throw Refuse("height and width must be positive");
}

/// <summary>
/// Scales each image's symbols to mean power one: x · √(B / Σx²), so that (1/B)·Σx² = P = 1 (section 2.1 of the paper).
/// The output is a vector of B symbols, channel by channel, row by row. An all-zero input stays zero.
/// </summary>
public sealed record PowerNormalization(string Name, IReadOnlyList<string> Inputs) : Layer(Name, Inputs)
{
    /// <summary>Added to Σx² so that a silent image divides by no zero; far below a float's resolution of any real vector's power.</summary>
    public const float Epsilon = 1e-12f;

    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs) => new(inputs[0].Elements, 1, 1);
}

/// <summary>A vector of symbols as the map that the decoder reads: the inverse of flattening.</summary>
public sealed record Reshape(string Name, IReadOnlyList<string> Inputs, int Channels, int Height, int Width) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        if (Channels < 1 || Height < 1 || Width < 1)
            throw Refuse("channels, height and width must be positive");
        var output = new Shape(Channels, Height, Width);
        return output.Elements == inputs[0].Elements ? output : throw Refuse($"cannot read {inputs[0]} as {output}");
    }
}
