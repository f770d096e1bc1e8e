using System.Text.Json;
using System.Text.RegularExpressions;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Records;
using Heliograph.Files;
using Heliograph.Networks;

namespace Heliograph.Experiments.Runs;

/// <summary>
/// One training on disk: <c>experiment.yaml</c> (resolved), <c>data.json</c> (<see cref="RunData"/>), <c>environment.jsonl</c>, <c>metrics.jsonl</c>, <c>tensorboard/</c>,
/// <c>checkpoints/</c> (the newest two of the step at work), <c>steps/NAME/</c> (the networks and <c>result.json</c>, written last) and the
/// evaluation. Locked while a program works in it.
/// </summary>
public sealed partial class RunFolder : IDisposable
{
    const string ExperimentFile = "experiment.yaml", ResultFile = "result.json";
    readonly RunLock? theLock;
    readonly string[] made;

    RunFolder(string path, RunLock? theLock, string[] made) => (Path, this.theLock, this.made) = (path, theLock, made);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Its last part, by which people call the run.</summary>
    public string Name => System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(Path)));

    /// <summary>Path of <c>metrics.jsonl</c>, one line an epoch.</summary>
    public string MetricsPath => In("metrics.jsonl");

    /// <summary>True when the folder holds a run.</summary>
    public static bool IsRun(string path) => File.Exists(System.IO.Path.Combine(path, ExperimentFile));

    /// <summary>Opens a folder to work in it, making it where needed.</summary>
    /// <exception cref="UsageException">It is a file, or a folder with other things in it.</exception>
    /// <exception cref="IOException">Another program works in it, or it cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static RunFolder OpenForWork(string path)
    {
        if (File.Exists(path))
            throw new UsageException($"{path} is a file; a run needs a folder of its own");
        if (Directory.Exists(path) && !IsRun(path) && !Directory.EnumerateFileSystemEntries(path).All(RunLock.Is))
            throw new UsageException($"{path} is a folder that holds other things and not a run; give a new one");
        string[] made = [.. DurableFolder.Missing(path)];
        DurableFolder.Create(path);
        var run = new RunFolder(path, RunLock.Take(path), made);
        try
        {
            run.ForgetTornFiles();
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>Keeps other programs out of a folder that holds runs, until it is disposed.</summary>
    /// <exception cref="IOException">Another program works in it, or it cannot be written.</exception>
    public static IDisposable Lock(string folder) => RunLock.Take(folder);

    /// <summary>Opens a run to read it.</summary>
    /// <exception cref="UsageException">There is no run.</exception>
    public static RunFolder OpenForReading(string path) =>
        IsRun(path) ? new(path, null, []) : throw NotInFolder.Error(path, $"no run (no {ExperimentFile})");

    /// <summary>Path of something in the folder.</summary>
    public string In(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>The resolved experiment.</summary>
    /// <exception cref="InvalidDataException">The file does not make sense.</exception>
    public Experiment ReadExperiment()
    {
        try
        {
            return OptionsBinder.Bind<Experiment>(ExperimentFiles.ReadText(In(ExperimentFile)), In(ExperimentFile));
        }
        catch (UsageException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <summary>Writes the resolved experiment.</summary>
    public void Write(Experiment experiment) => AtomicFile.WriteText(In(ExperimentFile), OptionsBinder.ToYaml(experiment));

    /// <summary>The folder of a step's output.</summary>
    public string StepPath(string step, string file) => In("steps", step, file);

    /// <summary>Writes a network that a step leaves.</summary>
    public void SaveModel(string step, string file, Model model) => SealedModel.Save(model, StepPath(step, file));

    /// <summary>Reads a network that a step left.</summary>
    /// <exception cref="InvalidDataException">The file is damaged; the message names it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public Model LoadModel(string step, string file) => SealedModel.Load(StepPath(step, file));

    /// <summary>What a finished step left, or null when it is not finished.</summary>
    /// <exception cref="InvalidDataException">The file is damaged; the message names it.</exception>
    public StepResult? ResultOf(string step)
    {
        string path = StepPath(step, ResultFile);
        return File.Exists(path) ? Json.ReadFile<StepResult>(path) : null;
    }

    /// <summary>Marks a step as finished; its checkpoints are then of no more use.</summary>
    public void Finish(StepResult result)
    {
        Json.WriteSealed(StepPath(result.Name, ResultFile), result);
        foreach (string path in Checkpoints())
            File.Delete(path);
    }

    /// <summary>Makes the folder for a step's output.</summary>
    public void BeginStep(string step) => DurableFolder.Create(In("steps", step));

    /// <summary>Writes a checkpoint and removes all but the newest two.</summary>
    /// <param name="content">What is written.</param>
    /// <param name="iteration">Batches done in this training; orders the files.</param>
    public void Save(CheckpointContent content, long iteration)
    {
        DurableFolder.Create(In("checkpoints"));
        var position = content.Position;
        string written = In("checkpoints", $"{position.Step}-{position.Phase:D3}-{iteration:D9}.safetensors");
        content.Save(written);
        // A kill between the end of a step and Finish's deletions leaves checkpoints of that step.
        string prefix = position.Step + "-";
        // One that is damaged may be named later than what has just been written, which stays in any case.
        foreach (string old in Checkpoints().OrderBy(path => System.IO.Path.GetFileName(path).StartsWith(prefix, StringComparison.Ordinal)).ThenBy(path => path == written).SkipLast(2))
            File.Delete(old);
    }

    /// <summary>The newest whole checkpoint of a step, or null when there is none.</summary>
    /// <param name="step">Name of the step.</param>
    /// <param name="damaged">Told of each file that cannot be used.</param>
    public Checkpoint? NewestCheckpoint(string step, Action<string> damaged)
    {
        foreach (string path in Checkpoints().Reverse().Where(p => System.IO.Path.GetFileName(p).StartsWith(step + "-", StringComparison.Ordinal)))
        {
            try
            {
                return Checkpoint.Load(path);
            }
            catch (InvalidDataException e)
            {
                damaged(e.Message);
            }
        }
        return null;
    }

    /// <summary>True when a step was interrupted and can be resumed.</summary>
    public bool HasCheckpoint => Checkpoints().Any();

    /// <summary>Appends a line to <c>metrics.jsonl</c> and puts it on the disk: a checkpoint never knows of lines that a power cut takes.</summary>
    public void Append(EpochMetrics metrics) => Json.AppendLine(MetricsPath, metrics);

    /// <summary>What <c>metrics.jsonl</c> holds now, for a checkpoint or a result.</summary>
    public MetricsMark MarkMetrics() => MetricsMark.Of(MetricsPath);

    /// <summary>What <c>metrics.jsonl</c> holds.</summary>
    public IReadOnlyList<EpochMetrics> ReadMetrics() => Json.ReadLines<EpochMetrics>(MetricsPath);

    /// <summary>Maximum number of epochs, finished or started, of a step that trains once.</summary>
    public int EpochsBegun(string step) => 1 + ReadMetrics().Where(line => line.Step == step).Select(line => line.Epoch).DefaultIfEmpty().Max();

    /// <summary>Forgets what was measured after a checkpoint.</summary>
    public void TruncateMetrics(long bytes)
    {
        if (!File.Exists(MetricsPath) || FileNames.Target(MetricsPath).Length <= bytes)
            return;
        using var file = new FileStream(MetricsPath, FileMode.Open, FileAccess.Write);
        file.SetLength(bytes);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Forgets the measurements of a step that starts again.</summary>
    public void ForgetMetrics(string step)
    {
        var all = ReadMetrics();
        EpochMetrics[] kept = [.. all.Where(line => line.Step != step)];
        if (kept.Length < all.Count)
            AtomicFile.WriteText(MetricsPath, string.Concat(kept.Select(line => JsonSerializer.Serialize(line, Json.Compact) + "\n")));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (theLock is null)
            return;
        theLock.Dispose();
        // A run that is refused before it starts leaves nothing behind.
        if (IsRun(Path))
            return;
        RunLock.Delete(Path);
        foreach (string folder in made.TakeWhile(folder => !Directory.EnumerateFileSystemEntries(folder).Any()))
            Directory.Delete(folder);
    }

    /// <summary>Deletes what a killed program had not finished writing (see <see cref="AtomicFile"/>), in the run's own folders.</summary>
    void ForgetTornFiles()
    {
        if (!IsRun(Path))
            return;
        string root = new DirectoryInfo(Path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path;
        AtomicFile.DeleteTorn(root);
        // The name of the file of feature maps in earlier versions.
        if (new FileInfo(System.IO.Path.Combine(root, ".features.tmp")) is { Exists: true, LinkTarget: null } maps)
            maps.Delete();
        AtomicFile.DeleteTorn(In("checkpoints"));
        if (new DirectoryInfo(In("steps")) is { Exists: true, LinkTarget: null } steps)
        {
            foreach (var step in steps.EnumerateDirectories())
                AtomicFile.DeleteTorn(step.FullName);
        }
    }

    // Names sort by age: phase and iteration have a fixed width, and only one step at a time has checkpoints. Files that someone else has put there are not checkpoints.
    IEnumerable<string> Checkpoints() => Directory.Exists(In("checkpoints"))
        ? Directory.EnumerateFiles(In("checkpoints")).Where(path => CheckpointName().IsMatch(System.IO.Path.GetFileName(path))).Order(StringComparer.Ordinal)
        : [];

    [GeneratedRegex(@"^[a-z]+-[0-9]{3,}-[0-9]{9,}\.safetensors\z")]
    private static partial Regex CheckpointName();
}
