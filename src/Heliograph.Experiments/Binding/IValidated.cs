namespace Heliograph.Experiments.Binding;

/// <summary>Options that check their own ranges once all of them are bound.</summary>
public interface IValidated
{
    /// <summary>Checks the values.</summary>
    /// <param name="check">Refuses those that are out of range; knows the prefix of this record's keys.</param>
    /// <exception cref="OptionException">A value is out of range; the binder puts file and line before the message.</exception>
    void Validate(OptionCheck check);
}
