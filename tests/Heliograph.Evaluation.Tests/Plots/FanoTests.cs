using Heliograph.Channels;
using Heliograph.Evaluation.Plots;

namespace Heliograph.Evaluation.Tests.Plots;

public class FanoTests
{
    // A hundred classes, B symbols, SNR in dB: computed apart, by Newton's method on Fano's inequality.
    [Theory]
    [InlineData(4, -10, 11.8)]
    [InlineData(4, 0, 44.9)]
    [InlineData(4, 6, 80.4)]
    [InlineData(4, 10, 100)]
    [InlineData(8, -6, 33.1)]
    [InlineData(8, 3, 97.7)]
    [InlineData(16, -3, 81.1)]
    [InlineData(32, -6, 86.4)]
    [InlineData(64, -10, 77.7)]
    public void It_is_what_the_channel_lets_through(int symbols, double snrDb, double top1) =>
        Assert.Equal(top1, Fano.Top1(100, symbols * Snr.FromDecibels(snrDb).Capacity), 0.06);

    [Fact]
    public void Nothing_sent_leaves_guessing_and_enough_leaves_no_error()
    {
        Assert.Equal(10, Fano.Top1(10, 0), 1e-6);
        Assert.Equal(100, Fano.Top1(2, 1));
        // Of two classes Fano's inequality is the entropy itself: h(0.11) = 0.4999.
        Assert.Equal(89, Fano.Top1(2, 1 - 0.4999), 0.02);
    }
}
