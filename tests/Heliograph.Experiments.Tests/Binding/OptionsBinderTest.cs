using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Trainings;

namespace Heliograph.Experiments.Tests.Binding;

public sealed class OptionsBinderTest
{
    static SampleOptions Bind(string yaml, params string[] overrides) =>
        OptionsBinder.Bind<SampleOptions>(yaml, "sample.yaml", overrides);

    static string Error(string yaml, params string[] overrides)
    {
        string message = Assert.Throws<UsageException>(() => Bind(yaml, overrides)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n")]
    [InlineData("joint:\n")]
    [InlineData("{}")]
    public void What_is_not_said_keeps_its_default(string yaml) => Assert.Equal(new SampleOptions(), Bind(yaml));

    [Fact]
    public void Reads_every_kind_of_value()
    {
        SampleOptions options = Bind("""
            seed: 12345678901
            name: "ten: x"   # a comment
            note: hello, world
            snr: [0, 20]
            range: -3.5
            joint: { epochs: 20, learningRate: 1e-3, nesterov: true, limit: null }
            prune:
              ratio: 0
              criterion: taylorGate
              check: random
            cache:
              disk:
                folder: /tmp/x
            """);
        Assert.Equal(new SampleOptions
        {
            Seed = 12345678901,
            Name = "ten: x",
            Note = "hello, world",
            Snr = new Level(0, 20),
            Range = new Level(-3.5, -3.5),
            Joint = new JointOptions { Epochs = 20, LearningRate = 1e-3, Nesterov = true, Limit = null },
            Prune = new PruneOptions { Ratio = 0, Criterion = Criterion.TaylorGate, Check = Criterion.Random },
            Cache = new CacheOptions { Disk = new CacheOptionsOfDisk { Folder = "/tmp/x" } },
        }, options);
    }

    [Fact]
    public void Binding_leaves_shared_defaults_alone()
    {
        Assert.Equal(0.25, Bind("prune:\n  ratio: 0.25", "prune.criterion=random").Prune.Ratio);
        Assert.Equal(new PruneOptions(), PruneOptions.Default);
    }

    [Fact]
    public void Reads_lists_anchors_and_hyphenated_names()
    {
        ListOptions lists = OptionsBinder.Bind<ListOptions>(
            "sizes: &s [3, 4]\nmean: *s\nnames:\n  - a b\n  - \"null\"\nlevels: [1, [2, 3]]", "lists.yaml");
        Assert.Equal([3, 4], lists.Sizes);
        Assert.Equal([3.0, 4.0], lists.Mean);
        Assert.Equal(["a b", "null"], lists.Names!);
        Assert.Equal([new Level(1, 1), new Level(2, 3)], lists.Levels);
        Assert.Equal(Criterion.TaylorGate, Bind("prune: {criterion: taylor-gate}").Prune.Criterion);
    }

    [Fact]
    public void Overrides_win_over_the_file_and_the_last_one_over_the_others()
    {
        SampleOptions options = Bind(
            "joint:\n  epochs: 3\n  learningRate: 0.5\nnote: x",
            "joint.epochs=4", "joint.epochs = 5", "joint.limit=null", "note=", "snr=[0,20]", "range=3", "cache.disk.folder=a=b: c", "prune.criterion=random");
        Assert.Equal(new JointOptions { Epochs = 5, LearningRate = 0.5, Limit = null }, options.Joint);
        Assert.Null(options.Note);
        Assert.Equal(new Level(0, 20), options.Snr);
        Assert.Equal(new Level(3, 3), options.Range);
        Assert.Equal("a=b: c", options.Cache?.Disk.Folder);
        Assert.Equal(Criterion.Random, options.Prune.Criterion);
        Assert.Null(Bind("cache: {share: 1}", "cache=null").Cache);
        Assert.Equal("", Bind("", "name=").Name);
        Assert.Equal("null", Bind("", "name=null").Name);
    }

    [Fact]
    public void Overrides_set_lists_with_and_without_brackets()
    {
        ListOptions lists = OptionsBinder.Bind<ListOptions>("", "l", ["sizes=7, 8", "mean=[0.5]", "names=a,b", "levels=[[1, 2], 3]"]);
        Assert.Equal([7, 8], lists.Sizes);
        Assert.Equal([0.5], lists.Mean);
        Assert.Equal(["a", "b"], lists.Names!);
        Assert.Equal([new Level(1, 2), new Level(3, 3)], lists.Levels);
        Assert.Null(OptionsBinder.Bind<ListOptions>("names: [a]", "l", ["names="]).Names);
    }

    [Theory]
    [InlineData("seed: 1\n\njoint:\n  epochs: ten", "sample.yaml:4: joint.epochs must be a whole number, not 'ten'")]
    [InlineData("joint:\n  epochs: 1.5", "sample.yaml:2: joint.epochs must be a whole number, not '1.5'")]
    [InlineData("joint:\n  epochs:", "sample.yaml:2: joint.epochs must be a whole number, not nothing")]
    [InlineData("joint:\n  epochs: null\n", "sample.yaml:2: joint.epochs must be a whole number, not 'null'")]
    [InlineData("joint:\n  epochs: [1]", "sample.yaml:2: joint.epochs must be a whole number, not a list")]
    [InlineData("joint:\n  epochs:\n    a: 1", "sample.yaml:2: joint.epochs must be a whole number, not a group of keys")]
    [InlineData("joint: {epochs: 99999999999}", "sample.yaml:1: joint.epochs must lie between -2147483648 and 2147483647, not '99999999999'")]
    [InlineData("joint: {learningRate: 1,5}", "sample.yaml:1: joint.5: no such key; known are joint.epochs, joint.learningRate, joint.nesterov, joint.limit")]
    [InlineData("joint: {learningRate: fast}", "sample.yaml:1: joint.learningRate must be a number, not 'fast'")]
    [InlineData("joint: {learningRate: NaN}", "sample.yaml:1: joint.learningRate must be a number, not 'NaN'")]
    [InlineData("joint: {learningRate: 1e999}", "sample.yaml:1: joint.learningRate must be a number, not '1e999'")]
    [InlineData("joint: {nesterov: yes}", "sample.yaml:1: joint.nesterov must be true or false, not 'yes'")]
    [InlineData("joint: 3", "sample.yaml:1: joint is a group of keys; set one of joint.epochs, joint.learningRate, joint.nesterov, joint.limit")]
    [InlineData("name: null", "sample.yaml:1: name must be text, not 'null'")]
    [InlineData("prune: {criterion: tayler}", "sample.yaml:1: prune.criterion must be one of taylor, taylorGate, random, not 'tayler'")]
    [InlineData("prune: {criterion: 1}", "sample.yaml:1: prune.criterion must be one of taylor, taylorGate, random, not '1'")]
    [InlineData("snr: [1, 2, 3]", "sample.yaml:1: snr: '[1, 2, 3]' is no level; write 3 or [0, 20]")]
    [InlineData("snr: {a: 1}", "sample.yaml:1: snr must be a single value or a list of them, not a group of keys")]
    [InlineData("seed: 1\njoint:\n  epoch: 1", "sample.yaml:3: joint.epoch: no such key; did you mean joint.epochs?")]
    [InlineData("jiont:\n  epochs: 1", "sample.yaml:1: jiont: no such key; did you mean joint?")]
    [InlineData("joint: {learning_rate: 1}", "sample.yaml:1: joint.learning_rate: no such key; did you mean joint.learningRate?")]
    [InlineData("colour: 1", "sample.yaml:1: colour: no such key; known are seed, name, note, snr, range, joint, prune, cache")]
    [InlineData("summary: x", "sample.yaml:1: summary: no such key; known are seed, name, note, snr, range, joint, prune, cache")]
    [InlineData("joint:\n  epochs: 1\n  limit: 2\n  epochs: 3", "sample.yaml:4: joint.epochs is given twice, first on line 2; remove one")]
    [InlineData("seed: 1\nseed: 1", "sample.yaml:2: seed is given twice, first on line 1; remove one")]
    [InlineData("just text", "sample.yaml:1: an experiment must be a list of keys and values, for instance 'seed: 1'")]
    [InlineData("- 1", "sample.yaml:1: an experiment must be a list of keys and values, for instance 'seed: 1'")]
    [InlineData("seed: 1\n---\nseed: 2", "sample.yaml:2: only one YAML document is expected, but a second begins here")]
    [InlineData("[1]: 2", "sample.yaml:1: a key must be a plain word")]
    [InlineData("seed: *s", "sample.yaml:1: there is no anchor 's' before this alias")]
    [InlineData("seed: 1\nprune:\n  criterion: random\n  ratio: 1.2", "sample.yaml:4: prune.ratio must be at least 0 and below 1, not 1.2")]
    public void A_mistake_in_the_file_is_told_with_its_line(string yaml, string message) => Assert.Equal(message, Error(yaml));

    [Theory]
    [InlineData("seed: [1")]
    [InlineData("seed: 1\n\tname: x")]
    [InlineData("a: 'x")]
    [InlineData("- :")]
    [InlineData("%x")]
    public void What_is_not_YAML_is_told_with_its_line(string yaml) => Assert.Matches(@"^sample\.yaml:\d+: not valid YAML: .", Error(yaml));

    [Fact]
    public void A_long_key_that_nobody_knows_is_not_copied_for_each_that_is_known()
    {
        string[] overrides = [new string('a', 1 << 20) + "=1"];
        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<UsageException>(() => OptionsBinder.Bind<Experiment>("", "sample.yaml", overrides));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Contains("no such key", error.Message);
        // Some copies of 2 MiB; the keys are hundreds.
        Assert.True(allocated < 64 << 20, $"{allocated} bytes");
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        Assert.Contains("nested more than 32 deep", Error("seed: " + new string('[', 100_000)));
        Assert.Contains("nested more than 32 deep", Error(string.Concat(Enumerable.Range(0, 2_000).Select(i => new string(' ', i) + "a:\n"))));
    }

    [Theory]
    [InlineData("joint.epochs=ten", "joint.epochs must be a whole number, not 'ten'")]
    [InlineData("joint.epochs=", "joint.epochs must be a whole number, not nothing")]
    [InlineData("joint.epoch=3", "joint.epoch: no such key; did you mean joint.epochs?")]
    [InlineData("jont.epochs=3", "jont.epochs: no such key; did you mean joint.epochs?")]
    [InlineData("joint.colour=3", "joint.colour: no such key; known are joint.epochs, joint.learningRate, joint.nesterov, joint.limit")]
    [InlineData("seed.x=3", "seed.x: no such key; known are seed, name, note, snr, range, joint, prune, cache")]
    [InlineData("joint.=3", "joint.: no such key; known are joint.epochs, joint.learningRate, joint.nesterov, joint.limit")]
    [InlineData("joint=3", "joint is a group of keys; set one of joint.epochs, joint.learningRate, joint.nesterov, joint.limit")]
    [InlineData("joint=", "joint is a group of keys; set one of joint.epochs, joint.learningRate, joint.nesterov, joint.limit")]
    [InlineData("joint.epochs", "'joint.epochs' is not key=value; write for instance seed=1")]
    [InlineData("=3", "'=3' is not key=value; write for instance seed=1")]
    [InlineData("prune.ratio=1.2", "prune.ratio must be at least 0 and below 1, not 1.2")]
    [InlineData("snr=high", "snr: The input string 'high' was not in a correct format.")]
    public void A_mistake_in_an_override_is_told_without_a_file(string text, string message) =>
        Assert.Equal(message, Error("prune:\n  ratio: 0.1", text));

    [Theory]
    [InlineData("sizes: [1, x]", "lists.yaml:1: sizes[1] must be a whole number, not 'x'")]
    [InlineData("sizes: 1", "lists.yaml:1: sizes must be a list, each item a whole number, not '1'")]
    [InlineData("names: [null]", "lists.yaml:1: names[0] must be text, not 'null'")]
    public void A_mistake_in_a_list_names_the_item(string yaml, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => OptionsBinder.Bind<ListOptions>(yaml, "lists.yaml")).Message);

    [Fact]
    public void An_unfinished_list_in_an_override_is_refused() => Assert.Equal(
        "sizes must be a list, each item a whole number, not '[1, 2'",
        Assert.Throws<UsageException>(() => OptionsBinder.Bind<ListOptions>("", "l", ["sizes=[1, 2"])).Message);

    [Fact]
    public void A_long_foreign_text_is_shown_short_and_on_one_line() =>
        Assert.InRange(Error($"joint:\n  epochs: \"{new string('x', 10_000)}\\n\\u001b\"").Length, 100, 300);
}
