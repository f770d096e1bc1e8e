using Heliograph.Channels;
using Heliograph.Digital;
using Heliograph.Digital.Benchmarks;
using Heliograph.Statistics;

namespace Heliograph.Tests.Digital;

/// <summary>How many blocks fail, against independent decoders. The long form, with the SNRs at which 1 % fails: bench/Heliograph.Digital.Benchmarks --compare.</summary>
public sealed class BlockErrorTests
{
    // 802.11's BPSK: Es/N0 is the SNR of docs/snr.md, Eb/N0 = SNR − 10·lg(1/2).
    [SkippableTheory]
    [InlineData(648, -1.0, 1500)]
    [InlineData(1944, -1.55, 500)]
    public void At_a_fifth_of_a_decibel_more_fewer_blocks_fail_than_with_gnu_radios_decoder(int length, double decibels, int count)
    {
        Skip.IfNot(GnuRadioLdpc.IsInstalled, "GNU Radio is not installed (Debian: apt install gnuradio): nothing was decoded by it.");
        var code = LdpcCode.Of(length, CodeRate.Half);
        var errors = new BlockErrors(Modulation.Bpsk, code) { Exact = true };
        byte[] words = new byte[count * length];
        float[] llrs = new float[count * length];
        errors.Send(Snr.FromDecibels(decibels), new RandomStream(6, "blocks"), words, llrs);
        int ours = errors.Failed(words, llrs);
        errors.Send(Snr.FromDecibels(decibels - 0.2), new RandomStream(6, "blocks"), words, llrs);
        int theirs = GnuRadioLdpc.Decode(code, 50, words, llrs).Failed;
        // About one block in a hundred fails here.
        Assert.InRange(ours, 1, 0.03 * count);
        Assert.True(ours < theirs, $"{ours} of {count} fail here, {theirs} with GNU Radio at 0.2 dB less");
    }

    /// <summary>
    /// AFF3CT's published curve of (648, 5/6) with BPSK, layered sum-product, 40 iterations: 1.96 % of the frames fail at Eb/N0 = 3.75 dB, 0.439 % at 4 dB
    /// (github.com/aff3ct/error_rate_references, LDPC_N648_K540_hlayered_SPA_i40_Wi-Fi.txt), so 1 % at 3.86 dB.
    /// </summary>
    [Fact]
    public void One_per_cent_of_the_blocks_fail_within_a_fifth_of_a_decibel_of_a_published_curve()
    {
        var errors = new BlockErrors(Modulation.Bpsk, LdpcCode.Of(648, CodeRate.FiveSixths));
        double Rate(double ebN0)
        {
            var (blocks, failed) = errors.Measure(Snr.FromDecibels(ebN0 + 10 * Math.Log10(5 / 6.0)), 100, 20_000);
            return failed / (double)blocks;
        }
        Assert.InRange(Rate(3.86 + 0.2), 0, 0.01);
        Assert.InRange(Rate(3.86 - 0.2), 0.01, 1);
    }

    [Fact]
    public void The_measured_rates_are_measured_again()
    {
        foreach (string text in new[] { "bpsk,1/2,648", "qpsk,3/4,1296", "16-qam,2/3,1944", "64-qam,5/6,648" })
        {
            var mode = LinkMode.Parse(text);
            var (blocks, failed) = new BlockErrors(mode.Modulation, mode.Code).Measure(BlockErrorRates.Measured.SnrFor(mode, 0.1), 400, 4000, seed: 2);
            Assert.InRange(failed / (double)blocks, 0.07, 0.14);
        }
    }
}
