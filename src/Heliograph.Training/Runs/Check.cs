namespace Heliograph.Training.Runs;

static class Check
{
    /// <summary>Refuses an experiment's value.</summary>
    public static void That(bool condition, FormattableString otherwise)
    {
        if (!condition)
            throw new UsageException(FormattableString.Invariant(otherwise));
    }
}
