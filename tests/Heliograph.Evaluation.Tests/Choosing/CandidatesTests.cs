using Heliograph.Evaluation.Choosing;
using Heliograph.Experiments;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Experiments.Sweeps;

namespace Heliograph.Evaluation.Tests.Choosing;

public sealed class CandidatesTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    string At(string name) => Path.Combine(folder.Path, name);

    [Fact]
    public void Seeds_are_one_candidate_with_the_largest_costs()
    {
        SomeRuns.Write(At("a1"), new() { Seed = 1 }, 8, 70, macs: 1000);
        SomeRuns.Write(At("a2"), new() { Seed = 2 }, 8, 73, macs: 1100);
        SomeRuns.Write(At("b"), new() { Split = "pool2" }, 64, 74, macs: 500);
        SomeRuns.Begin(At("c"), new() { Split = "pool3" }, "pretrain");
        var found = Candidates.In([folder.Path], null);
        Assert.Equal(14.5, found.SnrDb);
        Assert.Equal(["a1", "b", "c"], found.All.Select(one => Path.GetFileName(one.Name)));
        Assert.Equal([71.5, 74, null], found.All.Select(one => one.Accuracy?.Top1));
        Assert.Equal((2, 1100), (found.All[0].Folders.Count, found.All[0].Cost.Macs));
        Assert.Equal([1ul, 2ul], found.All[0].Seeds);
        // The backbone has 75 %.
        Assert.Equal(3.5, found.All[0].Drop);
        Assert.Equal("no pair yet (pretrain)", found.All[2].Missing);
        Assert.Equal("not measured at 3 dB, but at -6, 14.5", Candidates.In([folder.Path], 3).All[0].Missing);
        Assert.Equal(35.75, Candidates.In([folder.Path], -6).All[0].Accuracy!.Top1);
    }

    [Fact]
    public void What_the_runs_of_a_sweep_share_is_none()
    {
        SomeRuns.Write(At("run"), new(), 8, 70);
        SomeRuns.Begin(At("shared/pretrain-0"), new(), "pretrain");
        File.WriteAllText(At(SweepDefinition.FileName), "");
        Assert.Equal("run", Path.GetFileName(Assert.Single(Candidates.In([folder.Path], null).All).Name));
    }

    [Fact]
    public void A_pair_that_ships_tells_what_it_costs_and_what_was_measured_of_it()
    {
        string pairs = Path.Combine(Repository.Root, "pairs");
        var signs = Assert.Single(Candidates.In([Path.Combine(pairs, "signs")], 14).All);
        // pairs/README.md; the weights are 2,050 and some that are not trained, of 16 bits.
        Assert.Equal((568_768L, 64.0), (signs.Cost.Macs!.Value, signs.Cost.Symbols!.Value));
        Assert.InRange(signs.Cost.FlashBytes!.Value, 2 * 2050, 2 * 2150);
        Assert.Equal((90.06, 96.20), (Math.Round(signs.Accuracy!.Top1, 2), Math.Round(signs.BackboneTop1!.Value, 2)));
        Assert.Equal(430_080, Assert.Single(Candidates.In([Path.Combine(pairs, "pool5")], null).All).Cost.RamBytes);
        string said = Assert.Throws<UsageException>(() => Candidates.In([pairs], null)).Message;
        Assert.EndsWith("accuracies on different images do not belong together; give runs of one data set", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"accuracy\":", "\"accuracyOnce\":", "the pair does not say what was measured of it (\"accuracy\")")]
    [InlineData("\"provenance\":", "\"provenanceOnce\":", "the pair does not say on which data it was trained (\"provenance\")")]
    [InlineData("\"symbols\": 64", "\"symbols\": 63", "pair.json: the device half gives 64 symbols, but \"symbols\" says 63")]
    public void A_pair_without_it_says_why_it_falls_out(string text, string other, string reason)
    {
        Directory.CreateDirectory(At("pair"));
        string description = File.ReadAllText(Path.Combine(Repository.Root, "pairs", "signs", "pair.json"));
        Assert.Contains(text, description, StringComparison.Ordinal);
        File.WriteAllText(At("pair/pair.json"), description.Replace(text, other, StringComparison.Ordinal));
        var pair = Assert.Single(Candidates.In([folder.Path], null).All);
        Assert.EndsWith(reason, Assert.Single(Choice.Of([pair], [Budget.Drop(2)]).Others).Reasons.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Schemes_that_send_bits_take_the_symbols_of_their_SNR()
    {
        SomeRuns.Write(At("png"), new() { Recipe = "png" }, 7000, 75, macs: 0);
        using (var run = RunFolder.OpenForWork(At("png")))
            Json.WriteSealed(run.In("evaluation.json"), EvaluationFiles.Read(run)! with { SymbolsAt = [50_000.5, 7374.25] });
        var all = Candidates.In([folder.Path], null).All;
        Assert.Equal((0L, 7374.25), (all[0].Cost.Macs!.Value, all[0].Cost.Symbols!.Value));
        Assert.Equal("7,374.25 symbols > 512; its memory is not known: no device half is here", string.Join("; ", Choice.Of(all, [Budget.Macs(1), Budget.Symbols(512), Budget.Ram(1)]).Others[0].Reasons));
        Assert.Equal(50_000.5, Candidates.In([folder.Path], -6).All[0].Cost.Symbols);
    }

    [Fact]
    public void A_folder_of_neither_is_refused()
    {
        Directory.CreateDirectory(At("photos"));
        Assert.Equal($"there is no run and no pair in {At("photos")} (no experiment.yaml and no pair.json in it or below)", Assert.Throws<UsageException>(() => Candidates.In([At("photos")], null)).Message);
    }
}
