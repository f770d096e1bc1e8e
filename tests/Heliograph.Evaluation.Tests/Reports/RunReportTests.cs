using Heliograph.Evaluation.Comparing;
using Heliograph.Evaluation.Reports;
using Heliograph.Experiments;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;

namespace Heliograph.Evaluation.Tests.Reports;

public sealed class RunReportTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    string RunPath => Path.Combine(folder.Path, "garden");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_report_says_what_every_step_did_what_was_measured_and_how_it_was_made()
    {
        using var run = Trained();
        Assert.Equal(Expected, ReportText.Markdown(RunReport.Of(run)));
    }

    [Fact]
    public void The_records_give_the_same_report_without_the_networks()
    {
        using var run = Trained();
        string copy = Path.Combine(folder.Path, "results", "garden");
        RunRecords.Copy(run, copy);
        Assert.Equal(Expected, File.ReadAllText(Path.Combine(copy, "report.md")));
        Assert.Empty(Directory.EnumerateFiles(copy, "*.safetensors", SearchOption.AllDirectories));
        Assert.Equal(File.ReadAllBytes(run.In("evaluation.json")), File.ReadAllBytes(Path.Combine(copy, "evaluation.json")));

        Assert.Equal(File.ReadAllBytes(run.In("evaluation.hits")), File.ReadAllBytes(Path.Combine(copy, "evaluation.hits")));

        // A later state of the run takes its place.
        run.Finish(new("joint", 71.5, 91, 60));
        RunRecords.Copy(run, copy);
        Assert.Contains("| joint | 1 | 30.00 | 71.50 |", File.ReadAllText(Path.Combine(copy, "report.md")), StringComparison.Ordinal);

        // What it has no longer goes.
        File.Delete(run.In("evaluation.json"));
        File.WriteAllText(Path.Combine(copy, "comparison.json"), "{}");
        RunRecords.Copy(run, copy);
        Assert.False(File.Exists(Path.Combine(copy, "evaluation.json")) || File.Exists(Path.Combine(copy, "comparison.json")));
        Assert.DoesNotContain("Over SNR", File.ReadAllText(Path.Combine(copy, "report.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_backbone_alone_has_no_split_and_no_channel_yet()
    {
        using var run = RunFolder.OpenForWork(RunPath);
        run.Write(new Experiment());
        run.BeginStep("pretrain");
        run.Finish(new("pretrain", 74.25, 93, 60));
        Assert.Equal("""
            # garden

            Seed 1.

            | step | epochs | top-1 before (%) | top-1 after (%) | top-5 after (%) | time | |
            | --- | ---: | ---: | ---: | ---: | ---: | --- |
            | pretrain | 0 |  | 74.25 | 93.00 | 1 min 00 s |  |

            Accuracy on the test set.


            """, ReportText.Markdown(RunReport.Of(run)));
    }

    [Fact]
    public void It_says_on_which_images_each_accuracy_is()
    {
        using var run = Trained();
        foreach (string step in (string[])["autoencoder", "joint"])
            run.Finish(run.ResultOf(step)! with { MeasuredOn = "validation" });
        EvaluationFiles.Write(RunPath, EvaluationFiles.Read(run)! with { MeasuredOn = "validation" }, HitsFile.Read(run.In("evaluation.hits")));
        var report = RunReport.Of(run);
        // What was measured on other images is no "before".
        Assert.Equal([null, 74.25, null, 30], report.Steps.Select(step => step.Top1Before));
        string text = ReportText.Markdown(report);
        Assert.Contains("Accuracy on the test set after `pretrain`, `prune`; on the validation set after `autoencoder`, `joint`; after", text, StringComparison.Ordinal);
        Assert.Contains("over the whole validation set, and", text, StringComparison.Ordinal);
        Assert.StartsWith("snr_db,top1,ci95,top5,measured_on\n-6,20.5,0.25,50,validation\n", File.ReadAllText(run.In("evaluation.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public void Records_of_earlier_versions_are_on_the_test_set()
    {
        using var run = Trained();
        foreach (string file in (string[])["evaluation.json", Path.Combine("steps", "joint", "result.json")])
        {
            string text = File.ReadAllText(run.In(file));
            Assert.Contains("\"measuredOn\": \"test\"", text, StringComparison.Ordinal);
            File.WriteAllText(run.In(file), text.Replace("\"measuredOn\": \"test\"", "\"other\": 1", StringComparison.Ordinal)
                .Replace("\"fileSha256\"", "\"another\"", StringComparison.Ordinal));
        }
        Assert.Equal(Expected, ReportText.Markdown(RunReport.Of(run)));
    }

    [Fact]
    public void Beside_a_reference_it_gives_the_paired_difference_and_so_do_its_records()
    {
        using var run = Trained();
        // 1001 and 1101 against 0101: differences of an image 100, −50, 0, 0; mean 12.5, deviation 62.92, 31.46 of the mean, t 3.182.
        var reference = new HitsSource("backbone-longer", new("test", "", 1, [SomeHits.At(null, "0101")]));
        var against = Comparison.Of([HitsSource.Open(RunPath, step: null)], [reference]);
        string text = ReportText.Markdown(RunReport.Of(run, against)), copy = Path.Combine(folder.Path, "results", "garden");
        Assert.Contains("Against `backbone-longer`, image by image on the same 4 test images", text, StringComparison.Ordinal);
        Assert.Contains("| 14.5 | 62.50 | 50.00 | +12.50 | 100.10 | 0.7500 |\n| no noise | 75.00 | 50.00 | +25.00 | 79.55 | 0.5000 |\n\nMade by", text, StringComparison.Ordinal);
        RunRecords.Copy(run, copy, against);
        Assert.Equal(text, File.ReadAllText(Path.Combine(copy, "report.md")));
        using var records = RunFolder.OpenForReading(copy);
        Assert.Equal(text, ReportText.Markdown(RunReport.Of(records)));
    }

    [Fact]
    public void Nothing_is_written_among_other_things_or_of_a_run_that_has_nothing_to_report()
    {
        using var begun = RunFolder.OpenForWork(Path.Combine(folder.Path, "begun"));
        begun.Write(new Experiment());
        string copy = Path.Combine(folder.Path, "results");
        Assert.Contains("no finished step", Assert.Throws<UsageException>(() => RunRecords.Copy(begun, copy)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(copy));
        using var run = Trained();
        string file = folder.Write("photos/1.jpg", [1]);
        Assert.Contains("that holds other things", Assert.Throws<UsageException>(() => RunRecords.Copy(run, Path.GetDirectoryName(file)!)).Message, StringComparison.Ordinal);
        Assert.Contains("is a file", Assert.Throws<UsageException>(() => RunRecords.Copy(run, file)).Message, StringComparison.Ordinal);
        Assert.Equal([file], Directory.GetFileSystemEntries(Path.GetDirectoryName(file)!));
    }

    RunFolder Trained()
    {
        var run = RunFolder.OpenForWork(RunPath);
        run.Write(new Experiment { Split = "pool2", Evaluation = new() { Draws = 3 } });
        // Two calls of one machine, and one of another that was killed before its line was whole.
        File.WriteAllText(run.In("environment.jsonl"), """
            {"heliograph":"0.1.0","commit":"abc","torchSharp":"1","libtorch":"2.10.0.0","dotnet":".NET 10","system":"Debian","processor":"EPYC","processors":2,"threads":2,"device":"cpu","precision":"fp32","started":"2026-11-23T09:05:00+00:00","arguments":["train","a b.yaml","--run","garden"]}
            {"heliograph":"0.1.0","commit":"abc","torchSharp":"1","libtorch":"2.10.0.0","dotnet":".NET 10","system":"Debian","processor":"EPYC","processors":2,"threads":2,"device":"cpu","precision":"fp32","started":"2026-11-23T10:05:00+00:00","arguments":["train","a b.yaml","--run","garden"]}
            {"heliograph":"0.1.0","comm
            {"heliograph":"0.1.0","commit":null,"torchSharp":"1","libtorch":"2.10.0.0","dotnet":".NET 10","system":"Debian","processor":"Neoverse","processors":4,"threads":1,"device":"cpu","precision":"bf16","started":"2026-11-24T10:05:00+00:00"}

            """);
        Epoch("pretrain", 0, 1, 40);
        Epoch("pretrain", 0, 2, 74);
        run.Finish(After("pretrain", 74.25, 93, 7 * 3600 + 300, null));
        Epoch("prune", 1, 0, 50.5);
        Epoch("prune", 1, 1, 72);
        Epoch("prune", 2, 0, 61);
        Epoch("prune", 2, 1, 73);
        run.Finish(After("prune", 73, 92.5, 1868, "192 of 384 filters removed"));
        Epoch("autoencoder", 0, 1, null);
        run.Finish(After("autoencoder", 30, 60, 59, null));
        Epoch("joint", 0, 1, 72);
        run.Finish(After("joint", 72.126, 92, 61, null));
        EvaluationFiles.Write(RunPath, new EvaluationResult("garden", "pool2", 64, 24_514_816, 74.25, 72.5, [new(-6, 20.5, 0.25, 50), new(14.5, 72, null, 91)]),
            new("test", "", 1, [SomeHits.At(null, "1101"), SomeHits.At(14.5, "1001", "1101")]));
        return run;

        void Epoch(string step, int phase, int epoch, double? top1) => run.Append(new(step, phase, epoch, 0, null, null, null, "test", top1, null, 1));

        StepResult After(string step, double top1, double top5, double seconds, string? note)
        {
            run.BeginStep(step);
            return new(step, top1, top5, seconds, note);
        }
    }

    const string Expected = """
        # garden

        Split at pool2, 64 symbols, 24,514,816 MACs on the device; channel awgn, in training at 14.5 dB. Seed 1.

        | step | epochs | top-1 before (%) | top-1 after (%) | top-5 after (%) | time | |
        | --- | ---: | ---: | ---: | ---: | ---: | --- |
        | pretrain | 2 |  | 74.25 | 93.00 | 7 h 05 min |  |
        | prune | 2 | 74.25 | 73.00 | 92.50 | 31 min 08 s | 192 of 384 filters removed; right after the removal 50.50, 61.00 % |
        | autoencoder | 1 | 73.00 | 30.00 | 60.00 | 59 s |  |
        | joint | 1 | 30.00 | 72.13 | 92.00 | 1 min 01 s |  |

        Accuracy on the test set; after `autoencoder` and `joint` through the channel, one draw of the noise.

        Over SNR (P/σ² per real symbol), mean of 3 draws of the noise over the whole test set, and the 95 % interval of that mean:

        | SNR (dB) | top-1 (%) | ± 95 % | top-5 (%) |
        | ---: | ---: | ---: | ---: |
        | -6 | 20.50 | 0.25 | 50.00 |
        | 14.5 | 72.00 |  | 91.00 |
        | no noise | 72.50 | | |
        | backbone | 74.25 | | |

        Made by
        ```
        heliograph train 'a b.yaml' --run garden
        ```

        | calls | first (UTC) | commit | computed with |
        | ---: | --- | --- | --- |
        | 2 | 2026-11-23 09:05 | abc | EPYC, 2 threads, fp32 on cpu, libtorch 2.10.0.0 |
        | 1 | 2026-11-24 10:05 | unknown | Neoverse, 1 thread, bf16 on cpu, libtorch 2.10.0.0 |

        """;
}
