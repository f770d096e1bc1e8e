using System.CommandLine;
using System.Diagnostics;
using Heliograph.Cli.Sweeping;
using Heliograph.Evaluation.OverSnr;
using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Experiments.Sweeps;
using Heliograph.Files;
using Heliograph.Training.Recipes;
using Heliograph.Training.Tracking;

namespace Heliograph.Cli.Commands;

static class TrainCommand
{
    public static Command Create(CancellationToken interrupt)
    {
        var experiment = new Argument<string?>("EXPERIMENT")
        {
            Description = $"A YAML file, or one of {string.Join(", ", ExperimentFiles.BuiltIn)}. Optional with --resume --run.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var overrides = new Argument<string[]>("key=value")
        {
            Description = "Values to change in the experiment, such as joint.epochs=20 or channel.snr=14.5.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var run = new Option<string?>("--run") { Description = "The run's folder. Default: a new one under runs/.", HelpName = "DIR" };
        var resume = new Option<bool>("--resume") { Description = "Continue a run (--run, or the latest run of this experiment under runs/); never start a new one." };
        var until = new Option<string?>("--until") { Description = $"Stop after a step: {string.Join(", ", RecipeCatalogue.StepNames)}. A later call continues.", HelpName = "STEP" };
        var data = new Option<string?>("--data") { Description = "Folder to search for data first.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object; everything else goes to standard error." };
        var sweep = new Option<string[]>("--sweep") { Description = "Train every combination of values, such as --sweep joint.rate=0.01,0.02; may be repeated (see heliograph sweep).", HelpName = "key=A,B" };
        var seeds = new Option<string?>("--seeds") { Description = "Train with several seeds, such as 1..3.", HelpName = "A..B" };
        var jobs = SweepCommand.JobsOption();
        var track = new Option<string?>("--track") { Description = "Also send options and values to a server: mlflow:URI. A token may be in MLFLOW_TRACKING_TOKEN.", HelpName = "mlflow:URI" };
        var command = new ExampleCommand("train", "Train a pair (pretrain, prune, autoencoder, joint), then measure it.",
            "heliograph train quickstart",
            "heliograph train paper/pool4 joint.epochs=20 channel.snr=14.5 --run runs/pool4",
            "heliograph train paper/backbone --run runs/backbone --until pretrain",
            "heliograph train paper/pool2 pretrain.from=runs/backbone channel.snr=0:20",
            "heliograph train --resume --run runs/pool4",
            "heliograph train quickstart --sweep prune.ratio=0.25,0.5 --seeds 1..3 --run runs/ratios")
        { experiment, overrides, run, resume, until, data, json, sweep, seeds, jobs, track };
        command.SetAction(parsed => parsed.GetValue(sweep) is { Length: > 0 } || parsed.GetValue(seeds) is not null ? Sweep(parsed) : Train(parsed.GetValue(experiment), parsed.GetValue(overrides)!, parsed.GetValue(run), parsed.GetValue(resume),
            parsed.GetValue(until), parsed.GetValue(data), parsed.GetValue(track), parsed.GetValue(json), interrupt));
        return command;

        int Sweep(ParseResult parsed)
        {
            if (parsed.GetValue(until) is not null)
                throw new UsageException("--until: a sweep trains to the end");
            if (parsed.GetValue(track) is not null)
                throw new UsageException("--track is for one run; the runs of a sweep have TensorBoard's files in their folders");
            string name = parsed.GetValue(experiment) ?? throw new UsageException("--sweep: give the experiment");
            var definition = SweepDefinition.Of(name, parsed.GetValue(overrides)!, [.. (parsed.GetValue(sweep) ?? []).Select(SweepAxis.Parse)],
                parsed.GetValue(seeds) is { } given ? SweepAxis.Seeds(given, "--seeds") : []);
            return SweepCommand.Run(definition, SweepPlace.Local, parsed.GetValue(run) ?? Path.Combine("runs", definition.Name + "-sweep"), parsed.GetValue(jobs), parsed.GetValue(data), report: null, dryRun: false,
                parsed.GetValue(json), interrupt);
        }
    }

    static int Train(string? name, string[] overrides, string? folder, bool resume, string? until, string? data, string? track, bool json, CancellationToken interrupt)
    {
        if (overrides.Prepend(name).FirstOrDefault(word => word?.StartsWith('-') ?? false) is { } unknown)
            throw new UsageException($"there is no option '{unknown}' (see heliograph train --help)");
        // train --resume key=value: the first word is not an experiment.
        if (name is not null && name.Contains('=', StringComparison.Ordinal) && !File.Exists(name))
            (overrides, name) = ([name, .. overrides], null);
        if (until is not null && !RecipeCatalogue.StepNames.Contains(until))
            throw new UsageException($"--until: there is no step '{until}'; they are {string.Join(", ", RecipeCatalogue.StepNames)}");
        if (track is not null)
            _ = MlflowTracker.Address(track);
        var (experiment, title) = Resolve(name, overrides, folder, resume);
        string path = folder ?? (resume ? RunNames.LastTrained(title) : RunNames.New(title));
        if (resume && !RunFolder.IsRun(path))
            throw NotInFolder.Error(path, "no run to continue");

        var watch = Stopwatch.StartNew();
        var (run, result, evaluation) = Reporters.Run(toStandardError: json, reporter =>
        {
            using var opened = RunFolder.OpenForWork(path);
            reporter.Line($"run: {opened.Path}");
            using var tracker = Tracker.Of(track, reporter.Warning);
            bool complete = false;
            try
            {
                var trained = Pipeline.Run(opened, experiment, data, until, reporter, interrupt, tracker);
                var measured = trained.IsComplete ? RunEvaluation.Of(trained.Session) : null;
                complete = trained.IsComplete;
                return (opened, trained, measured);
            }
            finally
            {
                tracker.End(complete);
            }
        });
        if (json)
        {
            Output.PrintJson(new
            {
                run = run.Path,
                seconds = Math.Round(watch.Elapsed.TotalSeconds, 3),
                imagesPerSecond = result.ImagesPerSecond,
                peakMemoryBytes = PeakMemoryBytes(),
                steps = result.Steps.Select(step => new { step.Name, step.Top1, step.MeasuredOn, step.Seconds }),
                evaluation,
            });
        }
        else
        {
            Print(run, result.Steps, evaluation);
        }
        return 0;
    }

    static (Experiment Experiment, string Title) Resolve(string? name, string[] overrides, string? folder, bool resume)
    {
        if (name is null && !(resume && folder is not null))
            throw new UsageException($"give an experiment: a YAML file or one of {string.Join(", ", ExperimentFiles.BuiltIn)} (or --resume with --run)");
        if (name is null)
        {
            using var run = RunFolder.OpenForReading(folder!);
            string path = run.In("experiment.yaml");
            return (OptionsBinder.Bind<Experiment>(ExperimentFiles.ReadText(path), path, overrides), run.Name);
        }
        var (title, yaml, source) = ExperimentFiles.Resolve(name);
        return (OptionsBinder.Bind<Experiment>(yaml, source, overrides), title);
    }

    static void Print(RunFolder run, IReadOnlyList<StepResult> steps, EvaluationResult? evaluation)
    {
        var table = new TextTable("step", "top-1 (%)", "on", "seconds");
        foreach (var step in steps)
            table.AddRow(step.Name, FormattableString.Invariant($"{step.Top1:0.00}"), step.MeasuredOn, FormattableString.Invariant($"{step.Seconds:0}"));
        table.Print();
        if (evaluation is not null)
        {
            Output.Print(evaluation);
            Output.Line($"plot: {EvaluationFiles.PngPath(run.Path)}");
        }
    }

    static long PeakMemoryBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
