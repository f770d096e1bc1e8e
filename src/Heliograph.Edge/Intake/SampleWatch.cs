using Heliograph.Zmq;
using Microsoft.Extensions.Logging;

namespace Heliograph.Edge.Intake;

/// <summary>
/// Watches a bare stream of samples, on which nothing marks where an image begins, for what a receiver that is out of step, or whose gain or phase
/// is wrong, would show: where there are pilots, by them; else by the power of the vectors. Every image is sent with the power 1 exactly, so that
/// vectors that are cut where images begin differ in power by the noise alone, and by how much follows from its mean. Neighbours are compared, so
/// that a noise that changes slowly does not count.
/// </summary>
sealed partial class SampleWatch(int symbols, bool hasPilots, TimeProvider clock)
{
    /// <summary>Vectors over which power is compared.</summary>
    public const int Window = 1024;

    // Few vectors say little.
    const int Fewest = 64;

    // Of n differences of neighbours the variance is measured to √(3/n) of itself; more of these than chance gives in years.
    const double MostDeviations = 6;

    // Below 1 − this, noise cannot have brought the mean power of what was sent with 1.
    const double LeastPower = 0.8;

    // Of a vector that is made of parts of two images, at least; less may be a receiver's gain that wanders by a percent.
    const double LeastSignalVariance = 0.05;

    const double MostPhase = 20, LeastGain = 0.7, MostGain = 1.4;

    // Neighbours over which the noise is taken to be the same.
    const int Block = 32;

    // How long a slip is told of, and the least time between two lines of the log.
    static readonly TimeSpan Recent = TimeSpan.FromSeconds(10);

    readonly Lock changing = new();
    readonly double[] powers = new double[Window];
    int next, count;
    StreamState state = new(StreamStep.Unknown);
    string? logged;
    long? loggedAt, slippedAt;

    /// <summary>Where changes are written to.</summary>
    public ILogger? Log { get; set; }

    /// <summary>Takes the power of a vector that was cut: the mean square of its symbols.</summary>
    public void Add(double power)
    {
        lock (changing)
        {
            powers[next] = power;
            next = (next + 1) % Window;
            count = Math.Min(count + 1, Window);
        }
    }

    /// <summary>Takes what the stream's pilots show, and writes to the log what has changed.</summary>
    public void Look(StreamState now)
    {
        lock (changing)
        {
            // Vectors that were cut elsewhere say nothing about those to come.
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

    /// <summary>What <c>GET /api/status</c> says of the stream.</summary>
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
                Vectors = count,
                MeanPower = count == 0 ? (double?)null : Math.Round(mean, 4),
                PowerVariance = count < 2 ? (double?)null : Math.Round(variance, 5),
                NoiseVariance = count < 2 ? (double?)null : Math.Round(noise, 5),
            };
        }
    }

    /// <summary>In words, what is wrong with the stream; null when nothing is seen.</summary>
    string? Warning()
    {
        if (hasPilots && state.Step != StreamStep.InStep)
        {
            return state.Pilots > 0 ? "The stream of samples is out of step: the pilot is not where it belongs. Frames are left out until the next is found."
                : state.Searched > 0 ? "No pilot is found in the stream of samples: does the sender put pilots on it, of this pair, and is there more noise than −8 dB?"
                : null;
        }
        if (IsRecent(slippedAt))
            return $"The stream of samples was out of step and is in step again, the {state.Slips}. time: samples were lost or added, and frames before the pilot that showed it were not recognised.";
        if (state.Pilots > 0 && Math.Abs(state.PhaseDegrees) > MostPhase)
            return FormattableString.Invariant($"The stream of samples is turned by {state.PhaseDegrees:0}°: symbols are not recognised unless the receiver turns them back.");
        if (state.Pilots > 0 && state.Gain is < LeastGain or > MostGain)
            return FormattableString.Invariant($"The stream of samples has a gain of {state.Gain:0.###}, not 1.");
        if (count < Fewest)
            return null;
        var (mean, variance, noise) = Powers();
        if (mean < LeastPower)
            return FormattableString.Invariant($"The mean power of the samples' vectors is {mean:0.###}, and images are sent with 1: the receiver's gain is wrong, or these are no symbols of this pair.");
        if (!hasPilots && variance > (1 + MostDeviations * Math.Sqrt(3.0 / count)) * noise + LeastSignalVariance / symbols)
            return "The stream of samples looks misaligned: its vectors differ in power by more than noise explains, as if they were cut across images. Start both ends anew, or use pilots.";
        return null;
    }

    bool IsRecent(long? time) => time is { } then && clock.GetElapsedTime(then) < Recent;

    /// <summary>The mean; half the mean square of the differences between neighbours, which is the variance without slow changes; and the noise's part of it.</summary>
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

    /// <summary>Variance that noise alone gives the mean square of B symbols whose signal has power 1: (4σ² + 2σ⁴)/B.</summary>
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
