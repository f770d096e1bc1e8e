using Heliograph.Channels;
using Heliograph.Evaluation.Schemes;
using Heliograph.Statistics;

namespace Heliograph.Evaluation.Tests.Schemes;

public sealed class LdpcTransmissionTests
{
    static readonly byte[][] Payloads = [.. Enumerable.Range(0, 200).Select(i => Enumerable.Range(0, 100 + i).Select(at => (byte)(at * i)).ToArray())];

    /// <summary>At most 1 % is lost where a mode suits, in at most three times the symbols of capacity, and more SNR takes fewer; far below the weakest mode's cliff everything is lost.</summary>
    [Fact]
    public void Images_arrive_above_the_cliff_and_none_below()
    {
        double last = double.PositiveInfinity;
        foreach (double decibels in (double[])[0, 6, 14.5, 25])
        {
            double symbols = LdpcTransmission.MeanSymbols(Payloads, Snr.FromDecibels(decibels));
            Assert.InRange(Send(decibels).Count(isThere => isThere), 194, 200);
            double least = Payloads.Average(payload => 8.0 * payload.Length) / Snr.FromDecibels(decibels).Capacity;
            Assert.InRange(symbols / least, 1, 3);
            Assert.True(symbols < last);
            last = symbols;
        }
        Assert.DoesNotContain(true, Send(-10));
    }

    static bool[] Send(double decibels) =>
        LdpcTransmission.Send(Payloads, new AwgnChannel(), Snr.FromDecibels(decibels), i => new RandomStream(1, "link", i), CancellationToken.None);
}
