using Heliograph.Fuzz.Tests.Targets;

namespace Heliograph.Fuzz.Tests;

/// <summary>Every reader of what comes from outside.</summary>
static class Readers
{
    static readonly Dictionary<string, Func<Target>> All = new(StringComparer.Ordinal)
    {
        ["images"] = () => new ImageTarget(),
        ["pair"] = () => new PairTarget(),
        ["safetensors"] = () => new SafetensorsTarget(),
        ["checkpoint"] = () => new CheckpointTarget(),
        ["hits"] = () => new HitsTarget(),
        ["onnx"] = () => new OnnxTarget(),
        ["yaml"] = () => new ExperimentTarget(),
        ["sigmf-meta"] = () => new SigmfTarget(SigmfPart.Meta),
        ["sigmf-data"] = () => new SigmfTarget(SigmfPart.Data),
        ["sigmf-archive"] = () => new SigmfTarget(SigmfPart.Archive),
        ["tar"] = () => new TarTarget(),
        ["frames"] = () => new FrameTarget(),
        ["answers"] = () => new AnswerTarget(),
        ["rest"] = () => new RestTarget(),
        ["grpc"] = () => new GrpcTarget(),
        ["zeromq"] = () => new ZmqTarget(),
    };

    /// <summary>Their names.</summary>
    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>Makes one ready to read.</summary>
    public static Target Open(string name) => All[name]();
}
