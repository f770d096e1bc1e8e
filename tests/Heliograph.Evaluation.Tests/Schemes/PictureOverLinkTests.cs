using Heliograph.Channels;
using Heliograph.Digital;
using Heliograph.Evaluation.Schemes;
using Heliograph.Images;
using Heliograph.Statistics;

namespace Heliograph.Evaluation.Tests.Schemes;

public sealed class PictureOverLinkTests
{
    [Theory]
    [InlineData("png", "image/png", true)]
    [InlineData("jpeg", "image/jpeg", false)]
    [InlineData("webp", "image/webp", false)]
    public void Above_the_cliff_every_file_arrives_and_below_it_none(string format, string mediaType, bool isLossless)
    {
        var picture = Picture();
        var link = PictureOverLink.Plan(picture, format, Snr.FromDecibels(10));
        Assert.Equal((mediaType, isLossless), (link.MediaType, link.IsLossless));
        var back = ImageFile.Decode(link.File, "it");
        Assert.Equal((picture.Width, picture.Height), (back.Width, back.Height));
        Assert.Equal(isLossless, back.Pixels.SequenceEqual(picture.Pixels));
        Assert.Equal(DigitalLink.SymbolCount(link.Mode, link.File.Length), link.Symbols);

        Assert.Equal(20, Arrived(link, 10));
        Assert.Equal(0, Arrived(link, 7));
        Assert.True(link.Arrives(Snr.FromDecibels(10)) >= 0.99);
        Assert.True(link.Arrives(Snr.FromDecibels(7)) < 1e-6);
        // Planned for more noise, the same file takes more symbols and arrives.
        var careful = link.PlannedFor(Snr.FromDecibels(4));
        Assert.Same(link.File, careful.File);
        Assert.True(careful.Symbols > link.Symbols);
        Assert.Equal(20, Arrived(careful, 7));
        // Where no mode works, the strongest is taken, and fails.
        Assert.Equal(0, Arrived(link.PlannedFor(Snr.FromDecibels(-6)), -6));
    }

    [Fact]
    public void So_many_bytes_fit_into_so_many_symbols()
    {
        // 192 bits of 64-QAM: 108 are parity of the shortest word of rate 5/6, 32 the check; 52 bits are 6 bytes.
        Assert.Equal(6, PictureOverLink.MostBytesIn(64));
        Assert.Equal(-1, PictureOverLink.MostBytesIn(8));
    }

    static int Arrived(PictureOverLink link, double snrDb) => Enumerable.Range(0, 20).Count(i =>
        link.Send(symbols => new AwgnChannel().Transmit(symbols, Snr.FromDecibels(snrDb), new RandomStream(1, "link", i))));

    static RgbImage Picture()
    {
        var random = new RandomStream(3, "picture");
        return new(32, 32, [.. Enumerable.Range(0, 32 * 32 * 3).Select(i => (byte)(i / 24 + 12 * random.NextDouble()))]);
    }
}
