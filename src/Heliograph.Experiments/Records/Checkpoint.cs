using System.Text.Json;
using Heliograph.Files;
using Heliograph.Networks;

namespace Heliograph.Experiments.Records;

/// <summary>
/// Where a training stood. Together with the experiment's seed this is the state of every random generator, since each draw is a
/// function of the seed and the position.
/// </summary>
public sealed record CheckpointPosition
{
    /// <summary>Name of the step.</summary>
    public required string Step { get; init; }

    /// <summary>Which training of the step: pruning trains once after each removal.</summary>
    public int Phase { get; init; }

    /// <summary>Whole epochs done.</summary>
    public int Epoch { get; init; }

    /// <summary>Batches done in the current epoch.</summary>
    public int Batch { get; init; }

    /// <summary>Sum of the losses of the current epoch's images so far.</summary>
    public double LossSum { get; init; }

    /// <summary>Images classified correctly in the current epoch so far; null if nothing is classified.</summary>
    public long? Correct { get; init; }

    /// <summary>Images seen in the current epoch so far.</summary>
    public long Seen { get; init; }

    /// <summary>Seconds of work on this step so far, over all calls.</summary>
    public double Seconds { get; init; }

    /// <summary>Length of <c>metrics.jsonl</c> at this point; what comes after it will be measured again.</summary>
    public long MetricsBytes { get; init; }

    /// <summary>SHA-256 of <c>metrics.jsonl</c> up to there; null in checkpoints of earlier versions.</summary>
    public string? MetricsSha256 { get; init; }

    /// <summary>Threads that computed it.</summary>
    public int Threads { get; init; }

    /// <summary>Precision and device that computed it, for instance <c>bf16 on cpu</c>.</summary>
    public string Computed { get; init; } = "";
}

/// <summary>A checkpoint to be written; its arrays are made one by one, so that the training need not be in memory twice.</summary>
/// <param name="Position">The position in the training.</param>
/// <param name="Networks">The networks in training.</param>
/// <param name="States">Their exact tensors.</param>
/// <param name="Momenta">Of the optimisers.</param>
public sealed record CheckpointContent(
    CheckpointPosition Position, IReadOnlyList<Network> Networks, IReadOnlyList<IEnumerable<ArraySource>> States, IEnumerable<ArraySource> Momenta)
{
    /// <summary>Averages of the states; none where the last weights count.</summary>
    public IEnumerable<ArraySource> Average { get; init; } = [];

    /// <summary>Writes it as one safetensors file, whole or not at all, that carries its own hash.</summary>
    public void Save(string path)
    {
        ArraySource[] arrays =
        [
            .. States.SelectMany((state, i) => state.Select(array => array with { Name = $"{i}.{array.Name}" })),
            .. Momenta.Select(array => array with { Name = Checkpoint.MomentumPrefix + array.Name }),
            .. Average.Select(array => array with { Name = Checkpoint.AveragePrefix + array.Name }),
        ];
        AtomicFile.Write(path, stream =>
        {
            Safetensors.Write(stream, arrays, new Dictionary<string, string>
            {
                [Checkpoint.PositionKey] = JsonSerializer.Serialize(Position, Json.Compact),
                [Checkpoint.NetworksKey] = JsonSerializer.Serialize(Networks.Select(network => network.ToJson()), Json.Compact),
                [Seal.Key] = Seal.Blank,
            });
            Seal.Set(stream);
        });
    }
}

/// <summary>Everything needed to continue a training: position, networks, weights, momenta, averages.</summary>
/// <param name="Position">Where it stood.</param>
/// <param name="Networks">The networks in training.</param>
/// <param name="States">Their exact tensors, as the modules give them.</param>
/// <param name="Momenta">Of the optimisers.</param>
/// <param name="Average">Averages of the states; empty where the last weights count.</param>
public sealed record Checkpoint(
    CheckpointPosition Position, IReadOnlyList<Network> Networks, IReadOnlyList<Weights> States, Weights Momenta, Weights Average)
{
    internal const string PositionKey = "position", NetworksKey = "networks", MomentumPrefix = "momentum.", AveragePrefix = "average.";

    /// <summary>Reads what <see cref="CheckpointContent.Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or no checkpoint; the message names it.</exception>
    public static Checkpoint Load(string path)
    {
        var file = Safetensors.Read(path);
        Seal.Check(path);
        try
        {
            var position = JsonSerializer.Deserialize<CheckpointPosition>(file.Metadata[PositionKey], Json.Compact) ?? throw new JsonException("no position");
            Network[] networks = [.. (JsonSerializer.Deserialize<string[]>(file.Metadata[NetworksKey]) ?? throw new JsonException("no networks")).Select(Network.FromJson)];
            Weights[] states = [.. networks.Select((_, i) => WithPrefix($"{i}."))];
            for (int i = 0; i < networks.Length; i++)
                networks[i].Check(states[i]);
            return new(position, networks, states, WithPrefix(MomentumPrefix), WithPrefix(AveragePrefix));
        }
        catch (Exception e) when (e is KeyNotFoundException or JsonException or InvalidDataException)
        {
            throw new InvalidDataException($"{path}: not a checkpoint: {e.Message}", e);
        }

        Weights WithPrefix(string prefix) => new(file.Weights
            .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(pair => KeyValuePair.Create(pair.Key[prefix.Length..], pair.Value)));
    }
}
