namespace Heliograph.Training.Runs;

/// <summary>Options that check their own ranges once all of them are bound.</summary>
public interface IValidated
{
    /// <summary>Checks the values.</summary>
    /// <param name="prefix">
    /// What stands before the keys of this record: empty for the outermost, else for instance <c>prune.</c> with its dot.
    /// </param>
    /// <exception cref="UsageException">
    /// A value is out of range. The message begins with the whole key, for instance
    /// <c>prune.ratio must be at least 0 and below 1, not 1.2</c>; the binder puts file and line before it.
    /// </exception>
    void Validate(string prefix);
}
