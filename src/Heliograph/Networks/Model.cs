using Heliograph.Files;

namespace Heliograph.Networks;

/// <summary>A network and its weights.</summary>
public sealed record Model(Network Network, Weights Weights)
{
    const string NetworkKey = "network";

    /// <summary>Writes both to one safetensors file, the description under the metadata key <c>network</c>. Whole or not at all.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="metadata">Text that goes with them, or null.</param>
    /// <param name="type">How the values are stored.</param>
    /// <exception cref="InvalidDataException">The weights are not the network's, or a value is beyond what a 16-bit type can store.</exception>
    public void Save(string path, IReadOnlyDictionary<string, string>? metadata = null, WeightType type = WeightType.F32) =>
        AtomicFile.Write(path, stream => Save(stream, metadata, type));

    /// <summary>Writes both to a stream, as <see cref="Save(string, IReadOnlyDictionary{string, string}?, WeightType)"/> to a file.</summary>
    /// <exception cref="InvalidDataException">The weights are not the network's, or a value is beyond what a 16-bit type can store.</exception>
    public void Save(Stream stream, IReadOnlyDictionary<string, string>? metadata = null, WeightType type = WeightType.F32)
    {
        Network.Check(Weights);
        var own = new Weights(Network.WeightSpecs().Select(spec => KeyValuePair.Create(spec.Name, Weights[spec.Name])));
        if (type != WeightType.F32)
        {
            foreach (var (name, array) in own)
                type.CheckStorable(name, array);
        }
        var all = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>()) { [NetworkKey] = Network.ToJson() };
        Safetensors.Write(stream, own, all, type);
    }

    /// <summary>Reads what <see cref="Save(string, IReadOnlyDictionary{string, string}?, WeightType)"/> wrote and checks that weights and description belong together.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or describes no network; the message names it.</exception>
    public static Model Load(string path)
    {
        var file = Safetensors.Read(path);
        try
        {
            return Described(file) ?? throw new InvalidDataException($"holds arrays but not the description of a network (metadata key '{NetworkKey}')");
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>The network that a file describes, without its weights; null if it describes none.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or the description is none; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Network? DescriptionOf(string path)
    {
        var metadata = Safetensors.Read(path, skip: _ => true).Metadata;
        try
        {
            return metadata.TryGetValue(NetworkKey, out var json) ? Network.FromJson(json) : null;
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>The network that a file describes, with its weights; null if it describes none.</summary>
    /// <exception cref="InvalidDataException">The description is none, or the weights are not its network's.</exception>
    public static Model? Described(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue(NetworkKey, out var json))
            return null;
        var network = Network.FromJson(json);
        network.Check(file.Weights);
        return new(network, file.Weights);
    }
}
