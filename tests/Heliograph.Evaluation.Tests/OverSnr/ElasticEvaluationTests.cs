using Heliograph.Codes;
using Heliograph.Evaluation.Choosing;
using Heliograph.Evaluation.OverSnr;
using Heliograph.Evaluation.Overview;
using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Training.Data;
using Heliograph.Training.Export;
using Heliograph.Training.Models;
using Heliograph.Training.Recipes;
using static TorchSharp.torch;

namespace Heliograph.Evaluation.Tests.OverSnr;

/// <summary>An elastic pair of some seconds, in all that measures, chooses and exports.</summary>
public sealed class ElasticEvaluationTests : IDisposable
{
    static readonly Experiment Experiment = new()
    {
        Recipe = "elastic",
        Threads = 1,
        Precision = Precision.Fp32,
        Device = DeviceChoice.Cpu,
        Split = "pool2",
        Network = new() { Name = "vgg11", Width = 0.125 },
        Data = new() { Name = "signs", Train = 640, Test = 112 },
        Elastic = new() { Widths = [0, 0.5], Symbols = [16, 32, 64] },
        Channel = new() { Snr = new(-6, 20) },
        Pretrain = new() { Epochs = 3, Batch = 32, Rate = 0.05 },
        Prune = new() { Images = 32, Floor = 1 },
        Autoencoder = new() { Epochs = 1, Batch = 32 },
        Joint = new() { Epochs = 3, Batch = 32, Rate = 0.05 },
        Evaluation = new() { Snr = SnrGrid.Parse("0,10", null), Draws = 2 },
    };

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_mode_is_measured_as_a_pair_that_computes_and_sends_no_more()
    {
        string path = Path.Combine(folder.Path, "run");
        using (var run = RunFolder.OpenForWork(path))
            _ = RunEvaluation.Of(Pipeline.Run(run, Experiment, null, null, new Silent(), default).Session);
        using var done = RunFolder.OpenForReading(path);
        var data = RunDataSet.Load(done, Experiment, null, _ => { });
        var all = EvaluationFiles.Read(done)!;
        Assert.Equal([(0, 64), (0, 32), (0, 16), (0.5, 64), (0.5, 32), (0.5, 16)], all.Modes!.Select(mode => (mode.Ratio, mode.Symbols)));
        Assert.Equal((all.Symbols, all.DeviceMacs, all.Points), (64, all.Modes![0].DeviceMacs, all.Modes[0].Points));
        Assert.Equal(all.Modes.Select(mode => mode.DeviceMacs), all.Modes.Select(mode => mode.DeviceMacs).OrderDescending());
        foreach (var mode in all.Modes)
        {
            var alone = Measured(TrainedPair.Of(done), mode.Ratio, mode.Symbols);
            Assert.Null(alone.Modes);
            Assert.Equal((mode.Symbols, mode.DeviceMacs, mode.Points), (alone.Symbols, alone.DeviceMacs, alone.Points));
        }
        CheckRefinement(all);
        // The modes differ, so equal figures mean something.
        Assert.True(all.Modes.SelectMany(mode => mode.Points).Select(point => point.Top1).Distinct().Count() > 4);

        var pair = RunExport.Write(done, data, Path.Combine(folder.Path, "pair"), new("elastic"));
        pair.Verify();
        Assert.Equal(Experiment.Modes()!.Symbols, pair.Description.Modes!.Symbols);
        Assert.Equal(all.Modes, pair.Description.Accuracy!.Modes);
        Assert.Equal(16, pair.DeviceOf(new Mode(1, 16)).Model.Network.Output.Elements);
        var exported = Measured(TrainedPair.Of(pair), 0.5, 32);
        foreach (var (one, other) in exported.Points.Zip(all.Modes[4].Points))
            Assert.Equal(other.Top1, one.Top1, 1.0); // one image of 112 more or less

        var candidates = Candidates.In([path], 10);
        Assert.Equal(all.Modes.Select(mode => ((long?)mode.DeviceMacs, (double?)mode.Symbols, (double?)mode.Points[1].Top1)),
            candidates.All.Select(one => (one.Cost.Macs, one.Cost.Symbols, one.Accuracy?.Top1)));
        Assert.True(candidates.All[5].Cost.FlashBytes < candidates.All[0].Cost.FlashBytes / 2);
        Assert.Equal(6, RunGroup.Of(RunSummary.Of(path).InModes()).Count);
        Assert.Equal(all.Modes.Select(mode => mode.DeviceMacs), Candidates.In([pair.Folder], 10).All.Select(one => one.Cost.Macs!.Value));

        EvaluationResult Measured(TrainedPair trained, double ratio, int symbols) => PairEvaluation.Measure(trained,
            Experiment with { Evaluation = Experiment.Evaluation with { Width = ratio, Symbols = symbols } }, data, CPU, new Silent(), default).Result;
    }

    // The more confidence is asked for, the more symbols are sent.
    static void CheckRefinement(EvaluationResult all)
    {
        Assert.Equal(all.Modes!.Count - 1, all.ModeCalibration!.Count);
        foreach (double ratio in (double[])[0, 0.5])
        {
            var curves = all.Refinement!.Where(curve => curve.Ratio == ratio).ToList();
            Assert.Equal(curves.Select(curve => curve.Symbols).Order(), curves.Select(curve => curve.Symbols));
            Assert.All(curves, curve => Assert.InRange(curve.Symbols, 16, 64));
            // Whatever the doubt, the probability of a right answer rises by no more than the share of wrong answers that all symbols put right.
            double Correctable(int at, int symbols) => all.Modes!.Where(mode => mode.Ratio == ratio).ToDictionary(mode => mode.Symbols, mode => mode.Points[at].Top1) is var top1
                ? (top1[64] - top1[symbols]) / (100 - top1[symbols]) : 0;
            Assert.All(curves, curve => Assert.All(Enumerable.Range(0, curve.Points.Count).Where(at => Correctable(at, 16) <= 1 - curve.Confidence), at => Assert.Equal(16, curve.Points[at].Symbols)));
            Assert.Equal(16, curves[0].Symbols);
            // 28 classes, hardly learnt: few answers are sure, and further symbols are sent as far as they help.
            var (sure, most) = (curves[^1], all.Modes!.First(mode => mode.Ratio == ratio && mode.Symbols == 64));
            Assert.InRange(sure.Top1, most.Points.Average(point => point.Top1) - 15, most.Points.Average(point => point.Top1) + 15);
        }
    }

    [Fact]
    public void A_mode_of_a_pair_that_has_one_only_is_refused()
    {
        var device = JointCode.Encoder(new Shape(3, 8, 8), 1);
        var pair = new TrainedPair("fixed", "pool2", new(device, Weights.Empty), new(device, Weights.Empty), null);
        Assert.Equal("fixed has one mode only, of 16 symbols", Assert.Throws<UsageException>(() => pair.In(0.5, null)).Message);
    }

    sealed class Silent : IRunReporter
    {
        public void Line(string text)
        {
        }

        public void Warning(string text) => Assert.Fail(text);

        public void Progress(RunProgress progress)
        {
        }
    }
}
