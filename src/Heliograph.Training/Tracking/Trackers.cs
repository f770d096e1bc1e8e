namespace Heliograph.Training.Tracking;

/// <summary>Several as one.</summary>
sealed class Trackers(IReadOnlyList<ITracker> all) : ITracker
{
    public void Begin(string run, IReadOnlyDictionary<string, string> options)
    {
        foreach (var tracker in all)
            tracker.Begin(run, options);
    }

    public void Scalar(string tag, double value, long step)
    {
        foreach (var tracker in all)
            tracker.Scalar(tag, value, step);
    }

    public void End(bool complete)
    {
        foreach (var tracker in all)
            tracker.End(complete);
    }

    public void Dispose()
    {
        foreach (var tracker in all)
            tracker.Dispose();
    }
}
