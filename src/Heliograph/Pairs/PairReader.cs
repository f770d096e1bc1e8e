using System.Text.Json;
using Heliograph.Codes;
using Heliograph.Images;
using Heliograph.Networks;

namespace Heliograph.Pairs;

/// <summary>Reads <c>pair.json</c>.</summary>
static class PairReader
{
    /// <exception cref="InvalidDataException">Something is missing or of another type.</exception>
    public static PairDescription Read(JsonElement json)
    {
        // Another format or version may lack whatever follows.
        var (format, version) = (json.Text("format"), json.Whole("version"));
        Pair.CheckVersion(format, version);
        return new()
        {
            Format = format,
            Version = version,
            Name = json.Text("name"),
            Split = json.Text("split"),
            PruningRatio = json.Number("pruningRatio", 0),
            Symbols = json.Whole("symbols"),
            Channel = Channel(json.Member("channel")),
            Classes = json.List("classes", JsonReading.Text),
            Normalisation = Normalisation(json.Member("normalisation")),
            Device = Half(json, "device"),
            Edge = Half(json, "edge"),
            Modes = version == PairDescription.ElasticVersion ? Modes(json.Member("modes")) : null,
            Widths = version == PairDescription.ElasticVersion ? Widths(json) : null,
            Gallery = version == PairDescription.RetrievalVersion ? Gallery(json) : null,
            Costs = json.Optional("costs") is { } costs ? new(Costs(costs.Member("device")), Costs(costs.Member("edge"))) : null,
            Accuracy = json.Optional("accuracy") is { } accuracy ? Accuracy(accuracy) : null,
            Calibration = json.Optional("calibration") is { } calibration ? Calibration(calibration) : null,
            Provenance = json.Optional("provenance") is { } provenance ? Provenance(provenance) : null,
            Files = Files(json.Member("files")),
        };
    }

    static Network Half(JsonElement json, string name) => In(name, () => NetworkJson.Read(json.Member(name)));

    static Network[] Widths(JsonElement json) => In("widths", () => json.List("widths", NetworkJson.Read));

    static Modes Modes(JsonElement json) => In("modes", () =>
        new Modes(json.List("ratios", JsonReading.Double), json.List("symbols", JsonReading.Whole), json.Number("snrLowDb"), json.Number("snrHighDb")));

    static GalleryDescription Gallery(JsonElement json)
    {
        if (json.Text("task") is var task && task != PairDescription.RetrievalTask)
            throw new InvalidDataException($"the pair's \"task\" is '{OneLine(task)}'; this program knows {PairDescription.RetrievalTask}");
        if (json.Text("metric") is var metric && metric != PairDescription.CosineMetric)
            throw new InvalidDataException($"the pair's \"metric\" is '{OneLine(metric)}'; this program knows {PairDescription.CosineMetric}");
        var gallery = json.Member("gallery");
        return In("gallery", () => new GalleryDescription(gallery.Whole("images"), gallery.Whole("dimensions"), gallery.Whole("neighbours")));
    }

    static T In<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or UsageException)
        {
            throw new InvalidDataException($"\"{name}\": {e.Message}", e);
        }
    }

    static TrainingChannel Channel(JsonElement json) => new(json.Text("name"), json.Number("snrLowDb"), json.Number("snrHighDb"));

    static Normalisation Normalisation(JsonElement json) => new(json.List("mean", JsonReading.Single), json.List("std", JsonReading.Single));

    static HalfCosts Costs(JsonElement json) => new(json.Long("macs"), json.Long("parameters"), json.Long("peakActivationBytes"));

    static MeasuredAccuracy Accuracy(JsonElement json) => new(json.Whole("images"), json.Whole("draws"), json.OptionalNumber("backboneTop1"), json.Number("noiselessTop1"),
        Points(json))
    {
        MeasuredOn = json.OptionalText("measuredOn"),
        MeanAveragePrecision = json.Optional("meanAveragePrecision") is null ? null : json.List("meanAveragePrecision", JsonReading.Double),
        Modes = json.Optional("modes") is null ? null
            : json.List("modes", mode => new ModeAccuracy(mode.Number("ratio"), mode.Whole("symbols"), mode.Long("deviceMacs"), mode.Number("noiselessTop1"), Points(mode))),
    };

    static AccuracyPoint[] Points(JsonElement json) =>
        json.List("points", point => new AccuracyPoint(point.Number("snrDb"), point.Number("top1"), point.OptionalNumber("ci95"), point.Number("top5")));

    static Calibration Calibration(JsonElement json) => new(json.Whole("images"), Temperatures(json))
    {
        MeasuredOn = json.OptionalText("measuredOn"),
        Modes = json.Optional("modes") is null ? null : json.List("modes", mode => new ModeCalibration(mode.Number("ratio"), mode.Whole("symbols"), Temperatures(mode))),
    };

    static CalibrationPoint[] Temperatures(JsonElement json) =>
        json.List("points", point => new CalibrationPoint(point.Number("snrDb"), point.Number("temperature"), point.Number("ece"), point.Number("calibratedEce")) { Top1 = point.Optional("top1") is null ? null : point.Number("top1") });

    static Provenance Provenance(JsonElement json) => new(json.Text("experiment"),
        json.Member("seed").TryGetUInt64(out ulong seed) ? seed : throw new InvalidDataException("\"seed\" is not a whole number"),
        json.OptionalText("commit"), json.Text("heliograph"));

    static Dictionary<string, PairFile> Files(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException("\"files\" is not an object");
        var files = new Dictionary<string, PairFile>(StringComparer.Ordinal);
        foreach (var file in json.EnumerateObject())
        {
            if (file.Value.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException($"what \"files\" says of {OneLine(file.Name)} is not an object with \"bytes\" and \"sha256\"");
            files[file.Name] = new(file.Value.Long("bytes"), file.Value.Text("sha256"));
        }
        return files;
    }

    static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
