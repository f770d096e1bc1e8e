using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Pairs;

namespace Heliograph.Evaluation.Comparing;

/// <summary>Hits and what they are of.</summary>
/// <param name="Name">The folder, as the caller names it.</param>
/// <param name="Hits">The hits.</param>
public sealed record HitsSource(string Name, Hits Hits)
{
    /// <summary>
    /// The hits that a folder holds: of a run, of its records, or of an evaluation that was written elsewhere. Without a step those of the
    /// evaluation; of a run that has no pair yet, those of the backbone that its last step left.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="step">Name of a step whose result is meant, or null.</param>
    /// <exception cref="UsageException">There are none; the message says how to make them.</exception>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public static HitsSource Open(string folder, string? step)
    {
        if (!Directory.Exists(folder))
            throw new UsageException($"there is no folder {folder}");
        return new(folder, HitsFile.Read(step is null ? OfFolder(folder) : OfStep(folder, step)));
    }

    static string OfFolder(string folder)
    {
        if (File.Exists(EvaluationFiles.HitsPath(folder)))
            return EvaluationFiles.HitsPath(folder);
        if (Pair.IsPair(folder))
            throw new UsageException($"{folder} is a pair, which holds no evaluation; 'heliograph evaluate {folder} --to DIR' writes one: compare DIR");
        if (!RunFolder.IsRun(folder))
            throw new UsageException($"{folder} holds neither a run (no experiment.yaml) nor an evaluation with hits (no {Path.GetFileName(EvaluationFiles.HitsPath(folder))})");
        using var run = RunFolder.OpenForReading(folder);
        var plan = run.ReadExperiment().Steps().Steps.LastOrDefault(step => run.ResultOf(step.Name) is not null);
        string? last = plan?.Name;
        if (last is not null && plan!.Leaves == Artifact.Backbone && File.Exists(EvaluationFiles.HitsPath(run, last)))
            return EvaluationFiles.HitsPath(run, last);
        // Records have no networks.
        if (last is not null && !Directory.EnumerateFiles(run.In("steps", last), "*.safetensors").Any())
            throw new UsageException($"{folder} holds records without hits; make them again from the run: 'heliograph evaluate RUN', then 'heliograph report RUN --to {folder}'");
        throw new UsageException($"the run {folder} has no evaluation with hits yet; 'heliograph evaluate {folder}' makes one");
    }

    static string OfStep(string folder, string step)
    {
        using var run = RunFolder.OpenForReading(folder);
        if (run.ResultOf(step) is null)
            throw new UsageException($"the run {folder} has not finished its step {step}; 'heliograph train --resume --run {folder} --until {step}' continues it");
        string path = EvaluationFiles.HitsPath(run, step);
        return File.Exists(path) ? path
            : throw new UsageException($"the run {folder} has no hits for its step {step}, which an earlier version trained; run 'heliograph evaluate {folder}', then compare its evaluation without --step");
    }
}
