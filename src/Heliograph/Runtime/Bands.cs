namespace Heliograph.Runtime;

/// <summary>
/// Steps of which each reads what the one before wrote, run together some rows at a time: what is written is read again while it is still in a near cache.
/// </summary>
sealed class Bands : Step
{
    /// <summary>Bytes of the widest map's rows that are computed at a time: with what a 3×3 kernel reads around them they stay in a second-level cache of 256 KiB.</summary>
    const int BandBytes = 32 * 1024;

    readonly RowStep[] steps;
    readonly int[] done;
    readonly int rows;

    public Bands(params RowStep[] steps)
    {
        this.steps = steps;
        done = new int[steps.Length];
        rows = Math.Max(1, BandBytes / (sizeof(float) * steps.Max(step => step.Output.Row)));
    }

    public override string Description => $"in bands: {string.Join(", ", steps.Select(step => step.Description))}";

    public override void Run()
    {
        Array.Clear(done);
        int last = steps.Length - 1, height = steps[last].Output.Shape.Height;
        for (int end = rows; done[last] < height; end += rows)
            Advance(last, Math.Min(end, height));
    }

    /// <summary>Computes a step's rows up to an end, and before it what they need.</summary>
    void Advance(int step, int end)
    {
        if (step > 0)
            Advance(step - 1, steps[step].Needs(end));
        if (end > done[step])
            steps[step].Run(done[step], end);
        done[step] = Math.Max(done[step], end);
    }
}
