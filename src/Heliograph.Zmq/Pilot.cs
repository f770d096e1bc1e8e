using System.Numerics.Tensors;
using Heliograph.Pairs;
using Heliograph.Statistics;

namespace Heliograph.Zmq;

/// <summary>
/// Known symbols inserted into a bare stream from time to time, which show its reader where frames begin and how the samples were changed on
/// their way: <see cref="Numbers"/> vectors of ±1, taken in turn, so that the reader also sees which of them it has before it (docs/gnuradio.md).
/// </summary>
sealed class Pilot
{
    /// <summary>How many there are; the next after the last is the first.</summary>
    public const int Numbers = 16;

    // So many show at −8 dB; more than the second number add nothing but work.
    const int LeastSymbols = 256, MostCompared = 1024;

    readonly float[][] symbols = new float[Numbers][], turned = new float[Numbers][];

    /// <param name="pair">The pair of the stream: each pair has its own pilots.</param>
    /// <param name="frameSamples">Complex samples of a frame, ⌈B/2⌉.</param>
    public Pilot(PairId pair, int frameSamples)
    {
        Frames = (LeastSymbols + 2 * frameSamples - 1) / (2 * frameSamples);
        int count = 2 * frameSamples * Frames;
        Compared = Math.Min(count, MostCompared);
        for (int number = 0; number < Numbers; number++)
        {
            var random = new RandomStream(pair.Value, "pilot", number);
            float[] drawn = new float[count], quarter = new float[Compared];
            for (int i = 0; i < count; i++)
                drawn[i] = random.NextInt(2) == 0 ? -1 : 1;
            for (int i = 0; i < Compared; i += 2)
                (quarter[i], quarter[i + 1]) = (-drawn[i + 1], drawn[i]);
            (symbols[number], turned[number]) = (drawn, quarter);
        }
    }

    /// <summary>How many frames' places one takes.</summary>
    public int Frames { get; }

    /// <summary>How many of its symbols are compared, from its begin.</summary>
    public int Compared { get; }

    /// <summary>What noise alone reaches in magnitude once in 10⁸ comparisons: it is a pilot.</summary>
    public double Found => 6 / Math.Sqrt(Compared);

    /// <summary>What noise alone reaches once in 3,000 comparisons: it is the pilot that was expected.</summary>
    public double Kept => 4 / Math.Sqrt(Compared);

    /// <summary>The symbols of a pilot: I₀ Q₀ I₁ Q₁ …, each ±1.</summary>
    public ReadOnlySpan<float> Symbols(int number) => symbols[number];

    /// <summary>Compares samples with a pilot.</summary>
    /// <param name="number">Which.</param>
    /// <param name="received">At least <see cref="Compared"/> values, I₀ Q₀ I₁ Q₁ ….</param>
    public PilotMatch Compare(int number, ReadOnlySpan<float> received) => Compare(number, received, Energy(received));

    /// <summary>Looks among all pilots for the one that samples begin with.</summary>
    /// <param name="received">As in <see cref="Compare(int, ReadOnlySpan{float})"/>.</param>
    /// <returns>The first that noise would not reach (<see cref="Found"/>), and how it compares; null if there is none.</returns>
    public (int Number, PilotMatch Match)? Find(ReadOnlySpan<float> received)
    {
        double energy = Energy(received);
        for (int number = 0; number < Numbers; number++)
        {
            if (Compare(number, received, energy) is var match && match.Correlation >= Found)
                return (number, match);
        }
        return null;
    }

    PilotMatch Compare(int number, ReadOnlySpan<float> received, double energy)
    {
        received = received[..Compared];
        return new(energy, Compared, TensorPrimitives.Dot(received, symbols[number].AsSpan(0, Compared)), TensorPrimitives.Dot(received, turned[number]));
    }

    double Energy(ReadOnlySpan<float> received) => TensorPrimitives.SumOfSquares(received[..Compared]);
}

/// <summary>How samples compare with a pilot.</summary>
/// <param name="Energy">The sum of the samples' squares.</param>
/// <param name="Count">How many values were compared.</param>
/// <param name="Real">Their product with the pilot.</param>
/// <param name="Imaginary">Their product with the pilot turned by a quarter.</param>
readonly record struct PilotMatch(double Energy, int Count, double Real, double Imaginary)
{
    /// <summary>0 to 1, whatever the samples' gain and phase: 1 without noise, √(SNR/(1+SNR)) with it.</summary>
    public double Correlation => Energy > 0 ? Magnitude / Math.Sqrt(Energy * Count) : 0;

    /// <summary>The magnitude of the pilot's gain; 1 if nothing scales the samples.</summary>
    public double Gain => Magnitude / Count;

    /// <summary>Its rotation, −180 to 180; 0 if nothing rotates the samples.</summary>
    public double PhaseDegrees => Math.Atan2(Imaginary, Real) * 180 / Math.PI;

    double Magnitude => Math.Sqrt(Real * Real + Imaginary * Imaginary);
}
