using Heliograph.Experiments.Trainings;
using Heliograph.Training.Loop;

namespace Heliograph.Training.Tests.Loop;

public sealed class LearningRateTests
{
    static double At(TrainingOptions options, long iteration, long perEpoch = 10) => LearningRate.At(options, iteration, perEpoch);

    [Theory]
    [InlineData(0, 0.01)]
    [InlineData(199, 0.01)]
    [InlineData(200, 0.001)]
    [InlineData(399, 0.001)]
    [InlineData(400, 0.0001)]
    [InlineData(599, 0.0001)]
    public void The_papers_steps_come_after_epochs_20_and_40(long iteration, double rate) => Assert.Equal(rate, At(new(), iteration), 1e-15);

    [Fact]
    public void Options_of_the_paper_for_each_step()
    {
        TrainingOptions pretrain = new PretrainOptions(), prune = new PruneOptions(), autoencoder = new AutoencoderOptions(), joint = new JointOptions();
        Assert.Equal((60, 10, 40, 60), (pretrain.Epochs, prune.Epochs, autoencoder.Epochs, joint.Epochs));
        Assert.Equal((0.01, 1e-4, 0.1, 1e-4), (At(pretrain, 0), At(prune, 99), At(autoencoder, 399), At(joint, 0)));
        Assert.Equal(1e-6, At(joint, 599), 1e-18);
        Assert.All([pretrain, prune, autoencoder, joint], options => Assert.Equal((0.9, 5e-4, false), (options.Momentum, options.Decay, options.Nesterov)));
    }

    [Theory]
    [InlineData(0, 0.1 / 20)]
    [InlineData(9, 0.5 * 0.1)]
    [InlineData(19, 0.1)]
    [InlineData(20, 0.1)]
    public void A_linear_warm_up_begins_above_zero_and_ends_at_the_rate(long iteration, double rate)
    {
        foreach (var schedule in (Schedule[])[Schedule.Step, Schedule.Cosine])
            Assert.Equal(rate, At(new() { Rate = 0.1, Warmup = 2, Schedule = schedule, Milestones = [20] }, iteration), 1e-12);
    }

    [Fact]
    public void A_warm_up_may_end_within_an_epoch()
    {
        var options = new TrainingOptions { Rate = 1, Warmup = 0.5, Epochs = 10 };
        Assert.Equal([0.2, 0.4, 0.6, 0.8, 1, 1], Enumerable.Range(0, 6).Select(i => Math.Round(At(options, i), 12)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(25, 0.85355339)]
    [InlineData(50, 0.5)]
    [InlineData(75, 0.14644661)]
    [InlineData(99, 0.00024672)]
    [InlineData(100, 0)]
    public void A_cosine_falls_from_the_rate_to_nothing(long iteration, double rate) =>
        Assert.Equal(rate, At(new() { Rate = 1, Schedule = Schedule.Cosine, Epochs = 10 }, iteration), 1e-8);

    [Fact]
    public void A_cosine_falls_over_what_the_warm_up_leaves()
    {
        var options = new TrainingOptions { Rate = 2, Schedule = Schedule.Cosine, Epochs = 10, Warmup = 2 };
        Assert.Equal(1, At(options, 60), 1e-12);
        Assert.Equal(2 * 0.5 * (1 + Math.Cos(Math.PI * 0.25)), At(options, 40), 1e-12);
    }

    [Theory]
    [InlineData(0, 0.04)]
    [InlineData(15, 0.52)]
    [InlineData(10, 0.04 + 0.96 * 0.25)]
    [InlineData(30, 1)]
    [InlineData(65, 0.5)]
    [InlineData(100, 0)]
    public void One_cycle_rises_from_a_25th_over_the_warm_up_and_falls_to_nothing(long iteration, double rate) =>
        Assert.Equal(rate, At(new() { Rate = 1, Schedule = Schedule.OneCycle, Epochs = 10, Warmup = 3 }, iteration), 1e-12);

    [Theory]
    [InlineData(Schedule.Cosine)]
    [InlineData(Schedule.OneCycle)]
    public void A_rate_that_is_held_falls_over_what_is_left(Schedule schedule)
    {
        var options = new TrainingOptions { Rate = 2, Schedule = schedule, Epochs = 10, Warmup = 1, Hold = 5 };
        Assert.All(Enumerable.Range(10, 51), iteration => Assert.Equal(2, At(options, iteration), 1e-12));
        Assert.Equal(1, At(options, 80), 1e-12);
        Assert.Equal(0, At(options, 100), 1e-12);
        // What comes before the fall is the same, however long the training.
        Assert.All(Enumerable.Range(0, 60), iteration => Assert.Equal(At(options, iteration), At(options with { Epochs = 60 }, iteration)));
    }

    [Fact]
    public void No_schedule_leaves_its_range_or_jumps_outside_a_milestone()
    {
        foreach (var schedule in Enum.GetValues<Schedule>())
        {
            foreach (double warmup in (double[])[0, 0.7, 3, 10, 12])
            {
                var options = new TrainingOptions { Rate = 1, Schedule = schedule, Epochs = 10, Warmup = warmup, Milestones = [] };
                double[] rates = [.. Enumerable.Range(0, 1000).Select(i => At(options, i, 100))];
                Assert.All(rates, rate => Assert.InRange(rate, 0, 1));
                Assert.All(rates.Zip(rates.Skip(1)), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 0.025));
            }
        }
    }
}
