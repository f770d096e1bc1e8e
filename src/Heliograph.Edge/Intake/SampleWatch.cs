using Heliograph.Zmq;
using Microsoft.Extensions.Logging;

namespace Heliograph.Edge.Intake;

/// <summary>
/// Watches a bare stream of samples, on which nothing marks where an image begins, for signs that the receiver is out of step, or that its gain or phase
/// is wrong: by the pilots if there are any, else by the power of the vectors. Every image is sent with power exactly 1, so that
/// aligned vectors vary in power only with the noise, by an amount that follows from its mean. Neighbours are compared, so
/// that slowly changing noise does not count.
/// </summary>
sealed partial class SampleWatch(int symbols, bool hasPilots, TimeProvider clock)
{
    /// <summary>Vectors over which power is compared.</summary>
    public const int Window = 1024;

    // A few vectors say little.
    const int Fewest = 64;

    // From n differences of neighbours the variance is known to within √(3/n) of itself; chance does not exceed this many of these in years.
    const double MostDeviations = 6;

    // Below 1 minus this, noise cannot explain the mean power of symbols sent with power 1.
    const double LeastPower = 0.8;

    // The minimum for vectors that straddle two images; less may be a receiver's gain that drifts by a percent.
    const double LeastSignalVariance = 0.05;

    const double MostPhase = 20, LeastGain = 0.7, MostGain = 1.4;

    // Neighbours over which the noise is assumed to be the same.
    const int Block = 32;

    // How long a slip is reported, and the minimum time between two log lines.
    static readonly TimeSpan Recent = TimeSpan.FromSeconds(10);

    readonly Lock changing = new();
    readonly double[] powers = new double[Window];
    int next, count;
    StreamState state = new(StreamStep.Unknown);
    string? logged;
    long? loggedAt, slippedAt;

    /// <summary>Where changes are written to.</summary>
    public ILogger? Log { get; set; }

    /// <summary>The labels beside the stream, or null.</summary>
    public ZmqLabelSource? Labels { get; init; }

    /// <summary>Adds the power of a vector: the mean square of its symbols.</summary>
    public void Add(double power)
    {
        lock (changing)
        {
            powers[next] = power;
            next = (next + 1) % Window;
            count = Math.Min(count + 1, Window);
        }
    }

    /// <summary>Adds what the stream's pilots show, and logs what has changed.</summary>
    public void Look(StreamState now)
    {
        lock (changing)
        {
            // Vectors with another alignment say nothing about those to come.
            if (now.Slips != state.Slips)
                (count, slippedAt) = (0, clock.GetTimestamp());
            state = now;
            if (Log is not { } log || IsRecent(loggedAt))
                return;
            string? warning = Warning();
            if (warning == logged)
                return;
            (logged, loggedAt) = (warning, clock.GetTimestamp());
            if (warning is null)
                Right(log);
            else
                Wrong(log, warning);
        }
    }

    /// <summary>What <c>GET /api/status</c> says about the stream.</summary>
    public object Now()
    {
        lock (changing)
        {
            var (mean, variance, noise) = Powers();
            return new
            {
                Warning = Warning(),
                Step = state.Step switch { StreamStep.InStep => "in-step", StreamStep.Searching => "searching", _ => "unknown" },
                state.Pilots,
                state.Slips,
                Pilot = state.Pilots == 0 ? null
                    : new { Correlation = Math.Round(state.Correlation, 3), Gain = Math.Round(state.Gain, 3), PhaseDegrees = Math.Round(state.PhaseDegrees, 1) },
                Labels = Labels is null ? null : new { Taken = Labels.Told, Labels.Refused },
                Vectors = count,
                MeanPower = count == 0 ? (double?)null : Math.Round(mean, 4),
                PowerVariance = count < 2 ? (double?)null : Math.Round(variance, 5),
                NoiseVariance = count < 2 ? (double?)null : Math.Round(noise, 5),
            };
        }
    }

    /// <summary>What is wrong with the stream, in words; null if nothing is.</summary>
    string? Warning()
    {
        if (hasPilots && state.Step != StreamStep.InStep)
        {
            return state.Pilots > 0 ? "The stream of samples is out of step: the pilot is not where it belongs. Frames are left out until the next pilot is found."
                : state.Searched > 0 ? "No pilot is found in the stream of samples: does the sender put pilots on it, for this pair, and is the SNR above −8 dB?"
                : null;
        }
        if (IsRecent(slippedAt))
            return $"The stream of samples was out of step and is in step again (slip {state.Slips}): samples were lost or added, and frames before the pilot that revealed it were not recognised.";
        if (state.Pilots > 0 && Math.Abs(state.PhaseDegrees) > MostPhase)
            return FormattableString.Invariant($"The stream of samples is rotated by {state.PhaseDegrees:0}°: symbols are not recognised unless the receiver rotates them back.");
        if (state.Pilots > 0 && state.Gain is < LeastGain or > MostGain)
            return FormattableString.Invariant($"The stream of samples has a gain of {state.Gain:0.###}, not 1.");
        if (count < Fewest)
            return null;
        var (mean, variance, noise) = Powers();
        if (mean < LeastPower)
            return FormattableString.Invariant($"The mean power of the samples' vectors is {mean:0.###}, but images are sent with 1: the receiver's gain is wrong, or the symbols do not belong to this pair.");
        if (!hasPilots && variance > (1 + MostDeviations * Math.Sqrt(3.0 / count)) * noise + LeastSignalVariance / symbols)
            return "The stream of samples looks misaligned: its vectors differ in power by more than noise explains, as if they straddled images. Restart both ends, or use pilots.";
        return null;
    }

    bool IsRecent(long? time) => time is { } then && clock.GetElapsedTime(then) < Recent;

    /// <summary>The mean; half the mean square of the differences between neighbours, which is the variance without slow changes; and the part of it due to noise.</summary>
    (double Mean, double Variance, double Noise) Powers()
    {
        double sum = 0, squares = 0, noise = 0, block = 0;
        int oldest = count < Window ? 0 : next, inBlock = 0;
        for (int i = 0; i < count; i++)
        {
            double power = powers[(oldest + i) % Window];
            sum += power;
            if (i > 0)
            {
                double difference = power - powers[(oldest + i - 1) % Window];
                squares += difference * difference;
            }
            block += power;
            if (++inBlock == Block || i == count - 1)
            {
                noise += inBlock * Noise(block / inBlock);
                (block, inBlock) = (0, 0);
            }
        }
        return count == 0 ? default : (sum / count, squares / (2 * Math.Max(1, count - 1)), noise / count);
    }

    /// <summary>Variance of the mean square of B symbols with signal power 1 that is due to noise alone: (4σ² + 2σ⁴)/B.</summary>
    double Noise(double mean)
    {
        double variance = Math.Max(0, mean - 1);
        return (4 * variance + 2 * variance * variance) / symbols;
    }

    [LoggerMessage(EventId = 20, Level = LogLevel.Warning, Message = "{Warning}")]
    static partial void Wrong(ILogger log, string warning);

    [LoggerMessage(EventId = 21, Level = LogLevel.Information, Message = "the stream of samples is in order again")]
    static partial void Right(ILogger log);
}
