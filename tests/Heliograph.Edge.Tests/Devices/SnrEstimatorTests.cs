using Heliograph.Channels;
using Heliograph.Edge.Devices;
using Heliograph.Edge.Results;
using Heliograph.Statistics;

namespace Heliograph.Edge.Tests.Results;

public sealed class SnrEstimatorTests
{
    [Theory]
    [InlineData(-5, 64, 0)]
    [InlineData(3, 64, 0)]
    [InlineData(10, 512, 0)]
    [InlineData(3, 64, 16)]   // erased symbols are no measurement
    public void The_interval_holds_the_SNR_95_times_in_100(double snrDb, int b, int erased)
    {
        var random = new RandomStream(6, "snr", (long)snrDb, erased);
        var channel = new AwgnChannel();
        int held = 0;
        const int times = 400;
        for (int i = 0; i < times; i++)
        {
            var estimator = new SnrEstimator();
            for (int frame = 0; frame < 60; frame++)
            {
                float[] symbols = [.. Enumerable.Range(0, b).Select(_ => (float)random.NextGaussian())];
                double scale = Math.Sqrt(b / symbols.Sum(x => (double)x * x));
                symbols = [.. symbols.Select(x => (float)(x * scale))];
                channel.Transmit(symbols, Snr.FromDecibels(snrDb), random);
                symbols.AsSpan(0, erased).Clear();
                estimator.Add(symbols.Sum(x => (double)x * x), b - erased);
            }
            var estimate = estimator.Estimate()!;
            held += estimate.LowDb <= snrDb && (estimate.HighDb is null || snrDb <= estimate.HighDb) ? 1 : 0;
        }
        Assert.InRange(held / (double)times, 0.92, 0.98);
    }

    [Fact]
    public void No_noise_is_no_number_and_one_frame_is_no_estimate()
    {
        var estimator = new SnrEstimator();
        Assert.Null(estimator.Estimate());
        estimator.Add(10, 10);
        estimator.Add(0, 0);
        Assert.Null(estimator.Estimate());
        estimator.Add(10, 10);
        Assert.Equal(new SnrEstimate(null, null, null, 2), estimator.Estimate());
        estimator.Reset();
        Assert.Null(estimator.Estimate());
    }
}
