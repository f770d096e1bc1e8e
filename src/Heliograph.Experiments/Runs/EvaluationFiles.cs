using System.Globalization;
using System.Text;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Records;
using Heliograph.Files;

namespace Heliograph.Experiments.Runs;

/// <summary>
/// An evaluation as <c>evaluation.json</c>, <c>evaluation.csv</c>, <c>evaluation.hits</c> (<see cref="HitsFile"/>), <c>evaluation.png</c> and
/// <c>evaluation.svg</c> in its run folder.
/// </summary>
public static class EvaluationFiles
{
    const string JsonFile = "evaluation.json", ExperimentFile = "evaluation.yaml", HitsName = "evaluation.hits", StepHitsName = "result.hits";

    /// <summary>Paths of the plots.</summary>
    public static string PngPath(string folder) => Path.Combine(folder, "evaluation.png");

    /// <inheritdoc cref="PngPath"/>
    public static string SvgPath(string folder) => Path.Combine(folder, "evaluation.svg");

    /// <summary>Path of the hits of an evaluation.</summary>
    public static string HitsPath(string folder) => Path.Combine(folder, HitsName);

    /// <summary>Path of the hits of a step's result.</summary>
    public static string HitsPath(RunFolder run, string step) => run.StepPath(step, StepHitsName);

    /// <summary>The evaluation that the run has, or null.</summary>
    public static EvaluationResult? Read(RunFolder run) => File.Exists(run.In(JsonFile))
        ? Json.ReadFile<EvaluationResult>(run.In(JsonFile))
        : null;

    /// <summary>True when a folder holds no run but an evaluation of a pair that was written elsewhere, with its experiment.</summary>
    public static bool IsElsewhere(string folder) => File.Exists(Path.Combine(folder, JsonFile)) && File.Exists(Path.Combine(folder, ExperimentFile)) && !RunFolder.IsRun(folder);

    /// <summary>Writes the experiment that an evaluation elsewhere was made with, before the evaluation.</summary>
    public static void Write(string folder, Experiment experiment)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.WriteText(Path.Combine(folder, ExperimentFile), OptionsBinder.ToYaml(experiment));
    }

    /// <summary>An evaluation elsewhere, and its experiment.</summary>
    /// <exception cref="InvalidDataException">A file is damaged; the message names it.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static (EvaluationResult Result, Experiment Experiment) ReadElsewhere(string folder)
    {
        string path = Path.Combine(folder, ExperimentFile);
        try
        {
            return (Json.ReadFile<EvaluationResult>(Path.Combine(folder, JsonFile)), OptionsBinder.Bind<Experiment>(ExperimentFiles.ReadText(path), path));
        }
        catch (UsageException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <summary>Deletes the evaluation that a run has when it was made at other SNRs or with other options.</summary>
    public static void ForgetUnless(EvaluationOptions wanted, RunFolder run)
    {
        if (!File.Exists(run.In(JsonFile)))
            return;
        if (run.ReadExperiment().Evaluation != wanted || Read(run) is { } done && !done.Points.Select(point => point.SnrDb).SequenceEqual(wanted.Snr.Decibels))
            Forget(run);
    }

    /// <summary>Deletes the evaluation that a run has.</summary>
    public static void Forget(RunFolder run)
    {
        File.Delete(run.In(JsonFile));
        File.Delete(HitsPath(run.Path));
    }

    /// <summary>Writes all but the plots, the JSON last.</summary>
    public static void Write(string folder, EvaluationResult result, Hits hits)
    {
        Directory.CreateDirectory(folder);
        HitsFile.Write(HitsPath(folder), hits);
        AtomicFile.WriteText(Path.Combine(folder, "evaluation.csv"), Csv(result));
        Json.WriteSealed(Path.Combine(folder, JsonFile), result);
    }

    /// <summary>Writes a backbone's: the hits, then the JSON.</summary>
    public static void Write(string folder, BackboneResult result, Hits hits)
    {
        Directory.CreateDirectory(folder);
        HitsFile.Write(HitsPath(folder), hits);
        Json.WriteSealed(Path.Combine(folder, JsonFile), result);
    }

    static string Csv(EvaluationResult result)
    {
        // Those of an elastic pair begin with the mode.
        var text = new StringBuilder(result.Modes is null ? "" : "ratio,symbols,").Append("snr_db,top1,ci95,top5,measured_on\n");
        foreach (var (mode, points) in result.Modes?.Select(mode => (FormattableString.Invariant($"{mode.Ratio},{mode.Symbols},"), mode.Points)) ?? [("", result.Points)])
        {
            foreach (var point in points)
                text.Append(CultureInfo.InvariantCulture, $"{mode}{point.SnrDb},{point.Top1:0.####},{point.Ci95:0.####},{point.Top5:0.####},{result.MeasuredOn}\n");
        }
        return text.ToString();
    }
}
