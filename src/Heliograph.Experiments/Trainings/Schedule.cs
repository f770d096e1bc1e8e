namespace Heliograph.Experiments.Trainings;

/// <summary>How the learning rate moves over a training.</summary>
public enum Schedule
{
    /// <summary>Multiplied by a factor after each milestone epoch: the paper's.</summary>
    Step,

    /// <summary>Linear warm-up, then half a cosine down.</summary>
    Cosine,

    /// <summary>Linear warm-up, then a straight line down.</summary>
    Linear,

    /// <summary>Cosine up from 1/25 of the rate over the warm-up, then cosine down (Smith and Topin, 2018).</summary>
    OneCycle,
}
