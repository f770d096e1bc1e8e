using Heliograph.Evaluation.Overview;
using Heliograph.Experiments;

namespace Heliograph.Evaluation.Tests.Overview;

public sealed class RunQueryTests
{
    static readonly RunSummary[] Runs =
    [
        Run("a", "pool2", 24_000_000, 64, "14.5", 70, 1, 0.01),
        Run("b", "pool4", 160_000_000, 8, "0:20", 72, 2, 0.02),
        Run("c", "pool2", 3_900_000, 640, "14.5", 65, 1, 0.02),
        new("backbone", "pretrain", null, null, null, null, 74, "test", DateTime.UtcNow.AddHours(-5)) { Seed = 1 },
    ];

    [Theory]
    [InlineData("split=pool2", "a c")]
    [InlineData("split!=pool2", "b backbone")]
    [InlineData("macs<4M", "c")]
    [InlineData("macs<=24M", "a c")]
    [InlineData("symbols>64", "c")]
    [InlineData("symbols>=64", "a c")]
    [InlineData("symbols = 64", "a")]
    [InlineData("snr=0:20", "b")]
    [InlineData("snr=14.50", "a c")]
    [InlineData("joint.rate=0.02", "b c")]
    [InlineData("joint.rate<0.02", "a")]
    [InlineData("age>2h", "backbone")]
    [InlineData("age<30min", "a b c")]
    [InlineData("seed=1;split=pool2;top1>66", "a")]
    [InlineData("split=pool9", "")]
    public void Conditions_choose(string conditions, string names) =>
        Assert.Equal(names, string.Join(' ', RunQuery.Parse(new(), conditions.Split(';'), null).Of(Runs).Select(run => run.Run)));

    [Theory]
    [InlineData(null, "a b c backbone")]
    [InlineData("macs", "c a b backbone")]
    [InlineData("-macs", "b a c backbone")]
    [InlineData("split,-symbols", "c a b backbone")]
    [InlineData("-top1", "backbone b a c")]
    [InlineData("snr,run", "a c b backbone")]
    [InlineData("-joint.rate,-run", "c b a backbone")]
    public void Keys_sort_and_what_has_no_value_comes_last(string? sort, string names) =>
        Assert.Equal(names, string.Join(' ', RunQuery.Parse(new(), [], sort).Of(Runs).Select(run => run.Run)));

    [Theory]
    [InlineData("macs", null, "KEY=VALUE")]
    [InlineData("mcas<4M", null, "--where: there is no key 'mcas'; did you mean macs?")]
    [InlineData("joint.rat=1", null, "did you mean joint.rate?")]
    [InlineData("split<pool3", null, "< compares numbers, such as split<4M or age<2h; 'pool3' is none")]
    [InlineData("macs<4X", null, "'4X' is none")]
    [InlineData(null, "speed", "--sort: there is no key 'speed'")]
    public void What_makes_no_sense_is_refused(string? where, string? sort, string says) =>
        Assert.Contains(says, Assert.Throws<UsageException>(() => RunQuery.Parse(new(), where is null ? [] : [where], sort)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_accuracy_is_that_at_the_SNR_asked_for()
    {
        var run = Run("a", "pool2", 1, 1, "14.5", 70, 1, 0.1) with
        {
            Evaluation = new("a", "pool2", 1, 1, null, 80, [new(0, 30, null, 60), new(14.5, 70.5, null, 90)]),
        };
        Assert.Equal((70.5, 30, null), (RunKeys.Accuracy(run, null), RunKeys.Accuracy(run, 0)!.Value, RunKeys.Accuracy(run, 5)));
        Assert.Equal(74, RunKeys.Accuracy(Runs[3], null));
    }

    static RunSummary Run(string name, string split, long macs, int symbols, string snr, double top1, ulong seed, double rate) =>
        new(name, "joint", split, macs, symbols, snr, top1, "test", DateTime.UtcNow)
        {
            Seed = seed,
            Experiment = new() { Seed = seed, Joint = new() { Rate = rate }, Channel = new() { Snr = Heliograph.Experiments.Binding.SnrRange.Parse(snr, null) } },
        };
}
