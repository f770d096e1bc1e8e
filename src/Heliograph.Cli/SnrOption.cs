using System.Globalization;
using Heliograph.Experiments.Binding;

namespace Heliograph.Cli;

/// <summary><c>--snr GRID</c>, as every command that takes several SNRs reads it.</summary>
static class SnrOption
{
    /// <summary>Reads a grid of SNRs.</summary>
    /// <exception cref="UsageException">It is not valid.</exception>
    public static SnrGrid Parse(string text)
    {
        try
        {
            return SnrGrid.Parse(text, CultureInfo.InvariantCulture);
        }
        catch (FormatException e)
        {
            throw new UsageException($"--snr: {e.Message}; not '{text}'");
        }
    }
}
