using System.Buffers.Binary;
using Heliograph.Codes;
using Heliograph.Files;
using Heliograph.Networks;

namespace Heliograph.Pairs;

/// <summary>
/// A pair folder, opened: a trained device half and edge half that belong together (docs/pair-format.md). Nothing in the folder is used
/// before its size and hash are found to match <c>pair.json</c>.
/// </summary>
public sealed class Pair
{
    const int ElasticVersion = PairDescription.ElasticVersion, RetrievalVersion = PairDescription.RetrievalVersion;

    /// <summary>The file that describes the pair.</summary>
    public const string DescriptionFile = "pair.json";

    /// <summary>The device half's weights; for an elastic pair those of the widest, and <see cref="PairDescription.DeviceFileOf"/> names the others.</summary>
    public const string DeviceFile = "device.safetensors";

    /// <summary>The edge half's weights.</summary>
    public const string EdgeFile = "edge.safetensors";

    /// <summary>The images with which the edge of a pair that retrieves compares what arrives.</summary>
    public const string GalleryFile = "gallery.safetensors";

    /// <summary>The device half as ONNX; optional.</summary>
    public const string DeviceOnnxFile = "device.onnx";

    /// <summary>The edge half as ONNX; optional.</summary>
    public const string EdgeOnnxFile = "edge.onnx";

    /// <summary>The largest <c>pair.json</c> that is read, in bytes; VGG19's networks take 20 kB.</summary>
    public const int MaximumDescriptionBytes = 4 << 20;

    /// <summary>
    /// The maximum number of bytes of 32-bit maps that are live at once in either half for one image (<see cref="Cost.PeakActivationBytes"/>); VGG16 takes 128 MiB for
    /// images of 512×512. Larger pairs are refused before anything is allocated.
    /// </summary>
    public const long MaximumActivationBytes = 1 << 30;

    /// <summary>The maximum number of widths and of numbers of symbols that an elastic pair has.</summary>
    public const int MaximumWidths = 16, MaximumSymbolCounts = 64;

    readonly Lazy<DeviceHalf>[] devices;
    readonly Lazy<Model> edge;
    readonly Lazy<Gallery>? gallery;

