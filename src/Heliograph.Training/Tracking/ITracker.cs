namespace Heliograph.Training.Tracking;

/// <summary>Follows one call to train, for a tool that shows many runs.</summary>
public interface ITracker : IDisposable
{
    /// <summary>The run begins or continues.</summary>
    /// <param name="run">Its folder.</param>
    /// <param name="options">Its experiment: every key with its value.</param>
    void Begin(string run, IReadOnlyDictionary<string, string> options);

    /// <summary>A value.</summary>
    /// <param name="tag">Its name, such as <c>joint/loss</c>.</param>
    /// <param name="value">Finite.</param>
    /// <param name="step">Where it belongs: mostly an iteration.</param>
    void Scalar(string tag, double value, long step);

    /// <summary>The call is over.</summary>
    /// <param name="complete">Whether the run has all of its steps.</param>
    void End(bool complete);
}
