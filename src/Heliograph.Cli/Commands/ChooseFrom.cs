using Heliograph.Evaluation.Choosing;
using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Sweeps;
using Heliograph.Files;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Models;
using Heliograph.Wording;

namespace Heliograph.Cli.Commands;

/// <summary>What <c>heliograph choose --from</c> does: proposes what could be trained from a backbone, and with <c>--try</c> trains it, shortly.</summary>
sealed class ChooseFrom
{
    const string ExperimentFile = "chosen.yaml";

    readonly string from;
    readonly string[] overrides;
    readonly IReadOnlyList<Budget> budgets;
    readonly double snr;
    readonly string? data;
    readonly ChoiceFormat format;
    readonly Experiment experiment, shortened;
    readonly Choice all;
    readonly IReadOnlyList<Candidate> proposed;

    /// <summary>Searches.</summary>
    /// <exception cref="UsageException">The backbone, the data or a value do not fit.</exception>
    public ChooseFrom(string from, string[] overrides, IReadOnlyList<Budget> costs, IReadOnlyList<Budget> budgets, double? snr, int candidates, string? data, ChoiceFormat format)
    {
        if (costs.Count == 0)
            throw new UsageException("--from needs a budget of costs, such as --max-macs 4M --max-symbols 64");
        (this.from, this.overrides, this.budgets, this.data, this.format) = (from, overrides, budgets, data, format);
        experiment = EvaluateBackbone.ExperimentOf(from, []);
        this.snr = snr ?? (experiment.Channel.Snr.Low + experiment.Channel.Snr.High) / 2;
        shortened = ShortTraining.Of(experiment, from, this.snr, overrides);
        var images = DataSets.Load(shortened.Data, data, shortened.Seed, Output.Note);
        var network = ExperimentBackbone.Of(shortened, images);
        _ = TrainedBackbone.For(from, network, images, "--from: ");
        all = Proposals.All(network, costs, shortened.Steps().Steps.Any(step => step.Prunes), shortened.Prune.Floor);
        proposed = Proposals.Spread([.. all.Fitting.Select(one => one.Candidate)], candidates);
    }

    /// <summary>Says what would be tried, and trains nothing.</summary>
    public int List()
    {
        if (proposed.Count == 0)
            return Nothing();
        var choice = Choice.Of(proposed, []);
        if (format != ChoiceFormat.Text)
            return ChoiceOutput.Print(choice, budgets, null, format);
        var table = new TextTable("candidate", "MACs", "symbols", "memory (bytes)", "weights (bytes)");
        foreach (var one in proposed)
            table.AddRow(one.Name, $"{one.Cost.Macs:N0}", $"{one.Cost.Symbols:N0}", $"{one.Cost.RamBytes:N0}", $"{one.Cost.FlashBytes:N0}");
        table.Print();
        Output.Line(FormattableString.Invariant($"{proposed.Count} of {all.Fitting.Count:N0} that fit; --try trains them, shortly"));
        return 0;
    }

    /// <summary>Trains them, shows what they come to, and chooses.</summary>
    /// <param name="to">The sweep's folder; null for the usual one.</param>
    /// <param name="jobs">How many run side by side.</param>
    /// <param name="interrupt">Asks to stop; another call goes on.</param>
    public int Try(string? to, int jobs, CancellationToken interrupt)
    {
        if (proposed.Count == 0)
            return Nothing();
        string name = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(from));
        string folder = to ?? Path.Combine("runs", $"{name}-try");
        var sweep = ShortTraining.Sweep(name, shortened, proposed);
        bool toStandardError = format != ChoiceFormat.Text;
        var state = SweepCommand.Begin(sweep, folder, jobs, toStandardError);
        SweepCommand.Work(sweep, state, folder, jobs, data, toStandardError, SoFar, interrupt);
        SweepCommand.ReportFailures(state, folder, toStandardError ? Console.Error : Console.Out, "the same command");

        var choice = Chosen();
        File.Delete(Path.Combine(folder, ExperimentFile));
        (string Experiment, string Command)? full = choice.Fitting is [var best, ..] ? Write(best.Candidate) : null;
        int code = ChoiceOutput.Print(choice, budgets, snr, format, full);
        if (full is { } written)
            (toStandardError ? (Action<string>)Output.Note : Output.Line)($"the best, trained fully: {written.Command}");
        return state.Failed.Any() ? 1 : code;

        Choice Chosen() => Choice.Of(Candidates.In([folder], snr).All, budgets);

        string SoFar(int columns)
        {
            if (!Directory.EnumerateDirectories(folder).Any())
                return "";
            var choice = Chosen();
            string fitting = choice.Fitting.Count == 0 ? "nothing fits yet" + Environment.NewLine : ChoiceOutput.Table(ChoiceText.SoFar(choice, snr)).ToString(columns);
            var measured = choice.Others.Where(one => one.Candidate.Accuracy is not null).ToList();
            return fitting + string.Concat(measured.Select(one => Printable.Line($"  out: {Path.GetFileName(one.Candidate.Name)}: {string.Join("; ", one.Reasons)}") + Environment.NewLine));
        }

        (string, string) Write(Candidate best)
        {
            string path = Path.Combine(folder, ExperimentFile);
            AtomicFile.WriteText(path, OptionsBinder.ToYaml(ShortTraining.Full(experiment, from, snr, overrides, best)));
            return (path, $"heliograph train {path} --run {Path.Combine("runs", $"{name}-chosen")}");
        }
    }

    int Nothing()
    {
        var near = all.Nearest!;
        Output.Note($"error: nothing that could be trained from {from} meets the budgets; the nearest is {near.Candidate.Name}: {string.Join("; ", near.Reasons)}");
        return 1;
    }
}
