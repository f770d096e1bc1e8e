using Heliograph.Codes;

namespace Heliograph.Training.Measuring;

/// <summary>A mode of an elastic pair, in which it is measured.</summary>
/// <param name="Modes">Of the pair.</param>
/// <param name="Mode">One of them.</param>
public sealed record ModeInUse(Modes Modes, Mode Mode);
