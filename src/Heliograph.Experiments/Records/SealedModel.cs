using Heliograph.Files;
using Heliograph.Networks;

namespace Heliograph.Experiments.Records;

/// <summary>A network and its weights in a file that carries its own hash (<see cref="Seal"/>).</summary>
static class SealedModel
{
    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="InvalidDataException">The weights are not the network's, or a value is beyond what a 16-bit type can store.</exception>
    public static void Save(Model model, string path, IReadOnlyDictionary<string, string>? metadata = null, WeightType type = WeightType.F32) =>
        AtomicFile.Write(path, stream =>
        {
            model.Save(stream, new Dictionary<string, string>(metadata ?? new Dictionary<string, string>()) { [Seal.Key] = Seal.Blank }, type);
            Seal.Set(stream);
        });

    /// <summary>Reads what <see cref="Save"/> or an earlier version wrote.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or describes no network; the message names it.</exception>
    public static Model Load(string path)
    {
        var model = Model.Load(path);
        Seal.Check(path);
        return model;
    }
}
