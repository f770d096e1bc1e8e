using System.Text.Json.Serialization;
using Heliograph.Codes;
using Heliograph.Images;
using Heliograph.Networks;

namespace Heliograph.Pairs;

/// <summary>What is known about a pair: the content of <c>pair.json</c> (docs/pair-format.md).</summary>
public sealed record PairDescription
{
    /// <summary>Value of <see cref="Format"/>.</summary>
    public const string FormatName = "heliograph-pair";

    /// <summary>The version of a pair with one mode. Version 1, which is still read, has another id.</summary>
    public const int OneModeVersion = 2;

    /// <summary>The version of an elastic pair.</summary>
    public const int ElasticVersion = 3;

    /// <summary>The version of a pair that retrieves, the newest that is read; it has one mode.</summary>
    public const int RetrievalVersion = 4;

    /// <summary>Identifies the file: <see cref="FormatName"/>.</summary>
    public string Format { get; init; } = FormatName;

    /// <summary>Version of the format; <see cref="PairFolder.Write"/> gives an elastic pair <see cref="ElasticVersion"/>, one that retrieves <see cref="RetrievalVersion"/>.</summary>
    public int Version { get; init; } = OneModeVersion;

    /// <summary>Name of the pair; letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, since it appears in paths and addresses.</summary>
    public required string Name { get; init; }

    /// <summary>The split point, for instance <c>pool4</c>.</summary>
    public required string Split { get; init; }

    /// <summary>Fraction of the filters up to the split point that were removed, in [0, 1).</summary>
    public double PruningRatio { get; init; }

    /// <summary>B, the real symbols of one image; the most that an elastic pair has.</summary>
    public required int Symbols { get; init; }

    /// <summary>The channel that the pair was trained through.</summary>
    public required TrainingChannel Channel { get; init; }

    /// <summary>Names of the classes, in the order of the logits; the gallery counts them in the same order.</summary>
    public required ValueList<string> Classes { get; init; }

    /// <summary>(byte / 255 − mean) / std of each channel of the input.</summary>
    public required Normalisation Normalisation { get; init; }

    /// <summary>The device half: image → symbols; the widest of an elastic pair. Its input is the shape of the images.</summary>
    public required Network Device { get; init; }

    /// <summary>The edge half: received symbols → logits, or, where the pair retrieves, → embedding; of an elastic pair it reads what <see cref="Codes.Modes.WriteEdgeInput"/> writes.</summary>
    public required Network Edge { get; init; }

    /// <summary>The modes of an elastic pair; null for a pair with one mode.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Modes? Modes { get; init; }

    /// <summary>The narrower device halves of an elastic pair, one for each width after the first, each with the most symbols; null for a pair with one mode.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueList<Network>? Widths { get; init; }

    /// <summary>What the pair does: <c>retrieval</c>; null, and not written, for a pair that classifies.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Task => Gallery is null ? null : RetrievalTask;

    /// <summary>By what the edge compares embeddings: <c>cosine</c>; null, and not written, for a pair that classifies.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Metric => Gallery is null ? null : CosineMetric;

    /// <summary>The images with which the edge compares what arrives (<see cref="Pair.Gallery"/>); null for a pair that classifies.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GalleryDescription? Gallery { get; init; }

    internal const string RetrievalTask = "retrieval", CosineMetric = "cosine";

    /// <summary>Costs of the halves; written for human readers, computed from the networks.</summary>
    public PairCosts? Costs { get; init; }

    /// <summary>The accuracy measured when the pair was exported, or null.</summary>
    public MeasuredAccuracy? Accuracy { get; init; }

    /// <summary>Temperatures for an honest confidence; null, and not written, for a pair that was not calibrated.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Calibration? Calibration { get; init; }

    /// <summary>Where the pair comes from.</summary>
    public Provenance? Provenance { get; init; }

    /// <summary>The other files of the folder by name; only those that the format knows.</summary>
    public IReadOnlyDictionary<string, PairFile> Files { get; init; } = new Dictionary<string, PairFile>();

    /// <summary>The device half of each width, the widest first; one for a pair with one mode.</summary>
    [JsonIgnore]
    public Network[] DeviceHalves => Widths is null ? [Device] : [Device, .. Widths.AsSpan()];

    /// <summary>The files with the weights of the halves: of each width, the widest first, and of the edge half.</summary>
    [JsonIgnore]
    public string[] HalfFiles
    {
        get
        {
            string[] files = new string[2 + (Widths?.Count ?? 0)];
            for (int width = 0; width < files.Length - 1; width++)
                files[width] = DeviceFileOf(width);
            files[^1] = Pair.EdgeFile;
            return files;
        }
    }

    /// <summary>The files that every folder lists, since its answers depend on them, in the order of the pair id: <see cref="HalfFiles"/> and the gallery's.</summary>
    internal string[] AnswerFiles => Gallery is null ? HalfFiles : [.. HalfFiles, Pair.GalleryFile];

