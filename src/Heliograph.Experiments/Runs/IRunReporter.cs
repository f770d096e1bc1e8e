namespace Heliograph.Experiments.Runs;

/// <summary>The progress of a training, for a person who watches.</summary>
/// <param name="Step">Name of the step.</param>
/// <param name="Activity">What it does, for instance <c>epoch 3/60</c>.</param>
/// <param name="Fraction">Done of the whole step's training, in [0, 1].</param>
/// <param name="ImagesPerSecond">Over the last seconds.</param>
/// <param name="Loss">Mean of the current epoch so far.</param>
/// <param name="Top1">Training accuracy of the current epoch so far, in percent; null if there is none.</param>
/// <param name="Remaining">Estimated time left for this training.</param>
public sealed record RunProgress(
    string Step, string Activity, double Fraction, double ImagesPerSecond, double Loss, double? Top1, TimeSpan Remaining);

/// <summary>Receives the progress of a run.</summary>
public interface IRunReporter
{
    /// <summary>A line worth keeping: a step begins, an epoch or a step is done.</summary>
    void Line(string text);

    /// <summary>Something is wrong, but the run continues.</summary>
    void Warning(string text);

    /// <summary>Called often; may be ignored.</summary>
    void Progress(RunProgress progress);
}
