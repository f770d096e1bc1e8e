using Heliograph.Channels;
using Heliograph.Digital;
using Heliograph.Statistics;

namespace Heliograph.Tests.Digital;

public sealed class BlockErrorRatesTests
{
    static readonly BlockErrorRates Drawn = BlockErrorRates.Parse(new StringReader(BlockErrorRates.Header + """

        qpsk,1/2,1944,1,1000,1000
        qpsk,1/2,1944,2,1000,100
        qpsk,1/2,1944,3,100000,10
        bpsk,1/2,1944,-1,1000,10
        16-qam,1/2,1944,6,1000,0
        """));

    static readonly LinkMode Qpsk = LinkMode.Parse("qpsk,1/2");

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(1.5, 0.316228)]
    [InlineData(2, 0.1)]
    [InlineData(2.5, 0.00316228)]
    [InlineData(9, 0.0001)]
    public void Rates_are_interpolated_in_their_logarithm_and_never_below_what_was_measured(double decibels, double rate)
    {
        Assert.Equal(rate, Drawn.At(Qpsk, Snr.FromDecibels(decibels)), 6);
        if (rate is < 0.5 and > 0.0001)
            Assert.Equal(decibels, Drawn.SnrFor(Qpsk, rate).Decibels, 4);
    }

    [Fact]
    public void Nothing_failed_counts_as_one() => Assert.Equal(0.001, Drawn.At(LinkMode.Parse("16-qam,1/2"), Snr.FromDecibels(20)));

    [Fact]
    public void The_mode_with_the_fewest_symbols_that_loses_no_more_is_chosen()
    {
        string? Choice(int bytes, double decibels, double loss) => Drawn.Choose(bytes, Snr.FromDecibels(decibels), loss)?.ToString();
        Assert.Null(Choice(1000, -2, 0.5));
        Assert.Equal("bpsk,1/2,1944", Choice(100, 0, 0.01));
        Assert.Null(Choice(1000, 0, 0.01));                        // 9 blocks, 1 % each
        Assert.Equal("bpsk,1/2,1944", Choice(1000, 0, 0.1));
        Assert.Equal("qpsk,1/2,1944", Choice(1000, 3, 0.01));
        Assert.Equal("16-qam,1/2,1944", Choice(1000, 6, 0.01));    // 9 · 0.001
        Assert.Equal("qpsk,1/2,1944", Choice(1000, 6, 0.005));
        Assert.Equal("qpsk,1/2,1944", Choice(100_000, 6, 0.005));  // too many blocks to be sure of
    }

    [Fact]
    public void All_modes_were_measured_and_fall_as_the_snr_rises()
    {
        foreach (var mode in LinkMode.All)
        {
            double half = BlockErrorRates.Measured.SnrFor(mode, 0.5).Decibels, hundredth = BlockErrorRates.Measured.SnrFor(mode, 0.01).Decibels,
                least = BlockErrorRates.Measured.SnrFor(mode, 0.001).Decibels;
            Assert.True(half < hundredth && hundredth < least && least < half + 3, $"{mode}: {half} {hundredth} {least}");
            // Shannon's bound: what a mode carries is less than the capacity where it begins to work.
            Assert.True(mode.BitsPerSymbol < Snr.FromDecibels(half).Capacity, $"{mode} works at {half} dB");
        }
    }

    [Fact]
    public void The_chosen_mode_carries_images_as_promised()
    {
        byte[][] payloads = [.. Enumerable.Range(0, 400).Select(i => (byte[])[.. Enumerable.Range(0, 800).Select(j => (byte)new RandomStream(1, "bytes", i, j).NextInt(256))])];
        foreach (double decibels in new[] { 1.0, 8.0, 19.0 })
        {
            var mode = BlockErrorRates.Measured.Choose(800, Snr.FromDecibels(decibels), loss: 0.02)!;
            int lost = new DigitalLink(mode).Carry(payloads, new AwgnChannel(), Snr.FromDecibels(decibels), i => new RandomStream(3, "noise", i)).Count(payload => payload is null);
            Assert.InRange(lost, 0, 20);
            // Nothing is left on the table: a mode with fewer symbols loses more.
            var bolder = LinkMode.All.Where(other => DigitalLink.SymbolCount(other, 800) < DigitalLink.SymbolCount(mode, 800));
            Assert.All(bolder, other => Assert.True(BlockErrorRates.Measured.At(other, Snr.FromDecibels(decibels)) * DigitalLink.BlockCount(other, 800) > 0.02));
        }
    }

    [Theory]
    [InlineData("modulation,rate", "a table of block error rates begins with modulation,rate,length,snr_db,blocks,failed")]
    [InlineData(BlockErrorRates.Header + "\nqpsk,1/2,1944,1,10,11", "line 2 of the block error rates is not modulation,rate,length,snr_db,blocks,failed: qpsk,1/2,1944,1,10,11")]
    public void Damaged_tables_are_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => BlockErrorRates.Parse(new StringReader(text))).Message);

    [Fact]
    public void What_is_impossible_is_refused_in_one_line()
    {
        Assert.Equal("block error rates are known from 0.0001 to 0.5, not at 1E-05", Assert.Throws<UsageException>(() => Drawn.SnrFor(Qpsk, 1e-5)).Message);
        Assert.Equal("the measurement of bpsk,1/2,1944 ends above a block error rate of 0.001", Assert.Throws<UsageException>(() => Drawn.SnrFor(LinkMode.Parse("bpsk,1/2"), 0.001)).Message);
        Assert.Equal("no block error rates were measured for 64-qam,1/2,1944", Assert.Throws<UsageException>(() => Drawn.At(LinkMode.Parse("64-qam,1/2"), Snr.Infinite)).Message);
        Assert.Equal("the share of payloads that may be lost must be above 0 and at most 0.5, not 1", Assert.Throws<UsageException>(() => Drawn.Choose(1, Snr.Infinite, 1)).Message);
    }
}
