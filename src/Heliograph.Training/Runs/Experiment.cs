using Heliograph.Channels;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Evaluation;
using Heliograph.Training.Steps;
using Heliograph.Training.Torch;

namespace Heliograph.Training.Runs;

/// <summary>Everything a run needs, bound from YAML and from overrides. Defaults are the paper's hyper-parameters on CIFAR-100.</summary>
public sealed record Experiment : IValidated
{
    /// <summary>Every random draw of the run is a function of it.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Where to compute.</summary>
    public DeviceChoice Device { get; init; }

    /// <summary>Number format of convolutions and linear layers; what is chosen where it is open is kept when the run goes on.</summary>
    public Precision Precision { get; init; }

    /// <summary>
    /// Threads of one operation; 0: one, or all processors where a trial at the beginning of the run finds that clearly faster. Kept when the
    /// run goes on: another number gives slightly other results.
    /// </summary>
    public int Threads { get; init; }

    /// <summary>The data set.</summary>
    public DataOptions Data { get; init; } = new() { Name = "cifar100" };

    /// <summary>How training images are varied.</summary>
    public AugmentOptions Augment { get; init; } = new();

    /// <summary>The backbone.</summary>
    public NetworkOptions Network { get; init; } = new();

    /// <summary>The split point, <c>pool1</c> … <c>pool5</c>.</summary>
    public string Split { get; init; } = "pool4";

    /// <summary>The joint code.</summary>
    public CodeOptions Code { get; init; } = new();

    /// <summary>The channel in training.</summary>
    public ChannelOptions Channel { get; init; } = new();

    /// <summary>Step 1.</summary>
    public PretrainOptions Pretrain { get; init; } = new();

    /// <summary>Step 2.</summary>
    public PruneOptions Prune { get; init; } = new();

    /// <summary>Step 3.</summary>
    public AutoencoderOptions Autoencoder { get; init; } = new();

    /// <summary>Step 4.</summary>
    public JointOptions Joint { get; init; } = new();

    /// <summary>What is measured at the end.</summary>
    public EvaluationOptions Evaluation { get; init; } = new();

    /// <summary>How often the run can be resumed.</summary>
    public CheckpointOptions Checkpoint { get; init; } = new();

    /// <summary>The backbone for a data set.</summary>
    /// <exception cref="UsageException">The ONNX file has an operator that is not known, or is not for such data.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public Network Backbone(DataSet data)
    {
        if (Network.Onnx is not { } file)
            return Backbones.Build(Network.Name, data.Classes.Count, data.Train.Shape, Network.Width, Network.Dropout);
        var backbone = TrainedBackbone.OfOnnx(file, "network.onnx: ");
        backbone.Check(data, "network.onnx: ");
        _ = SplitOf(backbone.Model.Network);
        return backbone.Model.Network;
    }

    Split SplitOf(Network network)
    {
        try
        {
            return network.SplitAt(Split);
        }
        catch (UsageException e)
        {
            throw new UsageException($"split: {OneLine.Of(e.Message)}", e);
        }
    }

    /// <inheritdoc/>
    public void Validate(string prefix)
    {
        Check.That(Threads >= 0, $"{prefix}threads must be 0 (what a trial finds fastest) or more, not {Threads}");
        if (Evaluation.Set == EvaluationSet.Validation && Data.Validation == 0)
            throw MeasuredSet.NothingHeldOut();
        if (Network.Onnx is null)
            _ = SplitOf(Backbones.Build(Network.Name, 2, new Shape(3, 32, 32), Network.Width, Network.Dropout));

        Check.That(Network.Onnx is null || Network.Onnx.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase), $"{prefix}network.onnx: {OneLine.Of(Network.Onnx ?? "")} is not called .onnx");
    }
}

/// <summary>The backbone.</summary>
public sealed record NetworkOptions : IValidated
{
    /// <summary>One of <see cref="Backbones.Names"/>: <c>vgg16</c>, <c>resnet20</c>, <c>mobilenetv2</c> …</summary>
    public string Name { get; init; } = "vgg16";

    /// <summary>
    /// An ONNX classifier in place of <see cref="Name"/>, <see cref="Width"/> and <see cref="Dropout"/> (<see cref="Heliograph.Onnx.Import.OnnxImport"/>): network and weights, which step 1 takes over unless
    /// <c>pretrain.from</c> or <c>pretrain.start</c> names others. Its images are normalised as the data are. Null for none.
    /// </summary>
    public string? Onnx { get; init; }

