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
}
