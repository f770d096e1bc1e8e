namespace Heliograph.Experiments.Trainings;

/// <summary>Which average of the weights is evaluated and saved instead of the last ones.</summary>
public enum AverageName
{
    /// <summary>None: the last weights.</summary>
    None,

    /// <summary>An exponential moving average beside the training, which does not feel it.</summary>
    Ema,

    /// <summary>
    /// Lookahead (Zhang and others, 2019), with a decay that grows with the cube of the progress, as Jordan (2024) trains small images: the
    /// training continues from the average.
    /// </summary>
    Lookahead,
}