    Pair(string folder, PairDescription description, PairId id)
    {
        Folder = folder;
        Description = description;
        Id = id;
        var halves = description.DeviceHalves;
        devices = new Lazy<DeviceHalf>[halves.Length];
        for (int i = 0; i < halves.Length; i++)
        {
            int width = i;
            devices[i] = new(() => new(Load(description.DeviceFileOf(width), halves[width]), description.Normalisation));
        }
        edge = new(() => Load(EdgeFile, description.Edge));
        gallery = description.Gallery is { } known ? new(() => Load(GalleryFile, arrays => Gallery.Of(arrays, known, description.Classes))) : null;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Names the pair on the link.</summary>
    public PairId Id { get; }

    /// <summary>What is known about it.</summary>
    public PairDescription Description { get; }

    /// <summary>The device half, the widest of an elastic pair; read and verified on first use.</summary>
    /// <exception cref="InvalidDataException">The file is not the one that <c>pair.json</c> describes.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public DeviceHalf Device => devices[0].Value;

    /// <summary>The edge half: received symbols → logits, or the embedding of a pair that retrieves; read and verified on first use.</summary>
    /// <exception cref="InvalidDataException">The file is not the one that <c>pair.json</c> describes.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public Model Edge => edge.Value;

    /// <summary>What the edge compares embeddings with, where the pair retrieves, else null; read and verified on first use. A device does not need it.</summary>
    /// <exception cref="InvalidDataException">The file is not the one that <c>pair.json</c> describes, or is not a gallery for this pair.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public Gallery? Gallery => gallery?.Value;

    /// <summary>The device half of a mode: its width's, cut to the first symbols. Of the device halves only that width's file is read, and verified on first use.</summary>
    /// <param name="mode">One of the pair; a pair with one mode has width 0 with all symbols.</param>
    /// <exception cref="UsageException">The pair does not have the mode.</exception>
    /// <exception cref="InvalidDataException">The file is not the one that <c>pair.json</c> describes.</exception>
    /// <exception cref="IOException">The file cannot be read, for instance because the folder holds only another width's.</exception>
    public DeviceHalf DeviceOf(Mode mode)
    {
        if (!(Description.Modes?.Has(mode) ?? mode == new Mode(0, Description.Symbols)))
            throw new UsageException($"the pair {Description.Name} has no width {mode.Width} with {mode.Symbols} symbols");
        var half = devices[mode.Width].Value;
        if (mode.Symbols == Description.Symbols)
            return half;
        var network = ElasticCode.First(half.Model.Network, mode.Symbols);
        return half with { Model = new(network, half.Model.Weights.BeginningFor(network)) };
    }

    /// <summary>True when the folder has the file with the weights of a width's device half; a device may carry only its own.</summary>
    /// <param name="width">Number of the width, from 0 on.</param>
    public bool HasDevice(int width) => File.Exists(Path.Combine(Folder, Description.DeviceFileOf(width)));

    /// <summary>True when the folder has a <c>pair.json</c>.</summary>
    public static bool IsPair(string folder) => File.Exists(Path.Combine(folder, DescriptionFile));

    /// <summary>Opens a folder: reads <c>pair.json</c> and checks that it makes sense. The halves are read on first use.</summary>
    /// <exception cref="UsageException">The folder does not hold a pair.</exception>
    /// <exception cref="InvalidDataException"><c>pair.json</c> is damaged or of another version; the message names file and fault.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Pair Open(string folder)
    {
        if (!IsPair(folder))
            throw NotInFolder.Error(folder, $"no pair (no {DescriptionFile})");
        string path = Path.Combine(folder, DescriptionFile);
        byte[] bytes = BoundedFile.ReadAllBytes(path, MaximumDescriptionBytes);
        try
        {
            var (description, meaning) = JsonReading.Read(bytes, json => PairReader.Read(json) is var read ? (read, PairMeaning.Hash(json, read.Version)) : default);
            Check(description);
            return new(folder, description, IdOf(description, description.Files, meaning));
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Verifies every file of the folder: size, hash, and that the weights are those of the networks.</summary>
    /// <exception cref="InvalidDataException">A file is not the one that <c>pair.json</c> describes; the message names it.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public void Verify()
    {
        foreach (var device in devices)
            _ = device.Value;
        _ = Edge;
        _ = Gallery;
        foreach (string name in Description.Files.Keys.Where(name => name is DeviceOnnxFile or EdgeOnnxFile))
            OpenVerified(name).Dispose();
    }

    /// <summary>Opens a file of the pair after checking its size and hash; the handle is the one that was verified.</summary>
    /// <param name="name">One of <see cref="PairDescription.Files"/>.</param>
    /// <exception cref="InvalidDataException">It is not the file that <c>pair.json</c> describes.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public FileStream OpenVerified(string name)
    {
        var file = Description.Files[name];
        string path = Path.Combine(Folder, name);
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        try
        {
            if (stream.Length != file.Bytes)
                throw new InvalidDataException($"{path}: {stream.Length} bytes, but {DescriptionFile} says {file.Bytes}; the file is damaged or belongs to another pair");
            string hash = Convert.ToHexStringLower(Sha256.Hash(stream));
            if (hash != file.Sha256)
                throw new InvalidDataException($"{path}: its SHA-256 is {hash}, but {DescriptionFile} says {file.Sha256}; the file is damaged or belongs to another pair");
            stream.Position = 0;
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Names a pair by the hashes of its halves' files, the device halves by width, of its gallery, and, from version 2 on, of what its answers mean.</summary>
    internal static PairId IdOf(PairDescription pair, IReadOnlyDictionary<string, PairFile> files, byte[] meaning)
    {
        using var hashes = new MemoryStream();
        foreach (string name in pair.AnswerFiles)
            hashes.Write(Convert.FromHexString(files[name].Sha256));
        if (pair.Version > 1)
            hashes.Write(meaning);
        return new(BinaryPrimitives.ReadUInt64BigEndian(Sha256.Hash(hashes.ToArray())));
    }

    /// <summary>Checks what can be checked without the other files.</summary>
    /// <exception cref="InvalidDataException">Something does not make sense.</exception>
    internal static void Check(PairDescription pair)
    {
        CheckVersion(pair.Format, pair.Version);
        That(IsName(pair.Name), "\"name\" must be 1 to 100 letters, digits, '-', '_' or '.', and start with a letter or digit");
        That(pair.PruningRatio is >= 0 and < 1, "\"pruningRatio\" must be at least 0 and below 1");
        That(pair.Version == ElasticVersion ? pair.Modes is not null && pair.Widths is not null : pair.Modes is null && pair.Widths is null,
            $"modes and widths belong to version {ElasticVersion} and to no other");
        That(pair.Version == RetrievalVersion == pair.Gallery is not null, $"a gallery belongs to version {RetrievalVersion} and to no other");
        if (pair.Gallery is { } gallery)
            CheckGallery(pair, gallery);
        if (pair.Modes is { } modes)
            CheckModes(pair, modes);
        foreach (var half in pair.DeviceHalves)
            That(half.Output.Elements == pair.Symbols, $"the device half gives {half.Output.Elements} symbols, but \"symbols\" says {pair.Symbols}");
        int reads = pair.Modes?.EdgeInputLength ?? pair.Symbols;
        That(pair.Edge.Input.Elements == reads, $"the edge half reads {pair.Edge.Input.Elements} values, but the pair has {reads} for it");
        That(pair.Gallery is not null || pair.Edge.Output.Elements == pair.Classes.Count, $"the edge half gives {pair.Edge.Output.Elements} logits for {pair.Classes.Count} classes");
        foreach (var half in pair.DeviceHalves)
            CheckMaps("device", half);
        CheckMaps("edge", pair.Edge);
        That(pair.Classes.Distinct().Count() == pair.Classes.Count, "two classes have the same name");
        int channels = pair.Device.Input.Channels;
        That(pair.Normalisation.Mean.Count == channels && pair.Normalisation.Std.Count == channels,
            $"the normalisation must have {channels} means and standard deviations, one a channel");
        That(pair.Normalisation.Mean.All(float.IsFinite) && pair.Normalisation.Std.All(std => float.IsFinite(std) && std > 0),
            "the normalisation must be finite, its standard deviations above 0");
        foreach (var temperatures in pair.Calibration is { } calibration ? (ValueList<CalibrationPoint>[])[calibration.Points, .. (calibration.Modes ?? []).Select(mode => mode.Points)] : [])
        {
            That(temperatures.Count > 0, "\"calibration\" has no points");
            double before = double.NegativeInfinity;
            foreach (var point in temperatures.AsSpan())
            {
                // Logits are divided in 32-bit floats.
                That(double.IsFinite(point.SnrDb) && (float)point.Temperature is > 0 and < float.PositiveInfinity, "the temperatures of \"calibration\" must be finite and above 0");
                That(point.Top1 is null or (>= 0 and <= 100), "the accuracies of \"calibration\" must be from 0 to 100");
                That(point.SnrDb > before, "the points of \"calibration\" are not by ascending SNR");
                before = point.SnrDb;
            }
        }
        if (pair.Accuracy is { MeanAveragePrecision: { } precision } accuracy)
            That(precision.Count == accuracy.Points.Count, $"\"meanAveragePrecision\" has {precision.Count} values for {accuracy.Points.Count} points");
        string[] needed = pair.AnswerFiles, known = [.. needed, DeviceOnnxFile, EdgeOnnxFile];
        That(known.Distinct().Count() == known.Length, "two widths are too much alike: their files would have the same name");
        foreach ((string name, PairFile file) in pair.Files)
        {
            // Only known names: none of them can leave the folder.
            That(known.Contains(name), $"a pair has no file '{name.ReplaceLineEndings(" ")}'; known are {string.Join(", ", known)}");
            That(file is { Bytes: >= 0, Sha256.Length: 2 * Sha256.Size } && file.Sha256.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f')),
                $"the hash of {name} is not a SHA-256 of 64 lower-case hexadecimal digits");
        }
        foreach (string name in needed)
            That(pair.Files.ContainsKey(name), $"\"files\" lacks {name}");
        That(pair.Gallery is null || pair.Files[GalleryFile].Bytes <= Gallery.MaximumBytes,
            $"{GalleryFile} has more than {Gallery.MaximumBytes} bytes, the most that a gallery may have");
    }

    static void CheckGallery(PairDescription pair, GalleryDescription gallery)
    {
        That(gallery.Images >= 1, $"a gallery has 1 image or more, not {gallery.Images}");
        That(pair.Edge.Output.Elements == gallery.Dimensions, $"the edge half gives embeddings of {pair.Edge.Output.Elements} values, but those of the gallery have {gallery.Dimensions}");
        int most = Math.Min(gallery.Images, Gallery.MaximumNeighbours);
        That(gallery.Neighbours >= 1 && gallery.Neighbours <= most, $"\"neighbours\" must be from 1 to {most} of a gallery of {gallery.Images}, not {gallery.Neighbours}");
        That(pair.Calibration is null, "a pair that retrieves has no confidence, so no \"calibration\"");
    }

    static void CheckMaps(string half, Network network) => That(network.Cost().PeakActivationBytes is var peak && peak <= MaximumActivationBytes,
        $"the {half} half's maps take {peak} bytes for one image; the maximum is {MaximumActivationBytes}");

    // Every width goes with every number of symbols, and the first symbols do not depend on later ones.
    static void CheckModes(PairDescription pair, Modes modes)
    {
        That(modes.Ratios.Count <= MaximumWidths && modes.Symbols.Count <= MaximumSymbolCounts,
            $"a pair has at most {MaximumWidths} widths and {MaximumSymbolCounts} numbers of symbols");
        That(modes.MostSymbols == pair.Symbols, $"\"symbols\" says {pair.Symbols}, but \"modes\" has at most {modes.MostSymbols}");
        That(pair.Widths!.Count == modes.Ratios.Count - 1, $"\"modes\" has {modes.Ratios.Count} widths, but \"widths\" has {pair.Widths.Count} networks besides \"device\"");
        foreach (var half in pair.DeviceHalves)
        {
            That(half.Input == pair.Device.Input, $"the device halves read images of {pair.Device.Input} and of {half.Input}");
            foreach (var layer in half.Layers)
                That(layer is not Gdn { Causal: false }, "a channel of the code depends on a later one");
            foreach (int symbols in modes.Symbols.AsSpan())
                That(Cut(half, symbols) == symbols, $"the code cannot be cut after {symbols} symbols");
        }
    }

    static int Cut(Network half, int symbols)
    {
        try
        {
            return ElasticCode.First(half, symbols).Output.Elements;
        }
        catch (UsageException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <exception cref="InvalidDataException">It is another format, or another version.</exception>
    internal static void CheckVersion(string format, int version)
    {
        That(format == PairDescription.FormatName, $"\"format\" is not \"{PairDescription.FormatName}\"");
        That(version is >= 1 and <= RetrievalVersion, $"the pair has version {version}; this program reads versions 1 to {RetrievalVersion}");
    }

    /// <summary>True if the text can be the name of a pair.</summary>
    public static bool IsName(string name) =>
        name.Length is >= 1 and <= 100 && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    static void That(bool holds, string otherwise)
    {
        if (!holds)
            throw new InvalidDataException(otherwise);
    }

    Model Load(string name, Network network) => Load(name, weights =>
    {
        network.Check(weights);
        return new Model(network, weights);
    });

    T Load<T>(string name, Func<Weights, T> make)
    {
        using var stream = OpenVerified(name);
        try
        {
            return make(Safetensors.Read(stream).Weights);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{Path.Combine(Folder, name)}: {e.Message}", e);
        }
    }
}
