using Heliograph.Evaluation.OverSnr;
using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Runs;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Measuring;
using Heliograph.Training.Models;
using Heliograph.Training.Recipes;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Data;

[Collection(TorchCollection.Name)]
public sealed class MeasuredSetTests : IDisposable
{
    static readonly Shape Shape = new(3, 32, 32);

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_fingerprint_is_of_pixels_labels_order_and_shape()
    {
        var shape = new Shape(1, 1, 2);
        string Of(Shape shape, byte[] pixels, params int[] labels) => new MeasuredSet("test", new(shape, pixels, labels)).Fingerprint();
        // Channels 1, height 1, width 2, images 2, labels 0 and 1, four pixels.
        string expected = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
            [1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 9, 8, 7, 6]));
        Assert.Equal(expected, Of(shape, [9, 8, 7, 6], 0, 1));
        string[] others = [Of(shape, [9, 8, 7, 5], 0, 1), Of(shape, [9, 8, 7, 6], 0, 2), Of(shape, [7, 6, 9, 8], 1, 0), Of(new(1, 2, 1), [9, 8, 7, 6], 0, 1), Of(new(2, 1, 1), [9, 8, 7, 6], 0, 1)];
        Assert.Equal(others.Length + 1, others.Append(expected).Distinct().Count());
    }

    /// <summary>
    /// The test set of these data is empty, and an empty set cannot be measured: whatever looks at it fails. Only the final evaluation on the
    /// test set does.
    /// </summary>
    [Fact]
    public void A_run_with_held_out_images_meets_the_test_set_in_the_final_evaluation_alone()
    {
        ImageSet all = Signs.Load(train: 96, test: 1, seed: 1).Train, none = new(Shape, [], []);
        var (train, held) = all.Split(32, seed: 1);
        var data = new DataSet("signs", [.. Enumerable.Range(0, all.Labels.Max() + 1).Select(i => $"{i}")], train, none, [0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]) { Validation = held };
        var experiment = new Experiment
        {
            Split = "pool2",
            Network = new() { Name = "vgg11", Width = 0.0625 },
            Data = new() { Name = "signs", Validation = 32 },
            Pretrain = new() { Epochs = 2, Batch = 32 },
            Prune = new() { Ratio = 0.3, Epochs = 1, Batch = 32, Images = 32 },
            Autoencoder = new() { Epochs = 1, Batch = 32 },
            Joint = new() { Epochs = 1, Batch = 32 },
            Evaluation = new() { Set = EvaluationSet.Validation, Draws = 2, Snr = SnrGrid.Parse("5", null) },
        };
        using var run = RunFolder.OpenForWork(Path.Combine(folder.Path, "run"));
        run.Write(experiment);
        var session = new TrainingSession
        {
            Run = run,
            Experiment = experiment,
            Data = data,
            Device = CPU,
            Precision = Precision.Fp32,
            Reporter = new Silent(),
            Cancellation = CancellationToken.None,
        };
        var evaluator = new Evaluator(session);
        foreach (Step step in (Step[])[new PretrainStep(), new PruneStep(), new AutoencoderStep(), new JointStep()])
        {
            run.BeginStep(step.Name);
            var (measured, _) = step.Run(session, resume: null);
            Assert.Equal(32, measured.Hits.Length);
            Assert.Equal(measured.Accuracy.Top1, Math.Round(100.0 * measured.Hits.Count(hit => hit) / 32, 4));
            // The last epoch's measurement is the step's, and it is of what the step left.
            if (run.ReadMetrics().LastOrDefault(line => line.Step == step.Name && line.Top1 is not null) is { } last)
                Assert.Equal(("validation", measured.Accuracy.Top1), (last.MeasuredOn, last.Top1));
            var again = File.Exists(run.StepPath(step.Name, StepFiles.Backbone))
                ? evaluator.Classify(Model.Load(run.StepPath(step.Name, StepFiles.Backbone)), held)
                : evaluator.Transmit(Model.Load(run.StepPath(step.Name, StepFiles.Device)), Model.Load(run.StepPath(step.Name, StepFiles.Edge)), held);
            Assert.Equal(again.Hits, measured.Hits);
            Assert.Equal(step.Name is "autoencoder" or "joint" ? 14.5 : null, measured.SnrDb);
            run.Finish(new(step.Name, measured.Accuracy.Top1, measured.Accuracy.Top5, 1) { MeasuredOn = session.Measured.Name });
        }

        var pair = TrainedPair.Of(run);
        var (result, hits) = PairEvaluation.Measure(pair, experiment, data, CPU, new Silent(), CancellationToken.None);
        Assert.Equal(("validation", "validation", 32), (result.MeasuredOn, hits.MeasuredOn, hits.Images));
        Assert.Equal(run.ResultOf("pretrain")!.Top1, result.BackboneTop1);
        Assert.Equal([1, 2], hits.Points.Select(point => point.Draws.Count));
        var onTest = experiment with { Evaluation = experiment.Evaluation with { Set = EvaluationSet.Test } };
        Assert.Throws<ArgumentException>(() => PairEvaluation.Measure(pair, onTest, data, CPU, new Silent(), CancellationToken.None));

        // What is known of the backbone on the held-out images is not set beside the pair's test accuracy: the backbone is measured there.
        var other = data with { Test = Signs.Load(train: 1, test: 40, seed: 2).Test };
        var (tested, testHits) = PairEvaluation.Measure(pair, onTest, other, CPU, new Silent(), CancellationToken.None);
        Assert.Equal(("test", "test", 40), (tested.MeasuredOn, testHits.MeasuredOn, testHits.Images));
        Assert.Equal(evaluator.Classify(Model.Load(pair.BackboneFile!), other.Test).Accuracy.Top1, tested.BackboneTop1);
        Assert.NotEqual(hits.Data, testHits.Data);
    }

    [Fact]
    public void Held_out_images_that_are_not_there_are_refused()
    {
        var data = new DataSet("toy", ["a"], new(Shape, [], []), new(Shape, [], []), [0.5f], [0.5f]);
        Assert.Contains("data.validation=N", Assert.ThrowsAny<UsageException>(() => MeasuredSet.ForEvaluation(data, EvaluationSet.Validation)).Message, StringComparison.Ordinal);
        Assert.Contains("data.validation=N", Assert.ThrowsAny<UsageException>(() => OptionsBinder.Bind<Experiment>("evaluation:\n  set: validation\n", "x.yaml")).Message, StringComparison.Ordinal);
        Assert.Same(data.Test, MeasuredSet.ForChoices(data).Images);
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