    /// <summary>The file with the weights of a width's device half: <c>device.safetensors</c> for the widest, <c>device-50.safetensors</c> for the one that lacks 50 % of the filters.</summary>
    /// <param name="width">Number of the width, from 0 on.</param>
    public string DeviceFileOf(int width) =>
        width == 0 ? Pair.DeviceFile : $"device-{Modes!.PercentOf(width)}.safetensors";
}

/// <summary>The channel in training.</summary>
/// <param name="Name">For instance <c>awgn</c>.</param>
/// <param name="SnrLowDb">P/σ² per real symbol in dB (docs/snr.md); the low end if it was drawn from a range.</param>
/// <param name="SnrHighDb">The high end; equal to the low one for a fixed SNR.</param>
public sealed record TrainingChannel(string Name, double SnrLowDb, double SnrHighDb)
{
    /// <summary>The middle of the range, in dB.</summary>
    [JsonIgnore]
    public double SnrDb => (SnrLowDb + SnrHighDb) / 2;
}

/// <summary>Costs of both halves for one image.</summary>
public sealed record PairCosts(HalfCosts Device, HalfCosts Edge)
{
    /// <summary>The costs of two networks.</summary>
    public static PairCosts Of(Network device, Network edge) => new(HalfCosts.Of(device.Cost()), HalfCosts.Of(edge.Cost()));
}

/// <summary>Costs of one half for one image.</summary>
/// <param name="Macs">Multiply-accumulates.</param>
/// <param name="Parameters">Trained values.</param>
/// <param name="PeakActivationBytes">Of activations in 32-bit floats.</param>
public sealed record HalfCosts(long Macs, long Parameters, long PeakActivationBytes)
{
    /// <summary>The totals of a cost.</summary>
    public static HalfCosts Of(Cost cost) => new(cost.Macs, cost.Parameters, cost.PeakActivationBytes);
}

/// <summary>Accuracy at one SNR.</summary>
/// <param name="SnrDb">P/σ² per real symbol, in dB (docs/snr.md).</param>
/// <param name="Top1">Mean over the noise draws, in percent.</param>
/// <param name="Ci95">Half width of the 95 % interval of that mean over noise draws (Student's t), in percentage points; null with one draw.</param>
/// <param name="Top5">Mean over the noise draws, in percent.</param>
public sealed record AccuracyPoint(double SnrDb, double Top1, double? Ci95, double Top5);

/// <summary>Accuracy of a pair on its test set, or on held-out images (<see cref="MeasuredOn"/>).</summary>
/// <param name="Images">Of that set.</param>
/// <param name="Draws">Draws of the noise over the whole set.</param>
/// <param name="BackboneTop1">Of the unpruned backbone, in percent, or null if unknown.</param>
/// <param name="NoiselessTop1">Of the pair without noise, in percent.</param>
/// <param name="Points">By ascending SNR.</param>
public sealed record MeasuredAccuracy(int Images, int Draws, double? BackboneTop1, double NoiselessTop1, ValueList<AccuracyPoint> Points)
{
    /// <summary><c>validation</c> if measured on held-out training images; null, and not written, for the test set.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MeasuredOn { get; init; }

    /// <summary>Mean average precision in percent at the SNR of each point, of a pair that retrieves: top-1 and top-5 are then of the nearest images of its gallery. Null, and not written, for one that classifies.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueList<double>? MeanAveragePrecision { get; init; }

    /// <summary>All modes of an elastic pair, the largest, whose figures are those above, first; null, and not written, for a pair of one mode.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueList<ModeAccuracy>? Modes { get; init; }
}

/// <summary>Accuracy of an elastic pair in one of its modes.</summary>
/// <param name="Ratio">Share of each layer's filters that the device half of this width lacks.</param>
/// <param name="Symbols">Real symbols an image.</param>
/// <param name="DeviceMacs">Of the device half, with as much of the encoder as these symbols need.</param>
/// <param name="NoiselessTop1">Without noise, in percent.</param>
/// <param name="Points">By ascending SNR.</param>
public sealed record ModeAccuracy(double Ratio, int Symbols, long DeviceMacs, double NoiselessTop1, ValueList<AccuracyPoint> Points);

/// <summary>Where a pair comes from.</summary>
/// <param name="Experiment">The resolved experiment, as YAML.</param>
/// <param name="Seed">Of the run.</param>
/// <param name="Commit">Of the code that trained it, if known; with <c>-dirty</c> if it had uncommitted changes.</param>
/// <param name="Heliograph">Version of the program that wrote the pair.</param>
public sealed record Provenance(string Experiment, ulong Seed, string? Commit, string Heliograph);

/// <summary>One file of a pair folder.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">64 hexadecimal digits, lower case.</param>
public sealed record PairFile(long Bytes, string Sha256);
