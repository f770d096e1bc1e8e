using Heliograph.Channels;
using Heliograph.Experiments;
using Heliograph.Networks;
using Heliograph.Training.BatchNorms;
using Heliograph.Training.Convolutions;
using Heliograph.Training.Data;
using Heliograph.Training.Torch;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Modules;

/// <summary>
/// A <see cref="Network"/> with its weights as tensors that can be trained or evaluated. Maps travel channels-last; with
/// <see cref="Precision.Bf16"/> convolutions and linear layers compute in bfloat16 while parameters, statistics, GDN, power
/// normalisation and the output stay 32-bit. Not thread-safe.
/// </summary>
public sealed class NetworkModule : IDisposable
{
    static readonly Snr?[] NoReport = [null];

    readonly Dictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
    readonly Dictionary<string, WeightSpec> specs;
    readonly HashSet<string> inPlace;
    readonly ScalarType computeType;
    readonly NetworkModule? wide;

    /// <summary>Makes the tensors.</summary>
    /// <param name="network">What to build.</param>
    /// <param name="weights">Its weights; more arrays may be there.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="precision">Not <see cref="Precision.Auto"/>.</param>
    /// <param name="trainable">False when no gradients are wanted: parameters are then kept in the number format of the computation.</param>
    /// <exception cref="InvalidDataException">The weights do not fit this network.</exception>
    public NetworkModule(Network network, Weights weights, Device device, Precision precision, bool trainable = true)
        : this(network, device, precision == Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32, trainable)
    {
        network.Check(weights);
        foreach (var spec in specs.Values)
            Set(spec, weights);
    }

    /// <summary>
    /// Makes a narrower network within another: arrays of a name that the other has are the beginnings of its (<see cref="Beginnings"/>), now and after
    /// each step of a training; arrays of other names are this module's own.
    /// </summary>
    /// <param name="network">What to build.</param>
    /// <param name="own">Its own arrays; more may be there.</param>
    /// <param name="wide">The wider module; it is disposed of after this one.</param>
    public NetworkModule(Network network, Weights own, NetworkModule wide) : this(network, wide.Device, wide.computeType, wide.Trainable)
    {
        this.wide = wide;
        foreach (var spec in specs.Values.Where(spec => !wide.specs.ContainsKey(spec.Name)))
            Set(spec, own);
    }

    NetworkModule(Network network, Device device, ScalarType computeType, bool trainable)
    {
        TorchRuntime.Initialize();
        Network = network;
        Device = device;
        Trainable = trainable;
        this.computeType = computeType;
        specs = network.WeightSpecs().ToDictionary(spec => spec.Name, StringComparer.Ordinal);
        inPlace = [.. network.Layers.Where(CanWorkInPlace).Select(layer => layer.Name)];
    }

    /// <summary>What was built.</summary>
    public Network Network { get; }

    /// <summary>Where it computes.</summary>
    public Device Device { get; }

    /// <summary>True when parameters gather gradients.</summary>
    public bool Trainable { get; }

    /// <summary>The tensors that training changes, in layer order; of a network within another only its own.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> Parameters => Tensors.Where(tensor => specs[tensor.Name].Trained);

    /// <summary>All tensors, running statistics included, in layer order; of a network within another only its own.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> Tensors => from spec in Network.WeightSpecs() where tensors.ContainsKey(spec.Name) select (spec.Name, tensors[spec.Name]);

