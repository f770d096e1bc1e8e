using System.Globalization;
using Heliograph.Experiments.Runs;

namespace Heliograph.Evaluation.Tests.Reports;

/// <summary>Trainings that docs/results.md sets beside each other: every one of docs/comparisons is in the text, with what its records say.</summary>
public sealed class ComparisonsTests
{
    static readonly string Records = Path.Combine(Repository.Root, "docs", "comparisons", "half");

    static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "results.md"));

    public static TheoryData<string> Runs => [.. Directory.GetDirectories(Records).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Runs))]
    public void The_table_says_what_was_measured_on_held_out_images(string name)
    {
        using var run = RunFolder.OpenForReading(Path.Combine(Records, name));
        var result = run.ResultOf("pretrain")!;
        Assert.Equal("validation", result.MeasuredOn);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"| {result.Top1:0.00} |"), Text, StringComparison.Ordinal);
        var experiment = run.ReadExperiment();
        Assert.Equal((0.5, 5000, 1UL), (experiment.Network.Width, experiment.Data.Validation, experiment.Data.Seed));
    }

    static readonly string[] PairNames = [.. Directory.GetDirectories(Path.Combine(Repository.Root, "docs", "comparisons", "half-pairs")).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Pairs => [.. PairNames];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void The_table_of_pairs_says_what_was_measured_on_held_out_images(string name)
    {
        using var run = RunFolder.OpenForReading(Path.Combine(Repository.Root, "docs", "comparisons", "half-pairs", name));
        var result = EvaluationFiles.Read(run)!;
        Assert.Equal(("validation", name.StartsWith("pool1", StringComparison.Ordinal) ? 3 : 5), (result.MeasuredOn, result.Draws));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"| {result.Points.Single(at => at.SnrDb == 14.5).Top1:0.00} |"), Text, StringComparison.Ordinal);
    }

    public static TheoryData<string> Prunings =>
        [.. PairNames.Where(name => name is "pool1-l1-1" or "pool5-l1-1" || name.Split('-')[1] is "aware" or "gradual" or "late")];

    [Theory]
    [MemberData(nameof(Prunings))]
    public void The_table_of_prunings_sets_beside_each_other_what_costs_the_same(string name)
    {
        using var run = RunFolder.OpenForReading(Path.Combine(Repository.Root, "docs", "comparisons", "half-pairs", name));
        var result = EvaluationFiles.Read(run)!;
        double At(double snr) => result.Points.Single(at => at.SnrDb == snr).Top1;
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"| {run.ReadExperiment().Seed} | {At(14.5):0.00} | {At(0):0.00} |"), Text, StringComparison.Ordinal);
        var (macs, epochs) = result.Split == "pool1" ? (1_059_840L, 6) : (38_700_388L, 8);
        Assert.Equal((macs, epochs), (result.DeviceMacs, run.ReadMetrics().Count(line => line.Epoch > 0)));
        var experiment = run.ReadExperiment();
        Assert.Equal((new(14.5, 14.5), "l1"), (experiment.Channel.Snr, experiment.Autoencoder.Loss.ToString()));
    }

    public static TheoryData<string> Digital => [.. Directory.GetDirectories(Path.Combine(Repository.Root, "docs", "comparisons", "digital")).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Digital))]
    public void The_table_of_schemes_says_what_was_measured_on_the_test_images(string name)
    {
        using var run = RunFolder.OpenForReading(Path.Combine(Repository.Root, "docs", "comparisons", "digital", name));
        var result = EvaluationFiles.Read(run)!;
        Assert.Equal(("test", 10_000), (result.MeasuredOn, result.Images));
        var (point, symbols) = result.Points.Zip(result.SymbolsAt!).Single(at => at.First.SnrDb == 14.5);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture,
            $"| {result.Split} | {result.DeviceMacs:N0} | {result.Bits / 8:N1} | {symbols:N0} | {point.Top1:0.00} | {result.BackboneTop1 - point.Top1:0.00} |"), Text, StringComparison.Ordinal);
    }
}
