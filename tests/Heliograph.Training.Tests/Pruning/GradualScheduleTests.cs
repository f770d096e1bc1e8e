using Heliograph.Experiments.Trainings;
using Heliograph.Training.Pruning;

namespace Heliograph.Training.Tests.Pruning;

public sealed class GradualScheduleTests
{
    static GradualSchedule Schedule(RemovalSchedule name, double until = 0.5, int removals = 4, long iterations = 100) =>
        new(new() { Removals = removals, Until = until, Schedule = name }, iterations);

    [Fact]
    public void Four_cubic_removals_leave_the_cubes_of_three_quarters_a_half_and_a_quarter()
    {
        // s = 1 − (1 − k/4)³: 1 − 27/64, 1 − 8/64, 1 − 1/64, 1.
        var schedule = Schedule(RemovalSchedule.Cubic);
        Assert.Equal([37.0 / 64, 56.0 / 64, 63.0 / 64, 1], Enumerable.Range(1, 4).Select(schedule.ShareOf));
    }

    [Fact]
    public void Linear_removals_remove_alike()
    {
        var schedule = Schedule(RemovalSchedule.Linear);
        Assert.Equal([0.25, 0.5, 0.75, 1], Enumerable.Range(1, 4).Select(schedule.ShareOf));
    }

    [Theory]
    [InlineData(0.5, 4, 100, new long[] { 13, 25, 38, 50 })]
    [InlineData(1, 3, 100, new long[] { 33, 67, 100 })]
    [InlineData(0.5, 8, 3, new long[] { 0, 0, 1, 1, 1, 1, 1, 2 })]
    [InlineData(0.5, 2, 0, new long[] { 0, 0 })]
    public void Removals_come_at_equal_distances_the_last_when_its_share_of_the_training_is_over(double until, int removals, long iterations, long[] expected)
    {
        var schedule = Schedule(RemovalSchedule.Cubic, until, removals, iterations);
        Assert.Equal(expected, Enumerable.Range(1, removals).Select(schedule.IterationOf));
    }
}
