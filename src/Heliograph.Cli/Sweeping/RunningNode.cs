using Heliograph.Experiments.Sweeps;

namespace Heliograph.Cli.Sweeping;

/// <summary>A node at work.</summary>
/// <param name="Node">Which.</param>
/// <param name="Elapsed">For how long.</param>
/// <param name="LastLine">What it last wrote.</param>
sealed record RunningNode(SweepNode Node, TimeSpan Elapsed, string LastLine);
