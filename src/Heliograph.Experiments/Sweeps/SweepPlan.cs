using System.Security.Cryptography;
using System.Text;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Trainings;

namespace Heliograph.Experiments.Sweeps;

/// <summary>What a sweep does, in an order in which every node comes after the one that it begins from: what several combinations have in common is done once.</summary>
public sealed class SweepPlan
{
    /// <summary>The folder, in that of a sweep, of what several of its runs begin from.</summary>
    public const string SharedFolder = "shared";

    const int MostCombinations = 10_000;

    SweepPlan(IReadOnlyList<SweepNode> nodes) => Nodes = nodes;

    /// <summary>The nodes, parents first.</summary>
    public IReadOnlyList<SweepNode> Nodes { get; }

    /// <summary>The nodes that are runs of one combination each, in the order of the grid.</summary>
    public IReadOnlyList<SweepNode> Runs => [.. Nodes.Where(node => node.Until is null)];

    /// <summary>Plans a sweep.</summary>
    /// <exception cref="UsageException">A key or a value is unknown, two combinations are the same, or there are too many.</exception>
    public static SweepPlan Of(SweepDefinition sweep)
    {
        if (sweep.Axes.GroupBy(axis => axis.Key).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new UsageException($"{twice.Key} is swept twice; give its values in one list");
        if (sweep.Listed.SelectMany(one => one).FirstOrDefault(value => sweep.Axes.Any(axis => axis.Key == value.Key) || value.Key == "seed" && sweep.Seeds.Count > 0) is { Key: not null } listed)
            throw new UsageException($"{listed.Key} is given in runs and swept beside them; give it in one of them");
        if (sweep.Axes.Any(axis => axis.Key == "seed") && sweep.Seeds.Count > 0)
            throw new UsageException("seed is swept in the grid and given as seeds; give one of them");
        long count = sweep.Axes.Aggregate((long)Math.Max(1, sweep.Seeds.Count) * Math.Max(1, sweep.Listed.Count), (product, axis) => Math.Min(product * axis.Values.Count, long.MaxValue / 100_000));
        if (count > MostCombinations)
            throw new UsageException(FormattableString.Invariant($"the grid has {count:N0} combinations; at most {MostCombinations:N0} are trained in one sweep"));
        Combination[] combinations = [.. Combinations(sweep)];
        Refuse(combinations);

        // How many ways go on from a point decides where one node ends and others begin.
        var next = combinations.SelectMany(combination => combination.Points.Zip(combination.Points.Skip(1)))
            .GroupBy(step => step.First.Id).ToDictionary(from => from.Key, from => from.Select(step => step.Second.Id).Distinct().Count());
        var nodes = new Dictionary<string, SweepNode>(StringComparer.Ordinal);
        var ordered = new List<SweepNode>();
        foreach (var combination in combinations)
        {
            SweepNode? parent = null;
            foreach (var (point, i) in combination.Points.Select((point, i) => (point, i)))
            {
                bool isLast = i == combination.Points.Count - 1;
                if (!isLast && next[point.Id] == 1)
                    continue;
                if (!nodes.TryGetValue(point.Id, out var node))
                {
                    node = isLast ? new(point.Id, combination.Name, parent, null, combination.Experiment, combination.Name, combination.Values)
                        : new(point.Id, NameOf(point.Step!, combinations.Where(other => other.Points.Contains(point))), parent, point.Step, UpTo(point.Step!, combination.Experiment), Path.Combine(SharedFolder, $"{point.Step}-{point.Id}"), []);
                    nodes.Add(point.Id, node);
                    ordered.Add(node);
                }
                parent = node;
            }
        }
        return new(ordered);
    }

    static IEnumerable<Combination> Combinations(SweepDefinition sweep)
    {
        IEnumerable<ValueList<KeyValuePair<string, string>>> all = sweep.Listed.Count == 0 ? [[]] : sweep.Listed;
        foreach (var axis in sweep.Seeds.Count == 0 ? sweep.Axes : [.. sweep.Axes, new("seed", [.. sweep.Seeds.Select(seed => $"{seed}")])])
            all = [.. all.SelectMany(values => axis.Values.Select(value => (ValueList<KeyValuePair<string, string>>)[.. values, new(axis.Key, value)]))];
        string yaml = OptionsBinder.ToYaml(sweep.Base);
        foreach (var values in all)
        {
            var experiment = OptionsBinder.Bind<Experiment>(yaml, sweep.Name, values.Select(value => $"{value.Key}={value.Value}"));
            experiment.Evaluation.CheckOwn();
            string name = values.Count == 0 ? "run" : string.Join(',', values.Select(value => $"{value.Key}={value.Value}"));
            yield return new(SafeName(name), experiment, values, [.. PointsOf(experiment)]);
        }
    }

    static void Refuse(Combination[] combinations)
    {
        if (combinations.GroupBy(combination => combination.Name).FirstOrDefault(same => same.Count() > 1) is { } name)
            throw new UsageException($"two combinations have one folder, {name.Key}; a value stands twice in the grid");
        if (combinations.GroupBy(combination => combination.Points[^1].Id).FirstOrDefault(same => same.Count() > 1) is { } same)
            throw new UsageException($"{same.First().Name} and {same.Last().Name} are the same experiment; a swept key has no effect beside another");
    }

    // A point is what is there after a step; it depends on the steps before, on the options of the step, and on little else.
    static IEnumerable<(string Id, string? Step)> PointsOf(Experiment experiment)
    {
        var recipe = experiment.Steps();
        var schema = OptionsSchema.Of(typeof(Experiment));
        var options = OptionsBinder.Flatten(experiment).Where(option => schema.MayChange(option.Key) != MayChange.Always || option.Key is "device" or "precision" or "threads").ToList();
        string[] groups = [.. RecipeCatalogue.All.SelectMany(other => other.Steps).SelectMany(step => step.Groups).Distinct()];
        string before = "";
        foreach (var step in recipe.Steps)
        {
            bool isFirst = step == recipe.Steps[0], knowsTheSplit = !isFirst, knowsTheCode = KnowsTheCode(step, experiment);
            // Steps of one name train with the code of their recipe.
            before = Hash([before, step.Name, .. knowsTheCode && recipe.Code is { } code and not CodeKind.Joint ? [$"{code}"] : Array.Empty<string>(), .. options.Where(option => Matters(option.Key)).Select(option => $"{option.Key}: {option.Value}")]);
            yield return (before, step.Name);

            bool Matters(string key) => key == "prune.splitRatio" ? step == LearnedRecipes.PruneSplit
                : key == "digital.quality" ? recipe.Sends == Sent.Tiles && step.Leaves == Artifact.Halves
                : groups.FirstOrDefault(group => key.StartsWith(group + ".", StringComparison.Ordinal)) is { } group ? step.Groups.Contains(group)
                : key == "recipe" || IsDigital(key) ? false
                : key == "split" ? knowsTheSplit
                : key.StartsWith("code.", StringComparison.Ordinal) ? knowsTheCode
                : !key.StartsWith("channel.", StringComparison.Ordinal) || step.Leaves == Artifact.Halves;
        }
        // A pair's scheme is told by its steps; what sends bits is only measured.
        string[] sends = recipe.Sends == Sent.Symbols ? [] : [recipe.Name, .. options.Where(option => IsDigital(option.Key) || option.Key is "split" or "channel.snr").Select(option => $"{option.Key}: {option.Value}")];
        yield return (Hash([before, "evaluation", .. sends, .. OptionsBinder.Flatten(experiment.Evaluation).Select(option => $"{option.Key}: {option.Value}")]), null);
    }

    static bool IsDigital(string key) => key.StartsWith("digital.", StringComparison.Ordinal);

    static bool KnowsTheCode(StepPlan step, Experiment experiment) => step.Leaves == Artifact.Halves
        || step.Prunes && (experiment.Prune.Macs is not null || experiment.Prune.By == PruneBy.ScorePerMac || experiment.Prune.Penalty > 0);

    // Without what only later steps know: a mistake in one combination's is none of what others share with it.
    static Experiment UpTo(string step, Experiment experiment)
    {
        var steps = experiment.Steps().Steps.TakeWhile(other => other.Name != step).Append(experiment.Steps().Step(step)).ToList();
        experiment = experiment with { Code = steps.Any(other => KnowsTheCode(other, experiment)) ? experiment.Code : new() };
        foreach (string group in experiment.Steps().Steps.SelectMany(other => other.Groups).Where(group => steps.TrueForAll(other => !other.Groups.Contains(group))))
        {
            var property = OptionsSchema.Of(typeof(Experiment)).Find(group)!.Property;
            property.SetValue(experiment, Activator.CreateInstance(property.PropertyType));
        }
        return experiment;
    }

    // What all combinations that share it have in common.
    static string NameOf(string step, IEnumerable<Combination> sharing)
    {
        var common = sharing.Select(combination => combination.Values.AsEnumerable()).Aggregate((values, others) => values.Intersect(others)).ToArray();
        return common.Length == 0 ? step : $"{step} of {string.Join(',', common.Select(value => $"{value.Key}={value.Value}"))}";
    }

    static string Hash(string[] parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..12];

    static string SafeName(string name) => string.Concat(name.Select(letter => char.IsLetterOrDigit(letter) || "=,.-_:+*".Contains(letter) ? letter : '-'));

    sealed record Combination(
        string Name, Experiment Experiment, ValueList<KeyValuePair<string, string>> Values, ValueList<(string Id, string? Step)> Points);
}
