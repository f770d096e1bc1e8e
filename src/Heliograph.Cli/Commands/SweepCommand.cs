using System.CommandLine;
using Heliograph.Cli.Sweeping;
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
        var dryRun = new Option<bool>("--dry-run") { Description = "List what would be trained, then stop." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object; everything else goes to standard error." };
        var node = new Option<string?>("--node") { Hidden = true };
        var attached = new Option<bool>("--attached") { Hidden = true };
        var command = new ExampleCommand("sweep", "Train an experiment with every combination of the given values. Work that combinations share is done once.",
            "heliograph sweep sweeps/quickstart.yaml",
            "heliograph sweep sweeps/quickstart.yaml --jobs 2 --to runs/first",
            "heliograph sweep runs/first",
            "heliograph sweep sweeps/quickstart.yaml --on slurm slurm.time=2:00:00 --jobs 32 --to runs/first",
            "heliograph sweep runs/first --cancel")
        { sweep, overrides, to, jobs, on, cancel, data, dryRun, json, node, attached };
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
            return Run(definition, place, folder, parsed.GetValue(jobs), parsed.GetValue(data), parsed.GetValue(dryRun), parsed.GetValue(json), interrupt);
        });
        return command;
    }

    /// <summary>How many nodes run side by side.</summary>
    public static Option<int> JobsOption() =>
        new("--jobs") { Description = "How many run at the same time, each on one thread unless the experiment says otherwise.", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount };

    /// <summary>Does a sweep, as far as it is not done.</summary>
    public static int Run(SweepDefinition definition, SweepPlace place, string folder, int jobs, string? data, bool dryRun, bool json, CancellationToken interrupt)
    {
        Check(jobs);
        if (place == SweepPlace.Slurm)
        {
            if (!SlurmProgram.IsInstalled)
                throw SlurmProgram.Missing("sbatch");
            jobs = definition.Clusters.Slurm.Concurrency ?? jobs;
        }
        var plan = SweepPlan.Of(definition);
        if (Directory.Exists(folder) && !File.Exists(Path.Combine(folder, SweepDefinition.FileName)) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new UsageException($"{folder} is a folder with other things in it and no sweep; give a new one with --to");
        if (File.Exists(folder))
            throw new UsageException($"{folder} is a file; a sweep needs a folder of its own");
        var state = new SweepState(plan, folder);
        var writer = json ? Console.Error : Console.Out;
        writer.WriteLine($"sweep: {folder}");
        writer.WriteLine($"{Plural.Of(plan.Runs.Count, "run")}, {Plural.Of(plan.Nodes.Count, "node")}: {state.Line(jobs)}");
        if (dryRun)
        {
            foreach (var node in plan.Nodes)
                writer.WriteLine($"{node.Id}  {(state[node] == NodeState.Done ? "done   " : "waiting")}  {node.Name}{(node.Parent is { } parent ? $"  from {parent.Id}" : "")}");
            return 0;
        }
        if (place == SweepPlace.Local)
            SlurmQueue.RefuseActive(folder);
        Directory.CreateDirectory(folder);
        using var theLock = RunFolder.Lock(folder);
        definition.Write(folder);
        try
        {
            View(json, jobs, view => (place == SweepPlace.Slurm ? new SlurmSweep(folder, definition.Clusters.Slurm, jobs, data, view).RunAsync(state, interrupt)
                : new LocalSweep(folder, jobs, data, view).RunAsync(state, interrupt)).GetAwaiter().GetResult());
        }
        catch (OperationCanceledException) when (place == SweepPlace.Slurm)
        {
            writer.WriteLine($"the jobs go on in Slurm; heliograph sweep {folder} --on slurm watches them again, heliograph sweep {folder} --cancel cancels them");
            throw;
        }
        return Report(state, place, folder, jobs, json);
    }

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

    static void View(bool toStandardError, int jobs, Action<ISweepView> work)
    {
        bool redirected = toStandardError ? Console.IsErrorRedirected : Console.IsOutputRedirected;
        var writer = toStandardError ? Console.Error : Console.Out;
        if (redirected)
        {
            work(new PlainSweepView(writer, jobs));
            return;
        }
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        console.Live(new Text("")).AutoClear(true).Start(live => work(new LiveSweepView(console, live, jobs)));
    }

    static int Report(SweepState state, SweepPlace place, string folder, int jobs, bool json)
    {
        var writer = json ? Console.Error : Console.Out;
        if (state.Failed.Any())
            writer.WriteLine($"heliograph sweep {folder}{(place == SweepPlace.Slurm ? " --on slurm" : "")} tries the failed nodes again; their logs are in {Path.Combine(folder, "logs")}");
        int blocked = state.Blocked.Count();
        if (blocked > 0)
            writer.WriteLine($"{Plural.Of(blocked, "node")} could not start because a node they depend on failed");
        writer.WriteLine(state.Line(jobs));
        if (json)
        {
            Output.PrintJson(new
            {
                sweep = folder,
                done = state.Count(NodeState.Done),
                failed = state.Failed.Select(failed => new { failed.Node.Id, failed.Node.Name, failed.Reason }),
                waiting = state.Count(NodeState.Waiting),
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
