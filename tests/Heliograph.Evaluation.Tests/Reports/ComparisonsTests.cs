using System.Globalization;
using Heliograph.Evaluation.Reports;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Pairs;

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

    static readonly string Elastic = Path.Combine(Repository.Root, "docs", "comparisons", "half-elastic");

    public static TheoryData<string> OneModes => [.. Directory.GetDirectories(Elastic, "pool2-*").Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(OneModes))]
    public void An_elastic_pair_stands_beside_pairs_that_were_trained_for_one_mode_alike(string name)
    {
        using var run = RunFolder.OpenForReading(Path.Combine(Elastic, name));
        var (experiment, alone) = (run.ReadExperiment(), EvaluationFiles.Read(run)!);
        using var elastic = RunFolder.OpenForReading(Path.Combine(Elastic, $"elastic-{experiment.Seed}"));
        var (other, all) = (elastic.ReadExperiment(), EvaluationFiles.Read(elastic)!);
        var mode = all.Modes!.Single(mode => mode.Ratio == experiment.Prune.Ratio && mode.Symbols == alone.Symbols);
        Assert.Equal((alone.DeviceMacs, alone.BackboneTop1, "validation", "validation"), (mode.DeviceMacs, all.BackboneTop1, alone.MeasuredOn, all.MeasuredOn));
        Assert.Equal(other.Joint with { Epochs = 6 }, experiment.Joint);
        // One epoch more after its pruning.
        Assert.Equal(other.Joint.Epochs, experiment.Joint.Epochs + experiment.Prune.Epochs);
        static double At(ValueList<AccuracyPoint> points, double snr) => points.Single(point => point.SnrDb == snr).Top1;
        Assert.Contains(string.Create(CultureInfo.InvariantCulture,
            $"| {100 * mode.Ratio:0} % | {mode.Symbols} | {At(mode.Points, 14.5):0.00} | {At(alone.Points, 14.5):0.00} | {At(mode.Points, 0):0.00} | {At(alone.Points, 0):0.00} |"), Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Twice_the_epochs_stand_beside_once_and_the_pairs_for_one_mode()
    {
        using var longer = RunFolder.OpenForReading(Path.Combine(Elastic, "elastic-14-1"));
        using var shorter = RunFolder.OpenForReading(Path.Combine(Elastic, "elastic-1"));
        var (experiment, other) = (longer.ReadExperiment(), shorter.ReadExperiment());
        Assert.Equal(other.Joint with { Epochs = 14 }, experiment.Joint);
        Assert.Equal((other.Elastic, other.Autoencoder, other.Seed), (experiment.Elastic, experiment.Autoencoder, experiment.Seed));
        static string At(ValueList<AccuracyPoint> points, double snr) => points.Single(point => point.SnrDb == snr).Top1.ToString("0.00", CultureInfo.InvariantCulture);
        foreach (string name in Directory.GetDirectories(Elastic, "pool2-*-1"))
        {
            using var run = RunFolder.OpenForReading(name);
            var alone = EvaluationFiles.Read(run)!;
            var (once, twice) = (Of(shorter), Of(longer));
            string[] cells = [.. ((double[])[14.5, 0]).SelectMany(snr => (string[])[At(once, snr), At(twice, snr), At(alone.Points, snr)])];
            Assert.Contains($"| {alone.Symbols} | {string.Join(" | ", cells)} |", Text, StringComparison.Ordinal);

            ValueList<AccuracyPoint> Of(RunFolder elastic) => EvaluationFiles.Read(elastic)!.Modes!.Single(mode => mode.Ratio == run.ReadExperiment().Prune.Ratio && mode.Symbols == alone.Symbols).Points;
        }
    }

    [Theory]
    // Figure 4 (a) at 64 symbols, figure 5 (a) at half of the filters; figures 4 (b) and 5 (b).
    [InlineData("pool2", 64, 0.5)]
    [InlineData("pool4", 16, 0.25)]
    public void The_table_of_an_elastic_pair_of_the_full_width_says_what_was_measured_on_the_test_images(string name, int symbols, double ratio)
    {
        using var run = RunFolder.OpenForReading(Path.Combine(Repository.Root, "docs", "comparisons", "elastic", name));
        var result = EvaluationFiles.Read(run)!;
        Assert.Equal(("test", 10_000, 25), (result.MeasuredOn, result.Images, result.Modes!.Count));
        foreach (var mode in result.Modes.Where(mode => mode.Symbols == symbols || mode.Ratio == ratio))
        {
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"| {100 * mode.Ratio:0} % | {mode.Symbols} | {mode.DeviceMacs:N0} | ")
                + string.Join(" | ", mode.Points.Select(point => point.Top1.ToString("0.00", CultureInfo.InvariantCulture))) + " |", Text, StringComparison.Ordinal);
        }
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
        Assert.Equal((new(14.5, 14.5), "l1"), (experiment.Channel.Snr, experiment.Loss().ToString()));
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

    /// <summary>BottleNet++ as it was published: 64 times fewer symbols than the map has values, at a peak SNR of 20 dB.</summary>
    [Fact]
    public void BottleNetPlus_is_said_to_be_what_was_measured_on_held_out_images()
    {
        using var run = RunFolder.OpenForReading(Path.Combine(Repository.Root, "docs", "comparisons", "bottlenetpp", "bottlenetpp-2"));
        var (result, experiment) = (EvaluationFiles.Read(run)!, run.ReadExperiment());
        Assert.Equal(("validation", true, 5), (result.MeasuredOn, result.IsOfThePeak, result.Draws));
        var map = experiment.SplitOf(Heliograph.Networks.Backbones.Build("vgg16", 100, (3, 32, 32), experiment.Network.Width)).Device.Output;
        Assert.Equal((64, 20.0, 20.0), (map.Elements / result.Symbols, experiment.Channel.Snr.Low, experiment.Channel.Snr.High));
        string Row(AccuracyPoint point) => string.Create(CultureInfo.InvariantCulture, $"| {point.SnrDb:0} | {point.Top1:0.00} ± {point.Ci95:0.00} | {result.BackboneTop1 - point.Top1:0.00} |");
        Assert.All(result.Points, point => Assert.Contains(Row(point), Text, StringComparison.Ordinal));
        // No local path, and from a commit.
        Assert.All(RunReport.Of(run).Calls, call => Assert.DoesNotContain("dirty", call.Commit, StringComparison.Ordinal));
        Assert.Equal("runs/half/flip-1", experiment.Pretrain.From);
    }

    [Fact]
    public void The_table_of_images_over_the_air_says_what_was_measured_on_the_test_images()
    {
        using var run = RunFolder.OpenForReading(Path.Combine(Repository.Root, "docs", "comparisons", "image"));
        var result = EvaluationFiles.Read(run)!;
        // k/n = 1/6: 512 complex uses, twice as many real symbols, for 3,072 values.
        Assert.Equal(("test", 10_000, 2 * 3072 / 6), (result.MeasuredOn, result.Images, result.Symbols));
        foreach (var (point, psnr) in result.Points.Zip(result.Psnr!))
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"| {point.SnrDb:0.##} | {psnr:0.00} | {point.Top1:0.00} |"), Text, StringComparison.Ordinal);
    }
}
