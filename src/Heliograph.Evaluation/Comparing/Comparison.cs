using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Records;
using Heliograph.Statistics;

namespace Heliograph.Evaluation.Comparing;

/// <summary>Two runs compared on the same images; or two recipes, each by runs of several seeds, pair by pair.</summary>
/// <param name="A">The first side's folders, one a seed.</param>
/// <param name="B">The second side's, in the same order of seeds.</param>
/// <param name="MeasuredOn">Name of the set.</param>
/// <param name="Images">Its number of images.</param>
/// <param name="Points">By ascending SNR, and without noise last, where both sides have that.</param>
public sealed record Comparison(ValueList<string> A, ValueList<string> B, string MeasuredOn, int Images, ValueList<ComparedPoint> Points)
{
    /// <summary>Compares two sides at the SNRs that all have.</summary>
    /// <param name="a">The first side, one run a seed.</param>
    /// <param name="b">The second, as many, in the same order.</param>
    /// <param name="snr">The SNRs to compare at, beside the noiseless case; null for all that are common.</param>
    /// <exception cref="UsageException">They do not belong together: other images, another set, no SNR in common.</exception>
    public static Comparison Of(IReadOnlyList<HitsSource> a, IReadOnlyList<HitsSource> b, SnrGrid? snr = null)
    {
        if (a.Count != b.Count)
            throw new UsageException($"one side has {a.Count} {Runs(a.Count)}, the other {b.Count}; each seed needs a run on both sides");
        (HitsSource A, HitsSource B)[] pairs = [.. a.Zip(b)];
        foreach (var (first, second) in pairs)
            Check(first, second, pairs.Length > 1);
        if (pairs.FirstOrDefault(pair => pair.A.Hits.MeasuredOn != a[0].Hits.MeasuredOn) is { A: { } other })
            throw OtherSet(a[0], other);
        HitsSource[] all = [.. a, .. b];
        double[] common = Snrs(all, snr);
        var points = common.Select(decibels => (double?)decibels).Append(null)
            .Where(at => all.All(source => source.Hits.At(at) is not null))
            .Select(at => ComparedPoint.Of(at, [.. pairs.Select(pair => PairedDifference.Of(pair.A.Hits.At(at)!, pair.B.Hits.At(at)!))]));
        return new([.. a.Select(source => source.Name)], [.. b.Select(source => source.Name)], a[0].Hits.MeasuredOn, a[0].Hits.Images, [.. points]);
    }

    static double[] Snrs(HitsSource[] all, SnrGrid? wanted)
    {
        // What was measured without noise is compared at every SNR.
        HitsSource[] noisy = [.. all.Where(source => !source.Hits.IsNoiseless)];
        double[] common = [.. noisy.SelectMany(source => Decibels(source)).Distinct().Where(at => noisy.All(source => source.Hits.At(at) is not null)).Order()];
        if (noisy.Length > 0 && common.Length == 0)
            throw new UsageException($"no SNR is common to all: {string.Join(", ", noisy.Select(source => $"{source.Name} has {List(Decibels(source))} dB"))}; 'heliograph evaluate --snr' measures at others");
        if (wanted is null)
            return common;
        return wanted.Decibels.Where(at => !common.Contains(at)).Select(at => (double?)at).FirstOrDefault() is { } missing
            ? throw new UsageException(FormattableString.Invariant($"--snr: {missing:0.##} dB was not measured on both sides; ")
                + (common.Length == 0 ? "neither was measured with noise" : $"common to all are {List(common)} dB"))
            : [.. wanted.Decibels];
    }

    static void Check(HitsSource a, HitsSource b, bool several)
    {
        if (a.Hits.MeasuredOn != b.Hits.MeasuredOn)
            throw OtherSet(a, b);
        if (a.Hits.Data != b.Hits.Data || a.Hits.Images != b.Hits.Images)
            throw new UsageException($"{a.Name} and {b.Name} were measured on different images and cannot be compared; the data, their seed (data.seed, or else seed), data.limit and data.validation must agree");
        if (several && a.Hits.Seed != b.Hits.Seed)
            throw new UsageException($"{a.Name} has seed {a.Hits.Seed}, {b.Name} seed {b.Hits.Seed}; give the runs of both sides in the same order of seeds");
    }

    static UsageException OtherSet(HitsSource a, HitsSource b) => new(
        $"{a.Name} was measured on {a.Hits.MeasuredOn} images, {b.Name} on {b.Hits.MeasuredOn} images; 'heliograph evaluate RUN --set {SetNames.Test}' or '--set {SetNames.Validation}' measures on the other set");

    static IEnumerable<double> Decibels(HitsSource source) => source.Hits.Points.Select(point => point.SnrDb).OfType<double>();

    static string List(IEnumerable<double> decibels) => string.Join(", ", decibels.Select(at => FormattableString.Invariant($"{at:0.##}")));

    static string Runs(int count) => count == 1 ? "run" : "runs";
}

/// <summary>Two sides at one SNR.</summary>
/// <param name="SnrDb">P/σ² per real symbol in dB (docs/snr.md); null without noise.</param>
/// <param name="A">Top-1 of the first.</param>
/// <param name="B">Top-1 of the second.</param>
/// <param name="Difference">First less second, in percentage points; of several seeds the mean.</param>
/// <param name="Ci95">
/// Half width of its 95 % interval, in percentage points. Of one pair of runs over images and draws of the noise (<see cref="PairedDifference"/>);
/// of several over the seeds, by Student's t of their differences, which says what another training would give.
/// </param>
/// <param name="Pairs">Each seed's two runs.</param>
public sealed record ComparedPoint(double? SnrDb, SeedMean A, SeedMean B, double Difference, double? Ci95, ValueList<PairedDifference> Pairs)
{
    internal static ComparedPoint Of(double? snrDb, ValueList<PairedDifference> pairs)
    {
        double[] differences = [.. pairs.Select(pair => pair.Difference)];
        return new(snrDb, SeedMean.Of([.. pairs.Select(pair => pair.A)]), SeedMean.Of([.. pairs.Select(pair => pair.B)]), Math.Round(differences.Average(), 4),
            pairs is [var only] ? only.Ci95 : StudentT.HalfWidth95(differences), pairs);
    }
}

/// <summary>Top-1 over runs of several seeds.</summary>
/// <param name="Top1">The mean, in percent.</param>
/// <param name="Deviation">Standard deviation over the seeds (n − 1), in percentage points; null for one.</param>
public sealed record SeedMean(double Top1, double? Deviation)
{
    internal static SeedMean Of(IReadOnlyList<double> values)
    {
        double mean = values.Average();
        return new(Math.Round(mean, 4), values.Count < 2 ? null : Math.Round(Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)), 4));
    }
}
