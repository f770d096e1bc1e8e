using System.Diagnostics;

namespace Heliograph.Training.Loop;

/// <summary>Seconds spent on a step over all calls.</summary>
public sealed class StepClock
{
    readonly Stopwatch watch = new();
    double earlier;

    /// <summary>Begins a step, with the seconds that earlier calls spent.</summary>
    public void Start(double earlierSeconds)
    {
        earlier = earlierSeconds;
        watch.Restart();
    }

    /// <summary>Seconds so far.</summary>
    public double Seconds => earlier + watch.Elapsed.TotalSeconds;
}
