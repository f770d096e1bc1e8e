using System.Text;
using Heliograph.Experiments.Binding;
using Heliograph.Files;

namespace Heliograph.Experiments.Sweeps;

/// <summary>What a sweep is to train: one experiment with every combination of some values.</summary>
/// <param name="Name">Short, for its folder.</param>
/// <param name="Base">The experiment that all have in common, resolved.</param>
/// <param name="Axes">Every combination of their values is trained.</param>
/// <param name="Seeds">Each combination is trained with each; empty for the experiment's own.</param>
public sealed record SweepDefinition(string Name, Experiment Base, ValueList<SweepAxis> Axes, ValueList<ulong> Seeds)
{
    /// <summary>What it asks of clusters.</summary>
    public ClusterOptions Clusters { get; init; } = new();

    /// <summary>The file of a sweep's folder that tells what it is.</summary>
    public const string FileName = "sweep.yaml";

    static readonly string[] ClusterKeys = ["slurm", "kubernetes"], Keys = ["experiment", "base", "set", "grid", "seeds", "runs", .. ClusterKeys];

    /// <summary>Combinations that are no grid, each some keys with a value; each is trained with every combination of the axes. Empty for none but the axes'.</summary>
    public ValueList<ValueList<KeyValuePair<string, string>>> Listed { get; init; } = [];

    /// <summary>Of one experiment and some combinations of values.</summary>
    public static SweepDefinition Of(string name, Experiment experiment, IEnumerable<ValueList<KeyValuePair<string, string>>> listed) =>
        new(name, Fixed(experiment), [], []) { Listed = [.. listed] };

    /// <summary>Of one experiment and of axes that were given one by one.</summary>
    /// <exception cref="UsageException">A value makes no sense.</exception>
    public static SweepDefinition Of(string nameOrPath, IReadOnlyList<string> overrides, IReadOnlyList<SweepAxis> axes, IReadOnlyList<ulong> seeds)
    {
        var (name, yaml, source) = ExperimentFiles.Resolve(nameOrPath);
        return new(name.Replace('/', '-'), Fixed(OptionsBinder.Bind<Experiment>(yaml, source, overrides)), [.. axes], [.. seeds]);
    }

    /// <summary>Reads a sweep file.</summary>
    /// <param name="path">The file, or the folder of a sweep that was begun.</param>
    /// <param name="overrides">Values that differ from the experiment's, in all combinations, or from those of <see cref="Clusters"/>.</param>
    /// <exception cref="UsageException">It is no sweep; the message names file and line.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SweepDefinition Read(string path, IReadOnlyList<string> overrides)
    {
        string source = Directory.Exists(path) ? Path.Combine(path, FileName) : path;
        if (!File.Exists(source))
            throw new UsageException(Directory.Exists(path) ? $"{path} holds no sweep (no {FileName})" : $"there is no sweep file {OneLine.Of(path)}");
        if (YamlTree.Read(ExperimentFiles.ReadText(source), source) is not YamlTree.Map map)
            throw new UsageException($"{source}: a sweep is a list of keys and values: experiment, grid, seeds");
        if (map.Entries.FirstOrDefault(entry => !Keys.Contains(entry.Key)) is { } unknown)
            throw new UsageException($"{source}:{unknown.Line}: {OneLine.Of(unknown.Key)}: no such key; known are {string.Join(", ", Keys)}");
        string[] set = [.. Flat(Group("set"), "").Select(entry => $"{entry.Key}={SweepAxis.Text(entry.Value, source, entry.Key)}"), .. overrides.Where(text => !IsOfClusters(text))];
        // A relative path is the sweep file's neighbour, as people expect of a file that names another.
        var (name, yaml, from) = Text("base") is { } text ? (Path.GetFileName(Path.GetFullPath(path)), text, source)
            : ExperimentFiles.Resolve(Text("experiment") is { } named ? Beside(source, named) : throw new UsageException($"{source}: experiment is missing: a YAML file, or one of {string.Join(", ", ExperimentFiles.BuiltIn)}"));
        if (Text("base") is null)
            name = Path.GetFileNameWithoutExtension(source);
        SweepAxis[] axes = [.. Flat(Group("grid"), "").Select(entry => SweepAxis.Of(entry.Key, entry.Value, source))];
        IReadOnlyList<ulong> seeds = Entry("seeds") switch
        {
            null => [],
            YamlTree.Scalar scalar => SweepAxis.Seeds(scalar.Text, $"{source}:{scalar.Line}: seeds"),
            YamlTree.List list => SweepAxis.Seeds(string.Join(",", list.Items.Select(item => (item as YamlTree.Scalar)?.Text)), $"{source}:{list.Line}: seeds"),
            var other => throw new UsageException($"{source}:{other.Line}: seeds: a range such as 1..3 or a list is expected"),
        };
        var ofClusters = new YamlTree.Map(map.Line, [.. map.Entries.Where(entry => ClusterKeys.Contains(entry.Key))]);
        var clusters = (ClusterOptions)new OptionsReader(OptionsSchema.Of(typeof(ClusterOptions)), source).Run(ofClusters, overrides.Where(IsOfClusters));
        ValueList<KeyValuePair<string, string>>[] listed = Entry("runs") switch
        {
            null => [],
            YamlTree.List { Items.Length: > 0 } list => [.. list.Items.Select(item => item is YamlTree.Map { Entries.Length: > 0 } one
                ? (ValueList<KeyValuePair<string, string>>)[.. Flat(one, "").Select(entry => KeyValuePair.Create(entry.Key, SweepAxis.Text(entry.Value, source, entry.Key)))]
                : throw new UsageException($"{source}:{item.Line}: runs: each is a group of keys, such as {{split: pool3, prune.ratio: 0.5}}"))],
            var other => throw new UsageException($"{source}:{other.Line}: runs: a list is expected, each a group of keys such as {{split: pool3, prune.ratio: 0.5}}"),
        };
        return new(name, Fixed(OptionsBinder.Bind<Experiment>(yaml, from, set)), axes, [.. seeds]) { Listed = [.. listed], Clusters = clusters };

        YamlTree? Entry(string key) => map.Entries.FirstOrDefault(entry => entry.Key == key)?.Value is { } value and not YamlTree.Scalar { IsNull: true } ? value : null;
        string? Text(string key) => Entry(key) is { } value ? (value as YamlTree.Scalar)?.Text ?? throw new UsageException($"{source}:{value.Line}: {key}: a name is expected") : null;
        YamlTree.Map? Group(string key) => Entry(key) is { } value ? value as YamlTree.Map ?? throw new UsageException($"{source}:{value.Line}: {key} is a group of keys") : null;
    }

