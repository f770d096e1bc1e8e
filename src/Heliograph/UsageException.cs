namespace Heliograph;

/// <summary>
/// The caller asked for something impossible: an unknown name, a value out of range, a wrong type.
/// The message is one line that says what is wrong, where, and what would be right. The programs exit with 2.
/// Damaged or missing input is reported by <see cref="InvalidDataException"/> and <see cref="IOException"/> (exit 1).
/// </summary>
public class UsageException : Exception
{
    /// <summary>Creates the exception with its one-line message.</summary>
    public UsageException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with its one-line message and what caused it.</summary>
    public UsageException(string message, Exception? inner) : base(message, inner)
    {
    }
}
