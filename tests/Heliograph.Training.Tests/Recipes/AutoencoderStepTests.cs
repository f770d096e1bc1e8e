using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Measuring;
using Heliograph.Training.Objectives;
using Heliograph.Training.Recipes;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Tests.Recipes;

[Collection(TorchCollection.Name)]
public sealed class AutoencoderStepTests : IDisposable
{
    readonly TinyRun tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void The_frozen_rest_hands_gradients_on_and_stays_as_it_is()
    {
        // A batch norm that no convolution takes in, wide maps for the trainer's own kernels, and a pruned width.
        var rest = new Network((16, 6, 6),
        [
            new BatchNorm("bn0", ["input"]), new Convolution("conv", ["bn0"], 18), new BatchNorm("bn", ["conv"]), new Relu("relu", ["bn"]),
            new MaxPool("pool", ["relu"]), new Flatten("flatten", ["pool"]), new Linear("fc", ["flatten"], 5),
        ]);
        var weights = Drawn.Weights(rest, 3);
        using var scope = NewDisposeScope();
        using var module = AutoencoderStep.Frozen(tiny.Session(), new(rest, weights));
        var before = module.ToState();
        float[] images = Drawn.Normal(2 * rest.Input.Elements, 4);
        var input = Arrays.Images(images, rest.Input);
        input.requires_grad = true;
        F.cross_entropy(module.Forward(input, training: false), tensor(new long[] { 1, 4 })).backward();

        Assert.All(module.Parameters, parameter => Assert.True(parameter.Tensor.grad is null && !parameter.Tensor.requires_grad));
        var after = module.ToState();
        Assert.Contains("bn0.running_mean", after.Keys);
        Assert.DoesNotContain("bn.running_mean", after.Keys);
        Assert.All(before, pair => Assert.Equal(pair.Value.Values, after[pair.Key].Values));

        // Of the network that was not folded, computed naively in 64 bits.
        double Loss(double[] values) => Enumerable.Range(0, 2).Average(i =>
        {
            double[] logits = new Naive(rest, weights).Forward(values[(i * rest.Input.Elements)..((i + 1) * rest.Input.Elements)]);
            return Math.Log(logits.Sum(Math.Exp)) - logits[i == 0 ? 1 : 4];
        });
        int[] some = [0, 7, 300, 555, 576, 801, 1151];
        double[] differences = [.. some.Select(i =>
        {
            double[] above = Drawn.Doubles(images), below = Drawn.Doubles(images);
            (above[i], below[i]) = (above[i] + 1e-5, below[i] - 1e-5);
            return (Loss(above) - Loss(below)) / 2e-5;
        })];
        float[] gradient = Arrays.ToArray(input.grad!);
        Drawn.AssertClose(differences, [.. some.Select(i => gradient[i])], 1e-3);
    }

    [Fact]
    public void A_centred_encoder_begins_with_filters_that_give_zero_on_average()
    {
        double[] plain = Means(centred: false), centred = Means(centred: true);
        Assert.True(plain.Max(Math.Abs) > 0.05);
        Assert.All(centred, mean => Assert.Equal(0, mean, 1e-5));

        // Of each filter of the encoder, over all training images and the whole map.
        double[] Means(bool centred)
        {
            var session = tiny.Session(new() { Epochs = 0, Centred = centred }, copy: $"start-{centred}");
            _ = new AutoencoderStep().Run(session, resume: null);
            var device = session.Run.LoadModel("autoencoder", StepFiles.Device);
            Assert.Equal(centred, device.Weights["encoder.prelu.weight"].Values.All(slope => slope == 1));
            var front = device.Network.SplitAfter("encoder.conv").Device;
            float[] maps = new Evaluator(session).Encode(new(front, device.Weights), session.Data.Train);
            int area = front.Output.Height * front.Output.Width;
            return [.. maps.Chunk(area).Select((values, i) => (Filter: i % front.Output.Channels, Mean: values.Average()))
                .GroupBy(map => map.Filter, (_, of) => of.Average(map => (double)map.Mean))];
        }
    }

    [Theory]
    [InlineData("l1", false, false)]
    [InlineData("crossEntropy", true, false)]
    [InlineData("0.3*l1 + distillation", false, false)]
    [InlineData("distillation", true, true)]
    public void A_run_stopped_and_resumed_ends_with_the_very_weights_of_one_that_was_not(string loss, bool mirror, bool teacher)
    {
        var options = new AutoencoderOptions
        {
            Epochs = 3,
            Batch = 16,
            Rate = 0.02,
            Loss = AutoencoderLoss.Parse(loss, null),
            Mirror = mirror,
            Teacher = teacher ? tiny.TeacherFile : null,
        };
        var whole = tiny.Session(options, "whole");
        _ = new AutoencoderStep().Run(whole, resume: null);

        using var stop = new CancellationTokenSource();
        int steps = 0;
        var stopped = tiny.Session(options, "stopped", _ =>
        {
            if (++steps == 5)
                stop.Cancel();
        }, stop.Token);
        Assert.Throws<OperationCanceledException>(() => new AutoencoderStep().Run(stopped, resume: null));
        var resumed = tiny.Session(options, "stopped");
        _ = new AutoencoderStep().Run(resumed, resumed.Run.NewestCheckpoint("autoencoder", message => Assert.Fail(message)));

        foreach (string file in (string[])[StepFiles.Device, StepFiles.Edge])
            Assert.Equal(File.ReadAllBytes(whole.Run.StepPath("autoencoder", file)), File.ReadAllBytes(resumed.Run.StepPath("autoencoder", file)));
        var metrics = whole.Run.ReadMetrics();
        Assert.Equal(metrics.Select(line => (line.Loss, line.TrainTop1)), resumed.Run.ReadMetrics().Select(line => (line.Loss, line.TrainTop1)));
        Assert.Equal(loss != "l1", metrics[0].TrainTop1 is not null);
        Assert.True(metrics[^1].Loss < metrics[0].Loss);
        // The trunk is that of the pruned network.
        var backbone = Model.Load(tiny.BackboneFile);
        var edge = Model.Load(whole.Run.StepPath("autoencoder", StepFiles.Edge));
        Assert.Equal(backbone.Weights["conv5_1.weight"].Values, edge.Weights["conv5_1.weight"].Values);
    }

    [Fact]
    public void Accuracy_is_measured_on_held_out_images_alone()
    {
        var options = new AutoencoderOptions { Epochs = 2, Batch = 16, Loss = AutoencoderLoss.Parse("crossEntropy", null) };
        var without = tiny.Session(options, "without");
        _ = new AutoencoderStep().Run(without, resume: null);
        Assert.All(without.Run.ReadMetrics(), line => Assert.Null(line.Top1));

        var with = tiny.Session(options, "with");
        var (train, held) = tiny.Data.Train.Split(16, seed: 1);
        _ = new AutoencoderStep().Run(with with { Data = tiny.Data with { Train = train, Validation = held } }, resume: null);
        Assert.All(with.Run.ReadMetrics(), line => Assert.Equal(("validation", true), (line.MeasuredOn, line.Top1 is not null)));
    }
}