    /// <summary>As a file that <see cref="Read"/> takes, independent of all others.</summary>
    public string ToYaml()
    {
        var yaml = new StringBuilder("base: |\n");
        foreach (string line in OptionsBinder.ToYaml(Base).TrimEnd('\n').Split('\n'))
            yaml.Append("  ").Append(line).Append('\n');
        if (Axes.Count > 0)
        {
            yaml.Append("grid:\n");
            foreach (var axis in Axes)
                yaml.Append("  ").Append(axis.Key).Append(": [").AppendJoin(", ", axis.Values.Select(Written)).Append("]\n");
        }
        if (Listed.Count > 0)
        {
            yaml.Append("runs:\n");
            foreach (var one in Listed)
                yaml.Append("  - {").AppendJoin(", ", one.Select(value => $"{value.Key}: {Written(value.Value)}")).Append("}\n");
        }
        if (Seeds.Count > 0)
            yaml.Append("seeds: [").AppendJoin(", ", Seeds).Append("]\n");
        var usual = OptionsBinder.Flatten(new ClusterOptions());
        foreach (var section in OptionsBinder.Flatten(Clusters).Where(option => option.Value != usual[option.Key]).GroupBy(option => option.Key.Split('.')[0]))
        {
            yaml.Append(section.Key).Append(":\n");
            foreach (var (key, value) in section)
                yaml.Append("  ").Append(key[(section.Key.Length + 1)..]).Append(": ").Append(value).Append('\n');
        }
        return yaml.ToString();
    }

    static string Written(string value) => value.StartsWith('[') ? value : OptionText.Of(value);

    /// <summary>Writes <see cref="FileName"/> into the sweep's folder.</summary>
    public void Write(string folder) => AtomicFile.WriteText(Path.Combine(folder, FileName), ToYaml());

    // What a trial would choose anew in each run is fixed: results do not depend on what else the machine did, nor on how many jobs run side by side.
    static Experiment Fixed(Experiment experiment) => experiment with
    {
        Threads = experiment.Threads == 0 ? 1 : experiment.Threads,
        Precision = experiment.Precision == Precision.Auto && experiment.Device != DeviceChoice.Cuda ? Precision.Fp32 : experiment.Precision,
    };

    static bool IsOfClusters(string text) => Array.Exists(ClusterKeys, key => text.StartsWith(key + ".", StringComparison.Ordinal));

    static string Beside(string source, string named) =>
        ExperimentFiles.BuiltIn.Contains(named) || Path.IsPathRooted(named) || File.Exists(named) || Path.Combine(Path.GetDirectoryName(source) ?? "", named) is var near && !File.Exists(near) ? named : near;

    // Groups may be nested or written with dots.
    static IEnumerable<(string Key, YamlTree Value)> Flat(YamlTree.Map? map, string prefix) => map is null ? []
        : map.Entries.SelectMany(entry => entry.Value is YamlTree.Map inner ? Flat(inner, $"{prefix}{entry.Key}.") : [(prefix + entry.Key, entry.Value)]);
}
