namespace Heliograph.Experiments.Records;

/// <summary>What was measured of a backbone.</summary>
/// <param name="Backbone">Its file.</param>
/// <param name="Data">The data set.</param>
/// <param name="Set">Which of its images.</param>
/// <param name="Images">How many.</param>
/// <param name="Top1">In percent.</param>
/// <param name="Top5">In percent.</param>
/// <param name="Macs">Of one image.</param>
public sealed record BackboneResult(string Backbone, string Data, string Set, int Images, double Top1, double Top5, long Macs);
