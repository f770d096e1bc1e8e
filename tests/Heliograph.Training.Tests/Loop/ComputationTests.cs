using Heliograph.Experiments;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Torch;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Loop;

[Collection(TorchCollection.Name)]
public sealed class ComputationTests
{
    static readonly Computation OneFp32 = new(Precision.Fp32, 1), TwoFp32 = new(Precision.Fp32, 2), OneBf16 = new(Precision.Bf16, 1), TwoBf16 = new(Precision.Bf16, 2);

    static RunCall Call(string precision, int threads, string device = "cpu") =>
        new("1", null, null, "2", ".NET", "Linux", "processor", 2, threads, device, precision, DateTimeOffset.UnixEpoch, []);

    [Fact]
    public void What_an_experiment_says_is_not_tried()
    {
        Assert.Equal([OneFp32, TwoFp32, OneBf16, TwoBf16], Computation.Candidates(new(), cuda: false, hasBf16: true, processors: 2));
        Assert.Equal([OneFp32, TwoFp32], Computation.Candidates(new(), cuda: false, hasBf16: false, processors: 2));
        Assert.Equal([OneFp32], Computation.Candidates(new(), cuda: false, hasBf16: false, processors: 1));
        Assert.Equal([OneFp32, OneBf16], Computation.Candidates(new() { Threads = 1 }, cuda: false, hasBf16: true, processors: 2));
        Assert.Equal([TwoBf16], Computation.Candidates(new() { Threads = 2, Precision = Precision.Bf16 }, cuda: false, hasBf16: false, processors: 4));
        Assert.Equal([TwoBf16], Computation.Candidates(new(), cuda: true, hasBf16: false, processors: 2));
    }

    [Fact]
    public void A_run_that_goes_on_keeps_what_it_was_computed_with()
    {
        Computation[] all = [TwoFp32, OneFp32, TwoBf16, OneBf16];
        Assert.Equal(all, Computation.LikeBefore(all, [], CPU));
        Assert.Equal([OneBf16], Computation.LikeBefore(all, [Call("fp32", 2), Call("bf16", 1)], CPU));
        // On a machine with other processors, and on another device.
        Assert.Equal([TwoBf16, OneBf16], Computation.LikeBefore(all, [Call("bf16", 8)], CPU));
        Assert.Equal(all, Computation.LikeBefore(all, [Call("bf16", 1, "cuda:0")], CPU));
        Assert.Equal([OneFp32], Computation.LikeBefore([TwoFp32, OneFp32], [Call("bf16", 1)], CPU));
    }

    [Theory]
    [InlineData(0, 1.0, 0.85, 0.97, 1.2)]
    [InlineData(1, 1.0, 0.75, 0.9, 0.73)]
    [InlineData(2, 1.0, 0.85, 0.9, 0.75)]
    [InlineData(3, 1.0, 0.75, 0.9, 0.7)]
    public void One_must_be_clearly_faster_than_those_before_it(int chosen, params double[] seconds)
    {
        Computation[] all = [OneFp32, TwoFp32, OneBf16, TwoBf16];
        Assert.Equal(all[chosen], Computation.Fastest(all, seconds));
    }

    [Fact]
    public void A_new_run_tries_and_says_what_it_takes_and_a_second_call_takes_the_same()
    {
        using var folder = new TemporaryFolder();
        using var run = RunFolder.OpenForWork(folder.Path);
        var experiment = new Experiment
        {
            Data = new() { Name = "signs" },
            Network = new() { Name = "vgg11", Width = 0.125 },
            Pretrain = new() { Batch = 8 },
            Precision = Precision.Auto,
        };
        var data = DataSets.Load(new() { Name = "signs", Train = 16, Test = 16 }, null, 1);
        try
        {
            var first = new Lines();
            var chosen = Computation.Choose(run, experiment, data, CPU, first, CancellationToken.None);
            var candidates = Computation.Candidates(experiment, cuda: false, TorchRuntime.HasBf16, Environment.ProcessorCount);
            Assert.Contains(chosen, candidates);
            if (candidates.Count > 1)
                Assert.StartsWith($"computing in {chosen}; images/s in a trial: {candidates[0]} ", Assert.Single(first.Heard), StringComparison.Ordinal);
            // As if a trial had found the last one faster.
            TorchRuntime.UseThreads(candidates[^1].Threads);
            RunEnvironment.Append(run, null, __version__, get_num_threads(), "cpu", candidates[^1].Precision);
            var second = new Lines();
            Assert.Equal(candidates[^1], Computation.Choose(run, experiment, data, CPU, second, CancellationToken.None));
            Assert.Empty(second.Heard);
        }
        finally
        {
            TorchRuntime.UseThreads(1);
        }
    }

    sealed class Lines : IRunReporter
    {
        public List<string> Heard { get; } = [];

        public void Line(string text) => Heard.Add(text);

        public void Warning(string text) => Assert.Fail(text);

        public void Progress(RunProgress progress)
        {
        }
    }
}
