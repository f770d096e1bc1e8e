using System.Buffers.Binary;
using Heliograph.Files;
using Heliograph.Networks;

namespace Heliograph.Pairs;

/// <summary>
/// A pair folder, opened: a trained device half and edge half that belong together (docs/pair-format.md). Nothing in the folder is used
/// before its size and hash are found to match <c>pair.json</c>.
/// </summary>
public sealed class Pair
{
    /// <summary>The file that describes the pair.</summary>
    public const string DescriptionFile = "pair.json";

    /// <summary>The device half's weights.</summary>
    public const string DeviceFile = "device.safetensors";

    /// <summary>The edge half's weights.</summary>
    public const string EdgeFile = "edge.safetensors";

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

    static readonly string[] KnownFiles = [DeviceFile, EdgeFile, DeviceOnnxFile, EdgeOnnxFile];

    readonly Lazy<DeviceHalf> device;
    readonly Lazy<Model> edge;

    Pair(string folder, PairDescription description, PairId id)
    {
        Folder = folder;
        Description = description;
        Id = id;
        device = new(() => new(Load(DeviceFile, description.Device), description.Normalisation));
        edge = new(() => Load(EdgeFile, description.Edge));
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Names the pair on the link.</summary>
    public PairId Id { get; }

    /// <summary>What is known about it.</summary>
    public PairDescription Description { get; }

    /// <summary>The device half; read and verified on first use.</summary>
    /// <exception cref="InvalidDataException">The file is not the one that <c>pair.json</c> describes.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public DeviceHalf Device => device.Value;

    /// <summary>The edge half: received symbols → logits; read and verified on first use.</summary>
    /// <exception cref="InvalidDataException">The file is not the one that <c>pair.json</c> describes.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public Model Edge => edge.Value;

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
            var (description, meaning) = JsonReading.Read(bytes, json => (PairReader.Read(json), PairMeaning.Hash(json)));
            Check(description);
            return new(folder, description, IdOf(description.Version, description.Files[DeviceFile], description.Files[EdgeFile], meaning));
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
        _ = Device;
        _ = Edge;
        foreach (string name in Description.Files.Keys.Where(name => name is not (DeviceFile or EdgeFile)))
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

    /// <summary>Names a pair by the hashes of its two halves and, from version 2 on, of what its answers mean.</summary>
    internal static PairId IdOf(int version, PairFile device, PairFile edge, byte[] meaning)
    {
        byte[] hashes = [.. Convert.FromHexString(device.Sha256), .. Convert.FromHexString(edge.Sha256), .. version == 1 ? [] : meaning];
        return new(BinaryPrimitives.ReadUInt64BigEndian(Sha256.Hash(hashes)));
    }

    /// <summary>Checks what can be checked without the other files.</summary>
    /// <exception cref="InvalidDataException">Something does not make sense.</exception>
    internal static void Check(PairDescription pair)
    {
        CheckVersion(pair.Format, pair.Version);
        That(IsName(pair.Name), "\"name\" must be 1 to 100 letters, digits, '-', '_' or '.', and start with a letter or digit");
        That(pair.PruningRatio is >= 0 and < 1, "\"pruningRatio\" must be at least 0 and below 1");
        That(pair.Device.Output.Elements == pair.Symbols, $"the device half gives {pair.Device.Output.Elements} symbols, but \"symbols\" says {pair.Symbols}");
        That(pair.Edge.Input.Elements == pair.Symbols, $"the edge half reads {pair.Edge.Input.Elements} symbols, but \"symbols\" says {pair.Symbols}");
        That(pair.Edge.Output.Elements == pair.Classes.Count, $"the edge half gives {pair.Edge.Output.Elements} logits for {pair.Classes.Count} classes");
        foreach ((string half, Network network) in new[] { ("device", pair.Device), ("edge", pair.Edge) })
        {
            That(network.Cost().PeakActivationBytes is var peak && peak <= MaximumActivationBytes,
                $"the {half} half's maps take {peak} bytes for one image; the maximum is {MaximumActivationBytes}");
        }
        That(pair.Classes.Distinct().Count() == pair.Classes.Count, "two classes have the same name");
        int channels = pair.Device.Input.Channels;
        That(pair.Normalisation.Mean.Count == channels && pair.Normalisation.Std.Count == channels,
            $"the normalisation must have {channels} means and standard deviations, one a channel");
        That(pair.Normalisation.Mean.All(float.IsFinite) && pair.Normalisation.Std.All(std => float.IsFinite(std) && std > 0),
            "the normalisation must be finite, its standard deviations above 0");
        if (pair.Calibration is { Points: var temperatures })
        {
            That(temperatures.Count > 0, "\"calibration\" has no points");
            That(temperatures.All(point => double.IsFinite(point.SnrDb) && double.IsFinite(point.Temperature) && point.Temperature > 0), "the temperatures of \"calibration\" must be finite and above 0");
            That(temperatures.Zip(temperatures.Skip(1)).All(pair => pair.First.SnrDb < pair.Second.SnrDb), "the points of \"calibration\" are not by ascending SNR");
        }
        foreach ((string name, PairFile file) in pair.Files)
        {
            // Only known names: none of them can leave the folder.
            That(KnownFiles.Contains(name), $"a pair has no file '{name.ReplaceLineEndings(" ")}'; known are {string.Join(", ", KnownFiles)}");
            That(file is { Bytes: >= 0, Sha256.Length: 2 * Sha256.Size } && file.Sha256.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f')),
                $"the hash of {name} is not a SHA-256 of 64 lower-case hexadecimal digits");
        }
        That(pair.Files.ContainsKey(DeviceFile), $"\"files\" lacks {DeviceFile}");
        That(pair.Files.ContainsKey(EdgeFile), $"\"files\" lacks {EdgeFile}");
    }

    /// <exception cref="InvalidDataException">It is another format, or another version.</exception>
    internal static void CheckVersion(string format, int version)
    {
        That(format == PairDescription.FormatName, $"\"format\" is not \"{PairDescription.FormatName}\"");
        That(version is >= 1 and <= PairDescription.CurrentVersion,
            $"the pair has version {version}; this program reads versions 1 to {PairDescription.CurrentVersion}");
    }

    /// <summary>True if the text can be the name of a pair.</summary>
    public static bool IsName(string name) =>
        name.Length is >= 1 and <= 100 && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    static void That(bool holds, string otherwise)
    {
        if (!holds)
            throw new InvalidDataException(otherwise);
    }

    Model Load(string name, Network network)
    {
        using var stream = OpenVerified(name);
        try
        {
            var weights = Safetensors.Read(stream).Weights;
            network.Check(weights);
            return new(network, weights);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{Path.Combine(Folder, name)}: {e.Message}", e);
        }
    }
}
