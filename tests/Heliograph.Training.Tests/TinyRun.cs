using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Runs;
using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests;

/// <summary>A run of a very narrow VGG on a few drawn signs whose first two steps are there, drawn, not trained; and a teacher twice as wide.</summary>
sealed class TinyRun : IDisposable
{
    readonly TemporaryFolder folder = new();

    public TinyRun()
    {
        Data = Signs.Load(train: 48, test: 32, seed: 1);
        foreach (string step in (string[])["pretrain", "prune"])
        {
            Directory.CreateDirectory(Path.Combine(folder.Path, "run", "steps", step));
            Save(Path.Combine(folder.Path, "run", "steps", step, StepFiles.Backbone), 0.0625, 1);
        }
        Save(TeacherFile, 0.125, 50);
    }

    public DataSet Data { get; }

    public string TeacherFile => Path.Combine(folder.Path, "teacher.safetensors");

    public string BackboneFile => Path.Combine(folder.Path, "run", "steps", "prune", StepFiles.Backbone);

    /// <summary>A session on the run, or on a copy of it.</summary>
    public TrainingSession Session(AutoencoderOptions? autoencoder = null, string? copy = null, Action<RunProgress>? seen = null, CancellationToken cancellation = default)
    {
        string path = Path.Combine(folder.Path, copy ?? "run");
        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(Path.Combine(path, "steps", "prune"));
            Directory.CreateDirectory(Path.Combine(path, "steps", "autoencoder"));
            File.Copy(BackboneFile, Path.Combine(path, "steps", "prune", StepFiles.Backbone));
        }
        var experiment = new Experiment { Network = new() { Name = "vgg11", Width = 0.0625 }, Split = "pool3", Code = new() { Channels = 2 }, Autoencoder = autoencoder ?? new() };
        var made = RunFolder.IsRun(path);
        if (!made)
            File.WriteAllText(Path.Combine(path, "experiment.yaml"), OptionsBinder.ToYaml(experiment));
        return new()
        {
            Run = RunFolder.OpenForReading(path),
            Experiment = experiment,
            Data = Data,
            Device = CPU,
            Precision = Precision.Fp32,
            Reporter = new Watcher(seen),
            Cancellation = cancellation,
        };
    }

    public void Dispose() => folder.Dispose();

    void Save(string path, double width, ulong seed)
    {
        var network = Backbones.Build("vgg11", Data.Classes.Count, Data.Train.Shape, width);
        new Model(network, Drawn.Weights(network, seed)).Save(path);
    }

    sealed class Watcher(Action<RunProgress>? seen) : IRunReporter
    {
        public void Line(string text)
        {
        }

        public void Warning(string text) => Assert.Fail(text);

        public void Progress(RunProgress progress) => seen?.Invoke(progress);
    }
}
