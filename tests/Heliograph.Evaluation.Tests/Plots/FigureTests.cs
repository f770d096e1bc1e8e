using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Heliograph.Evaluation.Overview;
using Heliograph.Evaluation.Plots;
using Heliograph.Experiments;

namespace Heliograph.Evaluation.Tests.Plots;

public sealed class FigureTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Accuracy_over_SNR_has_a_curve_an_experiment_and_the_backbone()
    {
        Write("a1", 1, 8, 70);
        Write("a2", 2, 8, 72);
        Write("b", 1, 64, 74);
        var figure = RunFigures.OverSnr(Groups(), new RunKeys().Find("symbols", ""));
        Assert.Equal(["8 symbols", "64 symbols", "backbone"], figure.Curves.Select(curve => curve.Label));
        Assert.Equal([new(-6, 35.5, Math.Sqrt(0.5)), new(14.5, 71, Math.Sqrt(2))], figure.Curves[0].Points, Near);
        Assert.Equal([new(-6, 37, 0.5), new(14.5, 74, 0.25)], figure.Curves[1].Points, Near);
        Assert.All(figure.Curves[2].Points, point => Assert.Equal(75, point.Y));
    }

    [Fact]
    public void Accuracy_over_symbols_has_a_curve_a_split_and_the_bound_of_the_data()
    {
        Write("a", 1, 8, 70);
        Write("b", 1, 2, 60);
        Write("c", 1, 16, 71, run => run with { Split = "pool2" });
        var figure = RunFigures.OverSymbols(Groups(), null, -6);
        Assert.Equal(["pool4", "pool2", "Fano's bound"], figure.Curves.Select(curve => curve.Label));
        Assert.Equal([new(2, 30, 0.5), new(8, 35, 0.5)], figure.Curves[0].Points, Near);
        // From two symbols to sixteen, of a hundred classes (CIFAR-100).
        var bound = figure.Curves[2].Points;
        Assert.Equal((2.0, 16.0), (bound[0].X, bound[^1].X));
        Assert.Equal(53.8, bound[^1].Y, 0.06);
        Write("d", 1, 4, 50, run => run with { Channel = run.Channel with { Name = "rayleigh:block=1,csi=receiver" } });
        Assert.DoesNotContain(RunFigures.OverSymbols(Groups(), null, -6).Curves, curve => curve.Label == "Fano's bound");
        Assert.Contains("none of these runs was measured at 3 dB; they were at -6, 14.5 dB", Assert.Throws<UsageException>(() => RunFigures.OverSymbols(Groups(), null, 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_SNR_of_most_trainings_counts_an_elastic_pair_once()
    {
        Write("a", 1, 8, 70);
        Write("b", 1, 16, 71);
        Write("elastic", 1, 64, 72, run => run with { Recipe = "elastic", Code = new(), Channel = new() { Snr = new(-20, 0) } });
        var modes = Groups().Select(group => group.First).SelectMany(run => run.Name == "elastic" ? Enumerable.Range(1, 5).Select(symbols => run with { IsMode = true, Symbols = symbols }) : [run]);
        Assert.Equal(14.5, RunFigures.UsualSnr(RunGroup.Of(modes)));
        Assert.Equal(-6, RunFigures.UsualSnr(RunGroup.Of(modes.Where(run => run.IsMode))));
    }

    [Fact]
    public void A_scheme_that_computes_nothing_on_the_device_is_there_for_every_budget()
    {
        Write("a", 1, 8, 74, macs: 100);
        Write("b", 1, 64, 74, run => run with { Split = "pool2" }, macs: 10);
        Write("png", 1, 900, 75, run => run with { Recipe = "png" }, macs: 0);
        var figure = RunFigures.OverMacs(Groups(), new RunKeys().Find("scheme", ""), 14.5, 2);
        Assert.Equal([new(0, 900), new(100, 900)], figure.Curves.Single(curve => curve.Label == "png").Points, Near);
        // A scale of decades has no 0: drawn where the axis begins.
        Assert.Equal((5, 10), (figure.X.Shown(0), figure.X.Shown(10)));
        Assert.Contains("png,0,900,", figure.Csv(), StringComparison.Ordinal);
        Assert.Equal([new(10, 64), new(100, 8)], figure.Curves.Single(curve => curve.Label == "paper").Points, Near);
    }

    [Fact]
    public void Symbols_over_MACs_has_the_front_of_what_is_near_the_backbone_and_in_grey_the_rest()
    {
        // Backbones have 75 %: two points below are allowed.
        Write("dear", 1, 8, 74, macs: 100);
        Write("beaten", 1, 16, 74, run => run with { Split = "pool5" }, macs: 120);
        Write("cheap", 1, 64, 73, run => run with { Split = "pool2" }, macs: 10);
        Write("bad", 1, 4, 72, run => run with { Split = "pool1" }, macs: 5);
        var figure = RunFigures.OverMacs(Groups(), new RunKeys().Find("scheme", ""), 14.5, 2);
        Assert.Equal([new(10, 64), new(100, 8)], figure.Curves[0].Points, Near);
        Assert.Equal([new(5, 4)], figure.Curves[1].Points, Near);
        Assert.Equal(("paper", false, true), (figure.Curves[0].Label, figure.Curves[0].Behind, figure.Curves[1].Behind));
        Assert.Equal("curve,macs,symbols,half_width\npaper,10,64,\npaper,100,8,\nmore than 2 below,5,4,\n", figure.Csv());
    }

    [Theory]
    [InlineData(AxisScale.Linear, -6, 20, "-5 0 5 10 15 20")]
    [InlineData(AxisScale.Linear, 3.2, 71.5, "20 40 60")]
    [InlineData(AxisScale.Octaves, 8, 128, "8 16 32 64 128")]
    [InlineData(AxisScale.Octaves, 8, 2304, "8 32 128 512 2,048")]
    [InlineData(AxisScale.Decades, 3_900_000, 156_000_000, "5 M 10 M 20 M 50 M 100 M")]
    [InlineData(AxisScale.Decades, 400_000, 700_000, "400 k 450 k 500 k 550 k 600 k 650 k 700 k")]
    [InlineData(AxisScale.Octaves, 64, 64, "32 64 128")]
    public void Ticks_are_few_and_round(AxisScale scale, double low, double high, string texts) =>
        Assert.Equal(texts, string.Join(' ', Ticks.Of(scale, low, high, toTicks: false).Texts).Replace('−', '-'));

    [Theory]
    [InlineData(AxisScale.Linear, 5, 5)]
    [InlineData(AxisScale.Decades, 155_856_340, 155_856_340)]
    [InlineData(AxisScale.Decades, 1, 1e12)]
    [InlineData(AxisScale.Octaves, 1, 1e6)]
    [InlineData(AxisScale.Linear, 0, 1e-3)]
    public void Any_range_has_some_ticks_within_it(AxisScale scale, double low, double high)
    {
        foreach (bool toTicks in (bool[])[false, true])
        {
            var ticks = Ticks.Of(scale, low, high, toTicks);
            Assert.InRange(ticks.At.Count, 2, 13);
            Assert.All(ticks.At, at => Assert.InRange(at, ticks.Low - 1e-6, ticks.High + 1e-6));
            Assert.True(ticks.Low <= Ticks.OnScale(scale, low) && Ticks.OnScale(scale, high) <= ticks.High && ticks.Low < ticks.High);
        }
    }

    [Fact]
    public void Labels_move_apart_as_little_as_they_can()
    {
        Assert.Equal([10.0, 30.0], FigureImage.Apart([10, 30], 5, 0, 100));
        Assert.Equal([7.5, 12.5, 40.0], FigureImage.Apart([10, 10, 40], 5, 0, 100));
        Assert.Equal([0.0, 5.0, 10.0], FigureImage.Apart([1, 1, 1], 5, 0, 100));
        Assert.Equal([90.0, 95.0, 100.0], FigureImage.Apart([100, 100, 100], 5, 0, 100));
        var random = new Random(1);
        for (int i = 0; i < 200; i++)
        {
            double[] apart = FigureImage.Apart([.. Enumerable.Range(0, 8).Select(_ => random.NextDouble() * 100).Order()], 10, 0, 100);
            Assert.All(apart.Skip(1).Zip(apart), pair => Assert.True(pair.First - pair.Second > 10 - 1e-9));
            Assert.InRange(apart[0], -1e-9, 100);
            Assert.InRange(apart[^1], 0, 100 + 1e-9);
        }
    }

    [Fact]
    public void Labels_of_curves_that_end_near_each_other_are_moved_apart_together()
    {
        // 0 to 3 and 2 to 4 overlap, 4 to 6 begins where they end, 7 to 8 stands alone.
        (double From, double To)[] labels = [(0, 3), (2, 4), (4, 6), (7, 8)];
        Assert.Equal([3, 1], FigureImage.Above(labels, label => label.From, label => label.To).Select(group => group.Count));
        Assert.Empty(FigureImage.Above(Array.Empty<double>(), at => at, at => at));
    }

    [Fact]
    public void The_names_of_many_curves_stand_beside_the_figure_and_cover_nothing()
    {
        var curves = Enumerable.Range(1, 40).Select(i => new FigureCurve($"pool2, {i} symbols", [new(0, i), new(10, 2 * i)])).ToList();
        (double Width, double Height, int Names) Drawn(int count)
        {
            var svg = XElement.Parse(FigureImage.Svg(new("many", new("SNR (dB)", "snr_db"), new("top-1 (%)", "top1"), [.. curves.Take(count)])));
            double Number(string name) => double.Parse(svg.Attribute(name)!.Value, CultureInfo.InvariantCulture);
            return (Number("width"), Number("height"), svg.Descendants().Where(element => element.Name.LocalName == "text").Select(text => text.Value.Trim())
                .Intersect(curves.Select(curve => curve.Label)).Count());
        }
        var (few, many) = (Drawn(5), Drawn(40));
        Assert.Equal((5, 40), (few.Names, many.Names));
        Assert.InRange(many.Width - few.Width, 150, 250);
        Assert.True(many.Height > 40 * 20);
    }

    [Fact]
    public void Pictures_are_what_their_names_say_and_others_are_refused()
    {
        Write("a", 1, 8, 70);
        var figure = RunFigures.OverSnr(Groups(), null);
        foreach (var (ending, begins) in ((string, string)[])[(".svg", "<svg"), (".png", "\u0089PNG"), (".pdf", "%PDF"), (".csv", "curve,snr_db,top1,half_width\n"), (".SVG", "<svg")])
        {
            string path = Path.Combine(folder.Path, "picture" + ending);
            FigureImage.Write(figure, path);
            Assert.StartsWith(begins, Encoding.Latin1.GetString(File.ReadAllBytes(path)), StringComparison.Ordinal);
        }
        var svg = XElement.Parse(FigureImage.Svg(figure));
        Assert.Equal("0 0 720 440", svg.Attribute("viewBox")!.Value);
        string[] texts = [.. svg.Descendants().Where(element => element.Name.LocalName == "text").Select(text => text.Value.Trim())];
        Assert.Contains("8 symbols", texts);
        Assert.Contains("SNR (dB, P/σ² per real symbol)", texts);
        // On a page colours are the page's, and no two pictures share a name.
        string page = FigureImage.PageSvg(figure, "f1", narrow: false);
        Assert.DoesNotContain(FigureStyle.Ink, page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("var(--ink)", page, StringComparison.Ordinal);
        Assert.All(XElement.Parse(page).Descendants().Attributes("id"), id => Assert.StartsWith("f1-", id.Value, StringComparison.Ordinal));
        Assert.Contains("a.gif: pictures are written as .svg, .png, .pdf, .csv", Assert.Throws<UsageException>(() => FigureImage.Write(figure, "a.gif")).Message, StringComparison.Ordinal);
    }

    static bool Near(FigurePoint a, FigurePoint b) => Math.Abs(a.X - b.X) < 1e-9 && Math.Abs(a.Y - b.Y) < 1e-9 && Math.Abs((a.Half ?? 0) - (b.Half ?? 0)) < 1e-4;

    void Write(string name, ulong seed, int symbols, double top1, Func<Experiment, Experiment>? change = null, long macs = 1_000_000) =>
        SomeRuns.Write(Path.Combine(folder.Path, "runs", name), (change ?? (run => run))(new Experiment { Seed = seed, Code = new() { Channels = symbols } }), symbols, top1, macs);

    IReadOnlyList<RunGroup> Groups() => RunGroup.Of(RunList.In(Path.Combine(folder.Path, "runs")).OrderBy(run => run.Name.Length).ThenBy(run => run.Name));
}
