using System.Text.RegularExpressions;
using Heliograph.Evaluation.Overview;
using Heliograph.Evaluation.Reports;
using Heliograph.Experiments;

namespace Heliograph.Evaluation.Tests.Reports;

public sealed class ReportPageTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_page_has_the_papers_figures_and_every_run_with_what_made_it()
    {
        foreach (ulong seed in (ulong[])[1, 2])
        {
            foreach (var (ratio, channels) in ((double, int)[])[(0.25, 4), (0.25, 8), (0.5, 4), (0.5, 8)])
                SomeRuns.Write(In("runs", $"r{ratio}-c{channels}-s{seed}"), new() { Seed = seed, Split = "pool2", Prune = new() { Ratio = ratio }, Code = new() { Channels = channels } }, 16 * channels, 73 + seed - ratio, 1_000_000);
        }
        File.AppendAllText(In("runs", "r0.25-c4-s1", "environment.jsonl"), """
            {"heliograph":"0.1.0","commit":"0123456789abcdef-dirty","torchSharp":"1","libtorch":"2","dotnet":".NET","system":"x","processor":"x","processors":2,"threads":1,"device":"cpu","precision":"fp32","started":"2026-11-23T09:05:00+00:00","arguments":["train","<b>.yaml","--run","r"]}

            """);
        SomeRuns.Begin(In("runs", "begun"), new());
        SomeRuns.Begin(In("runs", "torn"), new(), "pretrain");
        File.WriteAllText(In("runs", "torn", "steps", "pretrain", "result.json"), "{");
        var page = ReportPage.Write(RunList.In(In("runs")), In("page"), null, 2);
        Assert.Equal((10, 8), (page.Runs, page.Measured));
        // Figures 3, 4 for two numbers of symbols, 5 for two ratios, and two more; each as three files.
        Assert.Equal(["all", "bandwidths-1", "bandwidths-2", "costs", "ratios-1", "ratios-2", "symbols"],
            page.Files.Where(file => file.EndsWith(".svg", StringComparison.Ordinal)).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
        Assert.Equal(page.Files.Order(StringComparer.Ordinal), Directory.GetFiles(In("page")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        // Mean of the seeds, ± their deviation.
        Assert.Contains("ratio 0.25,14.5,74.25,0.707107", File.ReadAllText(In("page", "ratios-1.csv")), StringComparison.Ordinal);

        string html = File.ReadAllText(In("page", "index.html"));
        Assert.Contains("8 of 10 runs are measured; without an evaluation: begun (nothing done), torn (damaged).", html, StringComparison.Ordinal);
        Assert.Contains("heliograph train &#39;&lt;b&gt;.yaml&#39; --run r", html, StringComparison.Ordinal);
        Assert.Contains("0123456789-dirty", html, StringComparison.Ordinal);
        Assert.Contains("0123456789abcdef-dirty", File.ReadAllText(In("page", "runs.csv")), StringComparison.Ordinal);
        // Self-contained: nothing is fetched, nothing is run, no two things have one name.
        Assert.DoesNotMatch(@"<script|<link|<img|@import|src=|url\((?!#)", html);
        Assert.All(Regex.Matches(html, "href=\"([^\"#]+)\""), link => Assert.Contains(link.Groups[1].Value, page.Files));
        string[] ids = [.. Regex.Matches(html, " id=\"([^\"]+)\"").Select(match => match.Groups[1].Value)];
        Assert.Equal(ids.Distinct(), ids);
        Assert.Equal(16 + 1, File.ReadAllLines(In("page", "points.csv")).Length);
        // The same folder again.
        ReportPage.Write(RunList.In(In("runs")), In("page"), 14.5, 2);
    }

    [Fact]
    public void Runs_that_are_not_measured_have_a_page_without_figures()
    {
        SomeRuns.Begin(In("runs", "a"), new(), "pretrain");
        SomeRuns.Begin(In("runs", "b"), new() { Seed = 2 });
        Assert.Equal(["index.html", "points.csv", "runs.csv"], ReportPage.Write(RunList.In(In("runs")), In("page"), 10, 2).Files.Order(StringComparer.Ordinal));
    }

    /// <summary>Two symbols at 14.5 dB carry 4.87 of the 6.64 bits that tell a hundred classes apart: no scheme can be right in more than 83.1 %.</summary>
    [Fact]
    public void Beside_each_experiment_stands_the_share_of_Fanos_bound_that_it_reaches()
    {
        SomeRuns.Write(In("runs", "few"), new(), 2, 60);
        SomeRuns.Write(In("runs", "many"), new() { Code = new() { Channels = 4 } }, 64, 70);
        ReportPage.Write(RunList.In(In("runs")), In("page"), 14.5, 2);
        string[][] rows = [.. Regex.Matches(File.ReadAllText(In("page", "index.html")), "<tr>(.*?)</tr>", RegexOptions.Singleline).Take(3)
            .Select(row => Regex.Matches(row.Groups[1].Value, "<t[hd][^>]*>(.*?)</t[hd]>", RegexOptions.Singleline).Select(cell => cell.Groups[1].Value.Trim()).ToArray())];
        Assert.Equal("of Fano&#39;s bound (%)", rows[0][^1]);
        double bits = 2 * 0.5 * Math.Log2(1 + Math.Pow(10, 1.45)), error = 1 - 60 / double.Parse(rows[1][^1], System.Globalization.CultureInfo.InvariantCulture);
        double entropy = -error * Math.Log2(error) - (1 - error) * Math.Log2(1 - error);
        Assert.Equal(Math.Log2(100) - bits, entropy + error * Math.Log2(99), 0.01);
        Assert.Equal("70.00", rows[2][^1]);
    }

    [Fact]
    public void Without_an_evaluation_the_page_says_what_is_missing()
    {
        SomeRuns.Begin(In("runs", "backbone"), new(), "pretrain");
        ReportPage.Write(RunList.In(In("runs")), In("page"), null, 2);
        string html = File.ReadAllText(In("page", "index.html"));
        Assert.Contains("Nothing is measured yet", html, StringComparison.Ordinal);
        Assert.Contains("not measured yet: pretrain", html, StringComparison.Ordinal);
        Assert.Contains("70.00", html, StringComparison.Ordinal);
    }

    [Fact]
    public void One_run_has_no_families_and_the_page_says_what_they_take()
    {
        SomeRuns.Write(In("runs", "only"), new(), 8, 74);
        ReportPage.Write(RunList.In(In("runs")), In("page"), null, 2);
        string html = File.ReadAllText(In("page", "index.html"));
        Assert.Contains("This figure takes runs that differ in the ratio alone", html, StringComparison.Ordinal);
        Assert.Contains("This figure takes runs that differ in the number of symbols alone", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_written_among_other_things_or_of_runs_that_do_not_belong_together()
    {
        SomeRuns.Write(In("runs", "a"), new(), 8, 74);
        string photo = folder.Write("photos/1.jpg", [1]);
        var runs = RunList.In(In("runs"));
        Assert.Contains("other things in it", Assert.Throws<UsageException>(() => ReportPage.Write(runs, In("photos"), null, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("is a file", Assert.Throws<UsageException>(() => ReportPage.Write(runs, photo, null, 2)).Message, StringComparison.Ordinal);
        SomeRuns.Write(In("runs", "b"), new() { Data = new() { Name = "signs" } }, 8, 74);
        Assert.Contains("do not belong together", Assert.Throws<UsageException>(() => ReportPage.Write(RunList.In(In("runs")), In("page"), null, 2)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(In("page")));
    }

    string In(params string[] parts) => Path.Combine([folder.Path, .. parts]);
}
