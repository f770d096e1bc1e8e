using System.Text.Json;
using Heliograph.Files;
using Heliograph.Networks;

namespace Heliograph.Pairs;

/// <summary>Writes pair folders.</summary>
public static class PairFolder
{
    const string CalibrationKey = "calibration";

    /// <summary>
    /// Writes a complete pair folder or nothing: into a temporary folder beside it, then renamed. A pair that is replaced is put aside for that
    /// moment, as <c>.NAME.RANDOM.tmp.old</c>, which a process that is killed may leave. The networks must be ready for inference
    /// (<see cref="Folding"/>); sizes, hashes and costs of <paramref name="description"/> are filled in here.
    /// </summary>
    /// <param name="folder">The folder; its parent is created if needed.</param>
    /// <param name="description">What is known about the pair; its networks belong to the weights.</param>
    /// <param name="device">The device half's weights; those of the widest of an elastic pair.</param>
    /// <param name="edge">The edge half's weights.</param>
    /// <param name="type">How weights are stored.</param>
    /// <param name="others">
    /// More files of the format by name, for instance <see cref="Pair.EdgeOnnxFile"/>, each written by the action, which gets the pair's id.
    /// </param>
    /// <param name="replace">True to replace an existing pair.</param>
    /// <param name="widths">The weights of an elastic pair's narrower device halves, one for each of <see cref="PairDescription.Widths"/>.</param>
    /// <param name="gallery">The gallery of a pair that retrieves, which <see cref="PairDescription.Gallery"/> describes; always stored in 32-bit floats.</param>
    /// <returns>The pair, opened.</returns>
    /// <exception cref="UsageException">The folder exists and is not a pair or may not be replaced, or the name is invalid.</exception>
    /// <exception cref="InvalidDataException">The weights do not fit the networks, or one is not finite in the stored format.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static Pair Write(string folder, PairDescription description, Weights device, Weights edge, WeightType type = WeightType.F32,
        IReadOnlyDictionary<string, Action<PairId, Stream>>? others = null, bool replace = false, IReadOnlyList<Weights>? widths = null, Gallery? gallery = null)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        CheckFree(folder, replace);
        if (!Pair.IsName(description.Name))
            throw new UsageException($"'{description.Name}' cannot be the name of a pair: 1 to 100 letters, digits, '-', '_' or '.', starting with a letter or digit");
        if (description.Modes is not null)
            description = description with { Version = PairDescription.ElasticVersion };
        if (description.Gallery is not null)
            description = description with { Version = PairDescription.RetrievalVersion };
        if ((gallery?.Images, gallery?.Dimensions) != (description.Gallery?.Images, description.Gallery?.Dimensions))
            throw new ArgumentException("The gallery is not the one that is described.", nameof(gallery));
        gallery?.Check(description.Classes);
        Weights[] devices = [device, .. widths ?? []];
        var halves = description.DeviceHalves;
        if (devices.Length != halves.Length)
            throw new ArgumentException($"{halves.Length} device halves have {devices.Length} sets of weights.", nameof(widths));
        for (int width = 0; width < devices.Length; width++)
            halves[width].Check(devices[width]);
        description.Edge.Check(edge);

        string temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Path.GetRandomFileName()}.tmp");
        DurableFolder.Create(temporary);
        try
        {
            for (int width = 0; width < devices.Length; width++)
                Safetensors.Write(Path.Combine(temporary, description.DeviceFileOf(width)), Only(halves[width], devices[width], type), type: type);
            Safetensors.Write(Path.Combine(temporary, Pair.EdgeFile), Only(description.Edge, edge, type), type: type);
            if (gallery is not null)
                Safetensors.Write(Path.Combine(temporary, Pair.GalleryFile), gallery.ToArrays());
            var id = Pair.IdOf(description, FilesIn(temporary), JsonReading.Read(Json(description), json => PairMeaning.Hash(json, description.Version)));
            foreach ((string name, Action<PairId, Stream> write) in others ?? new Dictionary<string, Action<PairId, Stream>>())
                AtomicFile.Write(Path.Combine(temporary, name), stream => write(id, stream));
            var written = description with
            {
                Costs = PairCosts.Of(description.Device, description.Edge),
                Files = FilesIn(temporary),
            };
            Pair.Check(written);
            AtomicFile.Write(Path.Combine(temporary, Pair.DescriptionFile), stream => stream.Write(Json(written)));
            Publish(temporary, full);
        }
        catch
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
            throw;
        }
        return Pair.Open(folder);
    }

    /// <summary>
    /// Writes a calibration into the <c>pair.json</c> of a pair, in place of the one that it may have. Everything else stays as it is, byte for byte, but for the space between
    /// members; so does the pair's id.
    /// </summary>
    /// <param name="pair">The pair.</param>
    /// <param name="calibration">Its temperatures.</param>
    /// <returns>The pair, opened again.</returns>
    /// <exception cref="InvalidDataException">The calibration does not make sense, or <c>pair.json</c> is damaged by now.</exception>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    public static Pair Calibrate(Pair pair, Calibration calibration)
    {
        ArgumentNullException.ThrowIfNull(pair);
        string path = Path.Combine(pair.Folder, Pair.DescriptionFile);
        byte[] written = JsonReading.Read(BoundedFile.ReadAllBytes(path, Pair.MaximumDescriptionBytes), json => With(json, calibration));
        Pair.Check(JsonReading.Read(written, PairReader.Read));
        AtomicFile.Write(path, stream => stream.Write(written));
        return Pair.Open(pair.Folder);
    }

    static byte[] With(JsonElement description, Calibration calibration)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, new() { Indented = true }))
        {
            writer.WriteStartObject();
            foreach (var member in description.EnumerateObject().Where(member => member.Name != CalibrationKey))
            {
                if (member.Name == "files")
                    WriteCalibration(writer);
                writer.WritePropertyName(member.Name);
                writer.WriteRawValue(member.Value.GetRawText());
            }
            writer.WriteEndObject();
        }
        return bytes.ToArray();

        void WriteCalibration(Utf8JsonWriter writer)
        {
            writer.WritePropertyName(CalibrationKey);
            JsonSerializer.Serialize(writer, calibration, PairJsonContext.Default.Calibration);
        }
    }

    /// <summary>Throws unless a pair can be written to a folder.</summary>
    /// <exception cref="UsageException">The folder exists and is not a pair, or may not be replaced.</exception>
    public static void CheckFree(string folder, bool replace)
    {
        if (File.Exists(folder))
            throw new UsageException($"{folder} is a file; a pair needs a folder of its own");
        if (!Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any())
            return;
        if (!Pair.IsPair(folder))
            throw new UsageException($"{folder} is a folder that holds other things and not a pair; give a new one");
        if (!replace)
            throw new UsageException($"{folder} already holds a pair; give a new folder, or --force to replace it");
    }

    // The old folder is put aside first, so that a reader finds one of the two or, for a moment, none; never a mixture.
    static void Publish(string temporary, string full)
    {
        string? aside = Directory.Exists(full) ? temporary + ".old" : null;
        if (aside is not null)
            Directory.Move(full, aside);
        try
        {
            Directory.Move(temporary, full);
            DurableFolder.Flush(Path.GetDirectoryName(full)!);
        }
        catch when (aside is not null)
        {
            Directory.Move(aside, full);
            throw;
        }
        if (aside is null)
            return;
        try
        {
            Directory.Delete(aside, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The new pair is in place; what is left of the old one does no harm.
        }
    }

    static byte[] Json(PairDescription description) => JsonSerializer.SerializeToUtf8Bytes(description, PairJsonContext.Default.PairDescription);

    static Weights Only(Network network, Weights weights, WeightType type) => new(network.WeightSpecs().Select(spec =>
    {
        var array = weights[spec.Name];
        type.CheckStorable(spec.Name, array);
        return KeyValuePair.Create(spec.Name, array);
    }));

    static Dictionary<string, PairFile> FilesIn(string folder) =>
        Directory.GetFiles(folder).Order(StringComparer.Ordinal).ToDictionary(path => Path.GetFileName(path), FileOf, StringComparer.Ordinal);

    static PairFile FileOf(string path) => new(new FileInfo(path).Length, Convert.ToHexStringLower(Sha256.HashFile(path)));
}
