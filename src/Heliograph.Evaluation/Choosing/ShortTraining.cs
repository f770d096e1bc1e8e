using System.Globalization;
using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Sweeps;
using Heliograph.Experiments.Trainings;

namespace Heliograph.Evaluation.Choosing;

/// <summary>A training that is just long enough to tell candidates apart, and the full one of the candidate that is chosen.</summary>
public static class ShortTraining
{
    const int Images = 4000;

    // What the short training sets for itself; other values hold for the full training too.
    static readonly string[] Own = ["data.limit", "prune.", "autoencoder.", "joint.", "evaluation."];

    /// <summary>The short form of an experiment: few images, few epochs, measured at one SNR only.</summary>
    /// <param name="experiment">Of the backbone.</param>
    /// <param name="from">The backbone, as <c>pretrain.from</c> names it.</param>
    /// <param name="snrDb">SNR in training and evaluation, in dB.</param>
    /// <param name="overrides">Values that differ, as <c>key=value</c>.</param>
    /// <exception cref="UsageException">A value makes no sense.</exception>
    public static Experiment Of(Experiment experiment, string from, double snrDb, IEnumerable<string> overrides)
    {
        var shortened = Plain(experiment, from, snrDb) with
        {
            Data = experiment.Data with { Limit = Math.Min(experiment.Data.Limit ?? Images, Images) },
            Prune = new() { Uniform = true, PerIteration = int.MaxValue, Images = 1000, Epochs = 1, Rate = 0.005, Batch = 64 },
            // Codes that learn what the classes need get there in fewer epochs than those that restore the map.
            Autoencoder = new() { Epochs = 4, Batch = 64, Loss = AutoencoderLoss.Parse(LossTerms.Distillation.Name, CultureInfo.InvariantCulture) },
            Joint = new() { Epochs = 3, Rate = 0.02, Batch = 64, Nesterov = true, Schedule = Schedule.Cosine },
            // Held-out images, where there are some: the test set is for the pair that is chosen.
            Evaluation = new()
            {
                Snr = SnrGrid.Parse(snrDb.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
                Draws = 5,
                Set = experiment.Data.Validation > 0 ? EvaluationSet.Validation : EvaluationSet.Test,
            },
        };
        return OptionsBinder.Bind<Experiment>(OptionsBinder.ToYaml(shortened), from, overrides);
    }

    /// <summary>The full form, for what was chosen.</summary>
    /// <inheritdoc cref="Of"/>
    public static Experiment Full(Experiment experiment, string from, double snrDb, IEnumerable<string> overrides, Candidate chosen)
    {
        var full = OptionsBinder.Bind<Experiment>(OptionsBinder.ToYaml(Plain(experiment, from, snrDb)), from, overrides.Where(text => !Own.Any(text.StartsWith)));
        return full with
        {
            Split = chosen.Split!,
            Code = new() { Symbols = (int)chosen.Cost.Symbols!.Value },
            Prune = full.Prune with { Uniform = true, Ratio = chosen.Ratio!.Value, Macs = null, By = PruneBy.Score, Penalty = 0 },
        };
    }

    /// <summary>The sweep that trains some candidates.</summary>
    public static SweepDefinition Sweep(string name, Experiment shortened, IEnumerable<Candidate> candidates)
    {
        bool prunes = shortened.Steps().Steps.Any(step => step.Prunes);
        return SweepDefinition.Of(name, shortened, candidates.Select(one => (ValueList<KeyValuePair<string, string>>)
        [
            new("split", one.Split!),
            .. prunes ? [new("prune.ratio", one.Ratio!.Value.ToString("R", CultureInfo.InvariantCulture))] : Array.Empty<KeyValuePair<string, string>>(),
            new("code.symbols", one.Cost.Symbols!.Value.ToString(CultureInfo.InvariantCulture)),
        ]));
    }

    static Experiment Plain(Experiment experiment, string from, double snrDb) => experiment with
    {
        // What sends bits has no pair to train, and what is proposed has the paper's code.
        Recipe = experiment.Steps() is { Sends: Sent.Symbols } recipe && recipe.Code == CodeKind.Joint ? experiment.Recipe : RecipeCatalogue.Paper.Name,
        Digital = new(),
        Pretrain = new() { From = from },
        Code = new(),
        Channel = experiment.Channel with { Snr = new(snrDb, snrDb) },
    };
}