    /// <summary>
    /// Computes the output for a batch [N, C, H, W], or [N, values] where the network reads a vector. The result belongs to the caller's dispose scope.
    /// </summary>
    /// <param name="input">32-bit; not changed.</param>
    /// <param name="training">Batch norm uses and updates batch statistics, dropout drops.</param>
    /// <param name="tap">Sees each layer's output and may hand another tensor on; it must not dispose what it gets.</param>
    /// <param name="reported">The SNR that the receiver last reported, for a network that knows it (<see cref="SnrFilm"/>): one for all images or one for each; null for none.</param>
    public Tensor Forward(Tensor input, bool training, Func<Layer, Tensor, Tensor>? tap = null, IReadOnlyList<Snr?>? reported = null)
    {
        var values = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [Network.InputName] = input };
        var readers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in Network.Layers.SelectMany(layer => layer.Inputs))
            readers[name] = readers.GetValueOrDefault(name) + 1;
        for (int i = 0; i < Network.Layers.Count; i++)
        {
            var layer = Network.Layers[i];
            var x = values[layer.Inputs[0]];
            int joined = tap is null && training && layer is BatchNorm ? Joined(i, x) : 1;
            var output = joined > 1
                ? ComputeJoined((BatchNorm)layer, x, pooled: joined == 3)
                : Compute(layer, [.. layer.Inputs.Select(name => values[name])], training, reported ?? NoReport, inPlace: tap is null && inPlace.Contains(layer.Name));
            i += joined - 1;
            string result = Network.Layers[i].Name;
            values[result] = tap is null ? output : tap(layer, output);
            // Maps are large: give each back as soon as nobody reads it any more, not when the step ends.
            foreach (var name in layer.Inputs)
            {
                if (--readers[name] == 0 && name != Network.InputName && !ReferenceEquals(values[name], values[result]))
                    values[name].Dispose();
            }
        }
        var last = values[Network.OutputName];
        return last.dtype == ScalarType.Float32 ? last : last.to(ScalarType.Float32);
    }

    /// <summary>The weights as they are now, GDN's in plain form.</summary>
    public Weights ToWeights() => ToWeights(plain: true);

    /// <summary>What <see cref="ToState"/> gives, made array by array when it is written.</summary>
    public IEnumerable<ArraySource> StateSources() =>
        Network.WeightSpecs().Select(spec => new ArraySource(spec.Name, spec.Shape, () => Values(spec)));

    /// <summary>
    /// The exact values of all tensors, for a checkpoint. They differ from <see cref="ToWeights()"/> where a reparametrisation is trained.
    /// </summary>
    public Weights ToState() => ToWeights(plain: false);

    /// <summary>Takes back what <see cref="ToState"/> gave; of a network within another its own arrays.</summary>
    /// <exception cref="InvalidDataException">The state is another network's.</exception>
    public void Restore(Weights state)
    {
        Network.Check(state);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, tensor) in Tensors)
            tensor.copy_(FromValues(state[name].Values, specs[name].Shape));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in tensors.Values)
            tensor.Dispose();
        tensors.Clear();
    }

    void Set(WeightSpec spec, Weights weights)
    {
        using var _ = NewDisposeScope();
        float[] values = Plain(spec, weights[spec.Name]).Values;
        if (spec.Minimum is not null && Trainable)
            values = GdnParameters.ToStored(values);
        // A copy in libtorch's own memory: that of an array may lie at any address, and products of matrices depend on it in their last bit.
        var tensor = FromValues(values, spec.Shape).clone().to(Device);
        if (!Trainable && Cast(spec))
            tensor = tensor.to(computeType);
        if (tensor.dim() == 4)
            tensor = ChannelsLast(tensor);
        tensor = tensor.detach();
        tensor.requires_grad = Trainable && spec.Trained;
        tensors[spec.Name] = tensor.DetachFromDisposeScope();
    }

    static Tensor FromValues(float[] values, IReadOnlyList<int> shape) =>
        tensor(values, [.. shape.Select(n => (long)n)]);

    /// <summary>The same values, laid out channels-last.</summary>
    internal static Tensor ChannelsLast(Tensor nchw)
    {
        using var nhwc = nchw.permute(0, 2, 3, 1);
        using var dense = nhwc.contiguous();
        return dense.permute(0, 3, 1, 2);
    }

    // Whether the layer that owns the array computes in the chosen precision.
    bool Cast(WeightSpec spec) => Owner(spec) is Convolution or TransposedConvolution or Linear;

    // Names of layers may begin with another's, as those of the scales and shifts behind a layer do.
    Layer Owner(WeightSpec spec) => Network.Layers.First(layer => layer.Name == spec.Name[..spec.Name.LastIndexOf('.')]);

    // What the definition leaves out is zero.
    WeightArray Plain(WeightSpec spec, WeightArray array) => spec.Minimum is not null && spec.Shape.Count == 2 && Owner(spec) is Gdn gdn ? gdn.Gamma(array) : array;

    float[] Values(WeightSpec spec)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return Modules.Tensors.ToArray(Array(spec.Name));
    }

    /// <summary>An array: this module's own, or the beginning of the wider one's, which then belongs to the dispose scope.</summary>
    Tensor Array(string name)
    {
        if (tensors.TryGetValue(name, out var own))
            return own;
        var beginning = wide!.Array(name);
        var shape = specs[name].Shape;
        bool cut = false;
        for (int d = 0; d < shape.Count; d++)
        {
            if (beginning.shape[d] == shape[d])
                continue;
            beginning = beginning.narrow(d, 0, shape[d]);
            cut = true;
        }
        return cut && shape.Count == 4 ? ChannelsLast(beginning) : beginning;
    }

    Weights ToWeights(bool plain)
    {
        var arrays = new List<KeyValuePair<string, WeightArray>>();
        foreach (var spec in Network.WeightSpecs())
        {
            float[] values = Values(spec);
            if (plain && Trainable && spec.Minimum is { } minimum)
                values = GdnParameters.ToPlain(values, minimum);
            var array = new WeightArray([.. spec.Shape], values);
            arrays.Add(new(spec.Name, plain ? Plain(spec, array) : array));
        }
        return new Weights(arrays);
    }

    bool CanWorkInPlace(Layer layer) =>
        layer is Relu && layer.Inputs[0] != Network.InputName && Network.Layers.Count(other => other.Inputs.Contains(layer.Inputs[0])) == 1
        && Network.Layers.First(other => other.Name == layer.Inputs[0]) is BatchNorm or Convolution or Linear or Add;

    bool FollowsConvolution(Layer layer) => Network.Layers.First(other => other.Name == layer.Inputs[0]) is Convolution;

    /// <summary>Layers from a batch norm on that are one function: with the ReLU after it, and the 2×2 pooling after that.</summary>
    int Joined(int index, Tensor x)
    {
        if (!(FollowedBy(index, out Relu? _) && BatchNormRelu.Suits(x, pooled: false)))
            return 1;
        return FollowedBy(index + 1, out MaxPool? pool) && pool!.Halves && BatchNormRelu.Suits(x, pooled: true) ? 3 : 2;
    }

    // Whether the next layer is of a kind, and the only one that reads this one.
    bool FollowedBy<TLayer>(int index, out TLayer? next) where TLayer : Layer
    {
        string name = Network.Layers[index].Name;
        next = index + 1 < Network.Layers.Count ? Network.Layers[index + 1] as TLayer : null;
        return next is not null && name != Network.OutputName && next.Inputs is [var input] && input == name
            && Network.Layers.Count(layer => layer.Inputs.Contains(name)) == 1;
    }

    Tensor ComputeJoined(BatchNorm bn, Tensor x, bool pooled) => BatchNormRelu.Compute(x, Array($"{bn.Name}.weight"), Array($"{bn.Name}.bias"),
        Array($"{bn.Name}.running_mean"), Array($"{bn.Name}.running_var"), bn.Momentum, bn.Epsilon, pooled);

    Tensor Compute(Layer layer, Tensor[] inputs, bool training, IReadOnlyList<Snr?> reported, bool inPlace)
    {
        var x = inputs[0];
        switch (layer)
        {
            case Convolution conv:
                return WithCast(x, y => Convolve(conv, y, Weight($"{conv.Name}.weight"), conv.Bias ? Weight($"{conv.Name}.bias") : null));
            case TransposedConvolution conv:
                return WithCast(x, y => F.conv_transpose2d(y, Weight($"{conv.Name}.weight"), Weight($"{conv.Name}.bias"), strides: [conv.Size, conv.Size]));
            case Linear linear:
                return WithCast(x, y => F.linear(y, Weight($"{linear.Name}.weight"), Weight($"{linear.Name}.bias")));
            case BatchNorm bn:
                return F.batch_norm(x, Array($"{bn.Name}.running_mean"), Array($"{bn.Name}.running_var"),
                    Array($"{bn.Name}.weight"), Array($"{bn.Name}.bias"), training, bn.Momentum, bn.Epsilon);
            case Relu:
                // In a graph, what the trainer's own convolution gave may not be changed in place.
                return inPlace && !(x.requires_grad && FollowsConvolution(layer)) ? x.relu_() : x.relu();
            case Relu6:
                return x.relu6();
            case Sigmoid:
                return WithFloat(x, y => y.sigmoid());
            case Add:
                return inputs.Skip(2).Aggregate(x.add(inputs[1]), (sum, next) => sum.add_(next));
            case PRelu prelu:
                return WithFloat(x, y => F.prelu(y, Array($"{prelu.Name}.weight")));
            case MaxPool pool:
                return F.max_pool2d(x, [pool.Size, pool.Size], [pool.Step, pool.Step], [pool.Padding, pool.Padding]);
            case AveragePool pool:
                var (height, width) = pool.Window(new((int)x.shape[1], (int)x.shape[2], (int)x.shape[3]));
                return F.avg_pool2d(x, [height, width]) is var pooled && pool.Size == 0 ? pooled.flatten(1) : pooled;
            case Dropout dropout:
                return F.dropout(x, dropout.Rate, training);
            case Flatten:
                return x.flatten(1);
            case Gdn gdn:
                return WithFloat(x, y => Normalize(gdn, y));
            case Upsample upsample:
                return F.interpolate(x, [upsample.Height, upsample.Width], mode: InterpolationMode.Nearest);
            case PowerNormalization power:
                return WithFloat(x, y => NormalizePower(power, y));
            case Slice slice:
                return x.flatten(1).narrow(1, slice.Start, slice.Count);
            case Film:
                return Modulate(x, inputs[1]);
            case SnrFilm film:
                return Modulate(x, Factors(film, reported));
            case SnrTable table:
                return Modulate(x, Factors(table, reported));
            case Reshape reshape:
                return x.reshape(x.shape[0], reshape.Channels, reshape.Height, reshape.Width);
            default:
                throw new NotSupportedException($"the trainer cannot compute layer '{layer.Name}' ({layer.Kind})");
        }
    }

    static Tensor Convolve(Convolution conv, Tensor x, Tensor weight, Tensor? bias) =>
        conv.Groups == 1 && Convolution3x3.Suits(x, weight, conv.Stride, conv.Padding)
            ? Convolution3x3.Convolve(x, weight, bias ?? zeros(conv.Filters, device: x.device))
            : F.conv2d(x, weight, bias, strides: [conv.Stride, conv.Stride], padding: [conv.Padding, conv.Padding], groups: conv.Groups);

    Tensor Normalize(Gdn gdn, Tensor x)
    {
        using var _ = NewDisposeScope();
        Tensor beta = Array($"{gdn.Name}.beta"), gamma = Array($"{gdn.Name}.gamma");
        if (Trainable)
        {
            beta = GdnParameters.ToPlain(beta, Gdn.BetaMinimum);
            gamma = GdnParameters.ToPlain(gamma, 0);
            if (gdn.Causal)
                gamma = gamma.tril();
        }
        long channels = x.shape[1];
        var power = F.conv2d(x.square(), gamma.reshape(channels, channels, 1, 1), beta);
        return (x * (gdn.Inverse ? power.sqrt() : power.rsqrt())).MoveToOuterDisposeScope();
    }

    // All scales come before all shifts; one row for all images, or one for each.
    static Tensor Modulate(Tensor x, Tensor factors)
    {
        using var _ = NewDisposeScope();
        long[] each = x.dim() == 4 ? [factors.shape[0], x.shape[1], 1, 1] : [factors.shape[0], x.shape[1]];
        var halves = factors.to(x.dtype).chunk(2, 1);
        return (x * (1 + halves[0].reshape(each)) + halves[1].reshape(each)).MoveToOuterDisposeScope();
    }

    Tensor Factors(SnrFilm film, IReadOnlyList<Snr?> reported)
    {
        float[] told = [.. reported.SelectMany(snr => (float[])[film.Told(snr), snr is null ? 0 : 1])];
        var hidden = F.linear(tensor(told, [reported.Count, 2], device: Device), Array($"{film.Name}.hidden_weight"), Array($"{film.Name}.hidden_bias")).relu();
        return cat([.. ((string[])["scale", "shift"]).Select(kind => F.linear(hidden, Array($"{film.Name}.{kind}_weight"), Array($"{film.Name}.{kind}_bias")))], 1);
    }

    Tensor Factors(SnrTable table, IReadOnlyList<Snr?> reported)
    {
        var rows = tensor([.. reported.Select(snr => (long)table.RowOf(snr))], device: Device);
        return cat([Array($"{table.Name}.scale"), Array($"{table.Name}.shift")], 0).index_select(1, rows).t();
    }

    static Tensor NormalizePower(PowerNormalization layer, Tensor x)
    {
        using var _ = NewDisposeScope();
        var symbols = x.flatten(1);
        if (layer.Parts is not null)
            return cat([.. symbols.split([.. layer.Parts.Select(part => (long)part)], 1).Select(ScaleToPowerOne)], 1).MoveToOuterDisposeScope();
        return ScaleToPowerOne(symbols).MoveToOuterDisposeScope();
    }

    static Tensor ScaleToPowerOne(Tensor symbols)
    {
        using var _ = NewDisposeScope();
        var energy = symbols.square().sum([1], keepdim: true);
        return (symbols * ((energy + PowerNormalization.Epsilon).rsqrt() * Math.Sqrt(symbols.shape[1]))).MoveToOuterDisposeScope();
    }

    Tensor Weight(string name) => Trainable ? Array(name).to(computeType) : Array(name);

    Tensor WithCast(Tensor x, Func<Tensor, Tensor> compute)
    {
        using var _ = NewDisposeScope();
        return compute(x.dtype == computeType ? x : x.to(computeType)).MoveToOuterDisposeScope();
    }

    static Tensor WithFloat(Tensor x, Func<Tensor, Tensor> compute)
    {
        using var _ = NewDisposeScope();
        return compute(x.dtype == ScalarType.Float32 ? x : x.to(ScalarType.Float32)).MoveToOuterDisposeScope();
    }
}
