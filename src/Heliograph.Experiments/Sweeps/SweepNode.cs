using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Runs;
using Heliograph.Networks;

namespace Heliograph.Experiments.Sweeps;

/// <summary>A piece of a sweep's work that is done at a stretch: some steps of a run, from what another node left.</summary>
/// <param name="Id">Twelve hexadecimal digits of a SHA-256 over all that its result depends on.</param>
/// <param name="Name">For people: the values that make it what it is, behind the last step where it is several combinations'.</param>
/// <param name="Parent">The node whose steps it goes on from; null where it begins anew.</param>
/// <param name="Until">The last step that it does; null where it goes to the end, with the evaluation.</param>
/// <param name="Experiment">Of its run.</param>
/// <param name="Folder">Of its run, relative to the sweep's.</param>
/// <param name="Values">The swept keys and the seed, where it is one combination's.</param>
public sealed record SweepNode(
    string Id, string Name, SweepNode? Parent, string? Until, Experiment Experiment, string Folder, ValueList<KeyValuePair<string, string>> Values)
{
    /// <summary>The nodes that must be done before it, the nearest first.</summary>
    public IEnumerable<SweepNode> Ancestors
    {
        get
        {
            for (var other = Parent; other is not null; other = other.Parent)
                yield return other;
        }
    }

    /// <summary>True when its run has all that the node is to leave.</summary>
    /// <exception cref="UsageException">The folder has a run of other options.</exception>
    /// <exception cref="InvalidDataException">A file of the run is damaged.</exception>
    public bool IsDone(string sweepFolder)
    {
        string path = Path.Combine(sweepFolder, Folder);
        if (!RunFolder.IsRun(path))
            return false;
        using var run = RunFolder.OpenForReading(path);
        // The folder of a shared node has its id in its name; that of a combination has only the swept values.
        if (Until is not null)
            return run.ResultOf(Until) is not null;
        RunAgreement.Check(run, Resolved(path) ?? Experiment.Resolved(run.ReadExperiment().Code));
        return run.ReadExperiment().Evaluation == Experiment.Evaluation && EvaluationFiles.Read(run) is not null;
    }

    /// <summary>Gives the node's run the steps that its parent did, whole or not at all; does nothing where the run is begun.</summary>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public void TakeOver(string sweepFolder)
    {
        string path = Path.Combine(sweepFolder, Folder);
        if (Parent is null || RunFolder.IsRun(path))
            return;
        string from = Path.Combine(sweepFolder, Parent.Folder), made = Path.Combine(sweepFolder, $".{Id}.tmp");
        if (Directory.Exists(made))
            Directory.Delete(made, recursive: true);
        using (var run = RunFolder.OpenForWork(made))
            run.Write(Resolved(from) ?? throw new InvalidDataException($"{from} has no backbone"));
        foreach (string file in (string[])["data.json", "environment.jsonl", "metrics.jsonl"])
            Copy(Path.Combine(from, file), Path.Combine(made, file));
        foreach (var step in Experiment.Steps().Steps.TakeWhile(step => step.Name != Parent.Until).Append(Experiment.Steps().Step(Parent.Until!)))
        {
            foreach (string file in Directory.EnumerateFiles(Path.Combine(from, "steps", step.Name)))
                Copy(file, Path.Combine(made, "steps", step.Name, Path.GetFileName(file)));
        }
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Directory.Move(made, path);
    }

    // As a run resolves it when it begins: the code's channels follow from its symbols and the backbone. Null where that is not there yet.
    Experiment? Resolved(string run)
    {
        string backbone = Path.Combine(run, "steps", Experiment.Steps().StepNames[0], StepFiles.Backbone);
        return File.Exists(backbone) && Model.DescriptionOf(backbone) is { } network ? Experiment.Resolved(network) : null;
    }

    static void Copy(string from, string to)
    {
        if (!File.Exists(from))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to);
    }
}
