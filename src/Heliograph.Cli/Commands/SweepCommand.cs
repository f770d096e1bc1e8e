using System.CommandLine;
using Heliograph.Cli.Sweeping;
using Heliograph.Evaluation.Overview;
using Heliograph.Evaluation.Reports;
using Heliograph.Experiments.Clusters;
using Heliograph.Experiments.Runs;
using Heliograph.Experiments.Sweeps;
using Heliograph.Wording;
using Spectre.Console;

namespace Heliograph.Cli.Commands;

static class SweepCommand
{
    public static Command Create(CancellationToken interrupt)
    {
        var sweep = new Argument<string>("SWEEP") { Description = "A sweep file, or the folder of an earlier sweep to continue." };
        var overrides = new Argument<string[]>("key=value") { Description = "Values to change in every run, such as joint.epochs=20, or of a cluster, such as slurm.partition=short.", Arity = ArgumentArity.ZeroOrMore };
        var to = new Option<string?>("--to") { Description = "The sweep's folder. Default: runs/NAME. Finished work in it is not repeated.", HelpName = "DIR" };
        var jobs = JobsOption();
        var data = new Option<string?>("--data") { Description = "Folder to search for data first.", HelpName = "DIR" };
        var on = new Option<string>("--on") { Description = "Where: local, slurm or kubernetes (with --dry-run, which writes a manifest).", HelpName = "WHERE", DefaultValueFactory = _ => "local" };
        var cancel = new Option<bool>("--cancel") { Description = "Cancel what this sweep has in Slurm's queue, then stop." };
        var report = new Option<string?>("--report") { Description = "When the sweep is over, write a page of its runs into this folder (see heliograph report).", HelpName = "DIR" };
        var dryRun = new Option<bool>("--dry-run") { Description = "List what would be trained, then stop." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object; everything else goes to standard error." };
        var node = new Option<string?>("--node") { Hidden = true };
        var attached = new Option<bool>("--attached") { Hidden = true };
        var command = new ExampleCommand("sweep", "Train an experiment with every combination of the given values. Work that combinations share is done once.",
            "heliograph sweep sweeps/quickstart.yaml",
            "heliograph sweep sweeps/quickstart.yaml --jobs 2 --to runs/first --report page",
            "heliograph sweep runs/first",
            "heliograph sweep sweeps/quickstart.yaml --on slurm slurm.time=2:00:00 --jobs 32 --to runs/first",
            "heliograph sweep runs/first --cancel")
        { sweep, overrides, to, jobs, on, cancel, data, report, dryRun, json, node, attached };
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(sweep)!;
            if (parsed.GetValue(node) is { } id)
                return Node(path, id, parsed.GetValue(data), parsed.GetValue(attached), interrupt);
            var definition = SweepDefinition.Read(path, parsed.GetValue(overrides)!);
            string folder = parsed.GetValue(to) ?? (Directory.Exists(path) ? path : Path.Combine("runs", definition.Name));
            var place = Place(parsed.GetValue(on)!);
            if (parsed.GetValue(cancel))
                return Cancel(folder);
            if (place == SweepPlace.Kubernetes)
                return Manifest(definition, folder, parsed.GetValue(jobs), parsed.GetValue(data), parsed.GetValue(dryRun));
            return Run(definition, place, folder, parsed.GetValue(jobs), parsed.GetValue(data), parsed.GetValue(report), parsed.GetValue(dryRun), parsed.GetValue(json), interrupt);
        });
        return command;
    }

    /// <summary>How many nodes run side by side.</summary>
    public static Option<int> JobsOption() =>
        new("--jobs") { Description = "How many run at the same time, each on one thread unless the experiment says otherwise.", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount };

    /// <summary>Does a sweep, as far as it is not done.</summary>
    public static int Run(SweepDefinition definition, SweepPlace place, string folder, int jobs, string? data, string? report, bool dryRun, bool json, CancellationToken interrupt)
    {
        if (place == SweepPlace.Slurm)
        {
            if (!SlurmProgram.IsInstalled)
                throw SlurmProgram.Missing("sbatch");
            jobs = definition.Clusters.Slurm.Concurrency ?? jobs;
        }
        if (report is not null)
            ReportPage.CheckPlace(report);
        var state = Begin(definition, folder, jobs, json);
        if (dryRun)
        {
            foreach (var node in state.Plan.Nodes)
                Writer(json).WriteLine($"{node.Id}  {(state[node] == NodeState.Done ? "done   " : "waiting")}  {node.Name}{(node.Parent is { } parent ? $"  from {parent.Id}" : "")}");
            return 0;
        }
        try
        {
            if (place == SweepPlace.Slurm)
                Work(definition, folder, jobs, json, null, view => new SlurmSweep(folder, definition.Clusters.Slurm, jobs, data, view).RunAsync(state, interrupt));
            else
                Work(definition, state, folder, jobs, data, json, null, interrupt);
        }
        catch (OperationCanceledException) when (place == SweepPlace.Slurm)
        {
            Writer(json).WriteLine($"the jobs go on in Slurm; heliograph sweep {folder} --on slurm watches them again, heliograph sweep {folder} --cancel cancels them");
            throw;
        }
        ReportFailures(state, folder, Writer(json), $"heliograph sweep {folder}{(place == SweepPlace.Slurm ? " --on slurm" : "")}");
        if (report is not null && RunList.In([folder]) is { Count: > 0 } runs)
        {
            ReportPage.Write(runs, report, snrDb: null, ReportCommand.UsualDrop);
            Writer(json).WriteLine(Printable.Line($"page: {Path.Combine(report, ReportPage.FileName)}"));
        }
        return End(state, folder, jobs, json);
    }

    /// <summary>Plans a sweep, says what is to be done, and writes nothing yet.</summary>
    /// <exception cref="UsageException">It cannot be done there.</exception>
    public static SweepState Begin(SweepDefinition definition, string folder, int jobs, bool toStandardError)
    {
        Check(jobs);
        var plan = SweepPlan.Of(definition);
        if (Directory.Exists(folder) && !File.Exists(Path.Combine(folder, SweepDefinition.FileName)) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new UsageException($"{folder} is a folder with other things in it and no sweep; give a new one with --to");
        if (File.Exists(folder))
            throw new UsageException($"{folder} is a file; a sweep needs a folder of its own");
        var state = new SweepState(plan, folder);
        var writer = Writer(toStandardError);
        writer.WriteLine($"sweep: {folder}");
        writer.WriteLine($"{Plural.Of(plan.Runs.Count, "run")}, {Plural.Of(plan.Nodes.Count, "node")}: {state.Line(jobs)}");
        return state;
    }

    /// <summary>Does what is left of it on this machine.</summary>
    /// <param name="definition">The sweep.</param>
    /// <param name="state">Where it stands.</param>
    /// <param name="folder">Its folder, which is locked meanwhile.</param>
    /// <param name="jobs">How many nodes run side by side.</param>
    /// <param name="data">Where to look for data first.</param>
    /// <param name="toStandardError">True when standard output is kept for JSON.</param>
    /// <param name="result">What the runs so far come to, for so many columns; null for nothing.</param>
    /// <param name="interrupt">Asks to stop.</param>
    public static void Work(SweepDefinition definition, SweepState state, string folder, int jobs, string? data, bool toStandardError, Func<int, string>? result, CancellationToken interrupt)
    {
        SlurmQueue.RefuseActive(folder);
        Work(definition, folder, jobs, toStandardError, result, view => new LocalSweep(folder, jobs, data, view).RunAsync(state, interrupt));
    }

    static void Work(SweepDefinition definition, string folder, int jobs, bool toStandardError, Func<int, string>? result, Func<ISweepView, Task> sweep)
    {
        Directory.CreateDirectory(folder);
        using var theLock = RunFolder.Lock(folder);
        definition.Write(folder);
        View(toStandardError, jobs, result, view => sweep(view).GetAwaiter().GetResult());
    }

    /// <summary>Says what failed, unless all went well.</summary>
    public static void ReportFailures(SweepState state, string folder, TextWriter writer, string again)
    {
        if (state.Failed.Any())
            writer.WriteLine($"{again} tries the failed nodes again; their logs are in {Path.Combine(folder, "logs")}");
        int blocked = state.Blocked.Count();
        if (blocked > 0)
            writer.WriteLine($"{Plural.Of(blocked, "node")} could not start because a node they depend on failed");
    }

    static TextWriter Writer(bool toStandardError) => toStandardError ? Console.Error : Console.Out;

    static void Check(int jobs)
    {
        if (jobs is < 1 or > 1024)
            throw new UsageException(FormattableString.Invariant($"--jobs must be from 1 to 1024, not {jobs}"));
    }

    static SweepPlace Place(string name) => name switch
    {
        "local" => SweepPlace.Local,
        "slurm" => SweepPlace.Slurm,
        "kubernetes" => SweepPlace.Kubernetes,
        _ => throw new UsageException($"--on: there is no '{name}'; it is local, slurm or kubernetes"),
    };

    static int Cancel(string folder)
    {
        var (waiting, running) = SlurmQueue.Cancel(folder);
        Output.Line(waiting + running == 0 ? $"nothing of {folder} is in Slurm's queue"
            : FormattableString.Invariant($"cancelled: {waiting} waiting, {running} running; heliograph sweep {folder} --on slurm submits them again, from their checkpoints"));
        return 0;
    }

    static int Manifest(SweepDefinition definition, string folder, int jobs, string? data, bool dryRun)
    {
        Check(jobs);
        if (!dryRun)
            throw new UsageException("--on kubernetes writes a manifest and runs nothing: add --dry-run, and give the output to kubectl apply -f -");
        if (data?.Any(char.IsControl) ?? false)
            throw new UsageException("--data: a path without control characters is expected");
        Console.Out.Write(KubernetesManifest.Of(definition, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), jobs, data));
        return 0;
    }

    static void View(bool toStandardError, int jobs, Func<int, string>? result, Action<ISweepView> work)
    {
        bool redirected = toStandardError ? Console.IsErrorRedirected : Console.IsOutputRedirected;
        var writer = Writer(toStandardError);
        if (redirected)
        {
            work(new PlainSweepView(writer, jobs, result));
            return;
        }
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        console.Live(new Text("")).AutoClear(true).Start(live => work(new LiveSweepView(console, live, jobs, result)));
    }

    static int End(SweepState state, string folder, int jobs, bool json)
    {
        Writer(json).WriteLine(state.Line(jobs));
        if (json)
        {
            Output.PrintJson(new
            {
                sweep = folder,
                done = state.Count(NodeState.Done),
                failed = state.Failed.Select(failed => new { failed.Node.Id, failed.Node.Name, failed.Reason }),
                waiting = state.Count(NodeState.Waiting),
                nodeSeconds = Math.Round(state.Took.TotalSeconds, 3),
                runs = state.Plan.Runs.Select(node => new { node.Id, folder = Path.Combine(folder, node.Folder), isDone = state[node] == NodeState.Done, values = node.Values.ToDictionary(value => value.Key, value => value.Value) }),
            });
        }
        return state.Count(NodeState.Done) == state.Plan.Nodes.Count ? 0 : 1;
    }

    static int Node(string folder, string id, string? data, bool attached, CancellationToken interrupt)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(interrupt);
        if (attached)
        {
            // The pipe ends when the program that started this one closes it, or is killed.
            new Thread(() =>
            {
                while (Console.In.Read() >= 0)
                { }
                try
                {
                    stop.Cancel();
                }
                catch (ObjectDisposedException)
                { }
            })
            { IsBackground = true }.Start();
        }
        SweepNodes.Do(folder, id, data, stop.Token);
        return 0;
    }
}
