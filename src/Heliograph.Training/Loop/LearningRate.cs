using Heliograph.Experiments.Trainings;

namespace Heliograph.Training.Loop;

/// <summary>The learning rate as a pure function of the position, so that a resumed run needs no state for it.</summary>
public static class LearningRate
{
    /// <summary>The rate at a position.</summary>
    /// <param name="options">Schedule, rate, epochs, milestones, factor, warm-up and floor.</param>
    /// <param name="iteration">Batches done before this one.</param>
    /// <param name="perEpoch">Batches in an epoch.</param>
    public static double At(TrainingOptions options, long iteration, long perEpoch)
    {
        double epoch = (double)iteration / perEpoch;
        double warmup = options.Warmup, begin = warmup + options.Hold;
        double factor = options.Schedule switch
        {
            Schedule.Step => Math.Pow(options.Factor, options.Milestones.Count(milestone => iteration >= milestone * perEpoch)),
            Schedule.OneCycle when epoch < warmup => 1 - 0.96 * Fall(epoch / warmup),
            Schedule.Cosine or Schedule.OneCycle => AboveFloor(Fall(Progress())),
            Schedule.Linear => AboveFloor(1 - Math.Clamp(Progress(), 0, 1)),
            _ => throw new NotSupportedException($"schedule {options.Schedule}"),
        };
        // The linear warm-up begins above 0, so that the first batch counts too.
        if (options.Schedule != Schedule.OneCycle && epoch < warmup)
            factor = (iteration + 1) / (warmup * perEpoch);
        return options.Rate * factor;

        double Progress() => (epoch - begin) / Math.Max(options.Epochs - begin, 1e-9);
        double AboveFloor(double fall) => options.RateFloor == 0 ? fall : options.RateFloor + (1 - options.RateFloor) * fall;
    }

    // From 1 at 0 to 0 at 1, half a cosine.
    static double Fall(double progress) => 0.5 * (1 + Math.Cos(Math.PI * Math.Clamp(progress, 0, 1)));
}