    /// <summary>Factor on the number of filters and features.</summary>
    public double Width { get; init; } = 1;

    /// <summary>Dropout rate after the classifier's hidden layers, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <inheritdoc/>
    public void Validate(string prefix)
    {
        Check.That(Backbones.Names.Contains(Name), $"{prefix}name: there is no network '{OneLine.Of(Name)}'; known are {string.Join(", ", Backbones.Names)}");
        Check.That(Width is > 0 and <= 16, $"{prefix}width must be above 0 and at most 16, not {Width}");
        Check.That(Dropout is >= 0 and < 1, $"{prefix}dropout must be at least 0 and below 1, not {Dropout}");
    }
}

/// <summary>The joint code.</summary>
public sealed record CodeOptions : IValidated
{
    const int ChannelsByDefault = 8;

    /// <summary>C, the encoder's filters. B is 64·C after pool1 of a 32×32 image, 16·C after pool2, 4·C after pool3, C after pool4 and pool5.</summary>
    public int Channels { get; init; } = ChannelsByDefault;

    /// <summary>B, the symbols of an image, in place of <see cref="Channels"/>, which a run derives from it when it begins; null for what the channels give.</summary>
    [InsteadOf(nameof(Channels))]
    public int? Symbols { get; init; }

    /// <summary>The code at a split point, with <see cref="Symbols"/> turned into <see cref="Channels"/>.</summary>
    /// <param name="split">The split point.</param>
    /// <param name="backbone">For images of the size in question.</param>
    /// <exception cref="UsageException">No number of channels gives so many symbols there; the message says which can be.</exception>
    public CodeOptions At(string split, Network backbone)
    {
        if (Symbols is not { } symbols)
            return this;
        int each = JointCode.Encoder(backbone.SplitAt(split).Device.Output, 1).Output.Elements, below = symbols / each * each;
        if (symbols % each == 0)
            return new() { Channels = symbols / each };
        string near = below == 0 ? FormattableString.Invariant($"{each} is the least") : FormattableString.Invariant($"{below} and {below + each} are the nearest");
        throw new UsageException(FormattableString.Invariant(
            $"code.symbols: {symbols} cannot be at {split}, where each channel gives {each} {(each == 1 ? "symbol" : "symbols")} of a {backbone.Input.Height}×{backbone.Input.Width} image: a multiple of {each} is needed; {near}"));
    }

    /// <inheritdoc/>
    public void Validate(string prefix)
    {
        Check.That(Channels >= 1, $"{prefix}channels must be at least 1, not {Channels}");
        Check.That(Symbols is null or >= 1, $"{prefix}symbols must be at least 1, or left out, not {Symbols}");
        Check.That(Symbols is null || Channels == ChannelsByDefault, $"{prefix}channels: {Channels} has no effect beside {prefix}symbols: {Symbols}; give one of them");
    }
}

/// <summary>The channel in training.</summary>
public sealed record ChannelOptions : IValidated
{
    /// <summary>The channel with its parameters, such as <c>awgn</c> or <c>rayleigh:block=1,csi=receiver</c> (<see cref="ChannelCatalogue"/>).</summary>
    public string Name { get; init; } = "awgn";

    /// <summary>SNR in dB: a number, or a range <c>low:high</c> from which every image draws uniformly. P/σ² per real symbol (docs/snr.md).</summary>
    public SnrRange Snr { get; init; } = new(14.5, 14.5);

    /// <inheritdoc/>
    public void Validate(string prefix)
    {
        try
        {
            _ = ChannelCatalogue.Parse(Name);
        }
        catch (UsageException e)
        {
            throw new UsageException($"{prefix}name: {OneLine.Of(e.Message)}", e);
        }
    }
}

/// <summary>How often the run can be resumed.</summary>
public sealed record CheckpointOptions : IValidated
{
    /// <summary>A checkpoint is written at the end of each epoch, and within it after this many minutes.</summary>
    public double Minutes { get; init; } = 5;

    /// <inheritdoc/>
    public void Validate(string prefix) => Check.That(Minutes > 0, $"{prefix}minutes must be above 0, not {Minutes}");
}
