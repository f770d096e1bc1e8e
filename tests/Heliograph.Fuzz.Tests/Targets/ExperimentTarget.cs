using System.Text;
using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Statistics;

namespace Heliograph.Fuzz.Tests.Targets;

/// <summary>YAML experiments, and overrides of their values.</summary>
sealed class ExperimentTarget : Target
{
    const string Source = "experiment.yaml";

    public override string Name => "yaml";

    public override IReadOnlyList<byte[]> Corpus { get; } =
    [
        .. ExperimentFiles.BuiltIn.Select(name => Encoding.UTF8.GetBytes(ExperimentFiles.Resolve(name).Yaml)),
        Encoding.UTF8.GetBytes(OptionsBinder.ToYaml(new Experiment())),
        "seed: &a 3\nevaluation:\n  draws: *a\n  snr: [-6, 0, 20]\n"u8.ToArray(),
        "joint.epochs=20"u8.ToArray(),
    ];

    // The YAML library allocates some 400 bytes for each letter of a quoted text, and frees them at once; a file has at most a mebibyte.
    public override long MostAllocated(int length) => (16L << 20) + 512L * length;

    public override byte[] Change(byte[] origin, IReadOnlyList<byte[]> pool, RandomStream random) => TextChanges.Change(origin, pool, random);

    public override void Read(byte[] input)
    {
        string text = Encoding.UTF8.GetString(input);
        bool isOverride = text.IndexOf('=', StringComparison.Ordinal) > 0 && !text.Contains('\n', StringComparison.Ordinal);
        var experiment = isOverride ? OptionsBinder.Bind<Experiment>("", Source, [text]) : OptionsBinder.Bind<Experiment>(text, Source);
        // What is bound can be written and is read again as the same.
        string yaml = OptionsBinder.ToYaml(experiment);
        if (OptionsBinder.ToYaml(OptionsBinder.Bind<Experiment>(yaml, Source)) != yaml)
            throw new InvalidOperationException("written and read again it is another experiment");
    }

    public override bool Refuses(Exception error) => error is UsageException;
}
