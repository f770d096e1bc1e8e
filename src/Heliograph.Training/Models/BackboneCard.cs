using System.Globalization;
using System.Text.Json;
using Heliograph.Experiments;
using Heliograph.Experiments.Records;
using Heliograph.Images;

namespace Heliograph.Training.Models;

/// <summary>What a backbone's file tells beside the network, in the metadata of its safetensors header.</summary>
/// <param name="Classes">Names of the classes, in the order of the logits.</param>
/// <param name="Normalisation">How images become its input.</param>
/// <param name="Experiment">The resolved experiment that trained it, as YAML.</param>
public sealed record BackboneCard(ValueList<string> Classes, Normalisation Normalisation, string Experiment)
{
    const string ClassesKey = "heliograph.classes", MeanKey = "heliograph.mean", StdKey = "heliograph.std", ExperimentKey = "heliograph.experiment";
    const string DataKey = "heliograph.data", ImagesKey = "heliograph.testImages", Top1Key = "heliograph.top1", Top5Key = "heliograph.top5";
    const string CommitKey = "heliograph.commit", VersionKey = "heliograph.version";

    /// <summary>The data set that it was measured on.</summary>
    public string? Data { get; init; }

    /// <summary>Images of the test set.</summary>
    public int? TestImages { get; init; }

    /// <summary>Accuracy on the test set when it was trained, in percent.</summary>
    public double? Top1 { get; init; }

    /// <summary>Likewise.</summary>
    public double? Top5 { get; init; }

    /// <summary>Of the code that trained it; with <c>-dirty</c> where that had uncommitted changes.</summary>
    public string? Commit { get; init; }

    /// <summary>Version of the program that wrote the file.</summary>
    public string? Version { get; init; }

    /// <summary>As metadata.</summary>
    public IReadOnlyDictionary<string, string> Write() => new (string Key, string? Value)[]
    {
        (ClassesKey, JsonSerializer.Serialize(Classes, Json.Compact)), (MeanKey, Numbers(Normalisation.Mean)), (StdKey, Numbers(Normalisation.Std)),
        (ExperimentKey, Experiment), (DataKey, Data), (ImagesKey, Invariant(TestImages)), (Top1Key, Invariant(Top1)), (Top5Key, Invariant(Top5)),
        (CommitKey, Commit), (VersionKey, Version),
    }.Where(entry => entry.Value is not null).ToDictionary(entry => entry.Key, entry => entry.Value!);

    /// <summary>From metadata; null if they are not of such a file.</summary>
    /// <exception cref="InvalidDataException">A value makes no sense.</exception>
    public static BackboneCard? Read(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(ClassesKey, out var classes) || !metadata.TryGetValue(ExperimentKey, out var experiment))
            return null;
        try
        {
            return new(JsonSerializer.Deserialize<string[]>(classes, Json.Compact)!, new(Numbers(MeanKey), Numbers(StdKey)), experiment)
            {
                Data = metadata.GetValueOrDefault(DataKey),
                TestImages = (int?)Number(ImagesKey),
                Top1 = Number(Top1Key),
                Top5 = Number(Top5Key),
                Commit = metadata.GetValueOrDefault(CommitKey),
                Version = metadata.GetValueOrDefault(VersionKey),
            };
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new InvalidDataException($"its metadata ({ClassesKey}, {MeanKey}, {StdKey} …) are invalid", e);
        }

        float[] Numbers(string key) => [.. metadata.GetValueOrDefault(key, "").Split(',').Select(text => float.Parse(text, CultureInfo.InvariantCulture))];
        double? Number(string key) => metadata.TryGetValue(key, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Numbers as metadata, which read the same.</summary>
    internal static string Numbers(IEnumerable<float> values) => string.Join(',', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));

    static string? Invariant(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture);
}
