using CsCheck;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Trainings;

namespace Heliograph.Experiments.Tests.Binding;

public sealed class OptionsTextTest
{
    static readonly Gen<double> Finite = Gen.Double.Where(double.IsFinite);

    static readonly string[] Awkward =
    [
        "", "null", "~", "true", "12", "1e3", "a: b", "- x", "#", "a #b", "'", "\"", "\\", "[1]", "{}", "&a", "*a", "!t", "%", "@", " x ",
        "\n", "\r\n", "\t", "\0", "\u0085", "\u2028", "\ufeff", "\u200b", "\U0001F600", "é", "runs/pool4", "Null", "YES",
    ];

    static readonly Gen<string> Text = Gen.OneOf(Gen.String.Where(s => !s.Any(char.IsSurrogate)), Gen.Int[0, Awkward.Length - 1].Select(i => Awkward[i]));

    static readonly Gen<Level> Level = Gen.Select(Finite, Finite).Select((a, b) => new Level(a, b));

    static readonly Gen<JointOptions> Joint = Gen.Select(Gen.Int, Finite, Gen.Bool, Gen.Int.Nullable()).Select((epochs, rate, nesterov, limit) =>
        new JointOptions { Epochs = epochs, LearningRate = rate, Nesterov = nesterov, Limit = limit });

    static readonly Gen<PruneOptions> Prune = Gen.Select(Gen.Double[0, 0.999], Gen.Enum<Criterion>(), Gen.Enum<Criterion>().Nullable()).Select((ratio, criterion, check) =>
        new PruneOptions { Ratio = ratio, Criterion = criterion, Check = check });

    static readonly Gen<CacheOptions?> Cache = Gen.Select(Finite, Text, Gen.Bool).Select((share, folder, isNull) =>
        isNull ? null : new CacheOptions { Share = share, Disk = new CacheOptionsOfDisk { Folder = folder } });

    static readonly Gen<SampleOptions> Options = Gen.Select(
        Gen.Select(Gen.Long, Text, Text, Gen.Bool), Level, Level.Nullable(), Joint, Prune, Cache).Select((t, snr, range, joint, prune, cache) =>
        new SampleOptions { Seed = t.Item1, Name = t.Item2, Note = t.Item4 ? null : t.Item3, Snr = snr, Range = range, Joint = joint, Prune = prune, Cache = cache });

    [Fact]
    public void What_is_written_binds_to_an_equal_record() => Options.Sample(options =>
    {
        SampleOptions read = OptionsBinder.Bind<SampleOptions>(OptionsBinder.ToYaml(options), "written.yaml");
        Assert.Equal(options, read);
        Assert.Equal(OptionsBinder.Flatten(options), OptionsBinder.Flatten(read));
    }, iter: 2_000);

    [Fact]
    public void Lists_come_back() => Gen.Select(Gen.Int.Array[0, 4], Finite.Array[0, 4], Text.Array[0, 4], Level.Array[0, 4]).Sample((sizes, mean, names, levels) =>
    {
        var written = new ListOptions { Sizes = sizes, Mean = mean, Names = names, Levels = levels };
        string yaml = OptionsBinder.ToYaml(written);
        ListOptions read = OptionsBinder.Bind<ListOptions>(yaml, "written.yaml");
        Assert.Equal(written, read);
        Assert.Equal(names is null, read.Names is null);
    }, iter: 1_000);

    [Fact]
    public void Any_text_binds_or_is_a_usage_error()
    {
        string[] parts =
        [
            "seed", "joint", "epochs", ":", " ", "\n", "  ", "- ", "[", "]", "{", "}", ",", "1", "x", "'", "\"", "&a", "*a", "!", "|", ">", "#", "%", "---", "...", "?", "\t", "\0", "\\",
        ];
        Gen.OneOf(Gen.Int[0, parts.Length - 1].Array[0, 25].Select(picks => string.Concat(picks.Select(i => parts[i]))), Gen.String).Sample(yaml =>
        {
            try
            {
                OptionsBinder.Bind<SampleOptions>(yaml, "any.yaml", [yaml]);
            }
            catch (UsageException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }, iter: 5_000);
    }

    [Fact]
    public void The_written_form_is_complete_and_plain()
    {
        Assert.Equal("""
            seed: 1
            name: signs
            note: null
            snr: [0, 20]
            range: null
            joint:
              epochs: 60
              learningRate: 0.0001
              nesterov: false
              limit: 5
            prune:
              ratio: 0.5
              criterion: taylor
              check: null
            cache: null

            """, OptionsBinder.ToYaml(new SampleOptions { Snr = new Level(0, 20) }));
        Assert.Equal("sizes: [1, 2]\nmean: []\nnames: null\nlevels: [3, [1, 2]]\n",
            OptionsBinder.ToYaml(new ListOptions { Levels = [new Level(3, 3), new Level(1, 2)] }));
    }

    [Fact]
    public void Flat_keys_name_the_first_difference()
    {
        IReadOnlyDictionary<string, string> a = OptionsBinder.Flatten(new SampleOptions());
        IReadOnlyDictionary<string, string> b = OptionsBinder.Flatten(new SampleOptions { Joint = new JointOptions { Epochs = 2 }, Note = "null" });
        Assert.Equal(
            ["seed", "name", "note", "snr", "range", "joint.epochs", "joint.learningRate", "joint.nesterov", "joint.limit", "prune.ratio", "prune.criterion", "prune.check", "cache"],
            a.Keys);
        Assert.Equal(["note", "joint.epochs"], a.Where(pair => b[pair.Key] != pair.Value).Select(pair => pair.Key));
        Assert.Equal("60", a["joint.epochs"]);
    }
}
