using Heliograph.Channels;
using Heliograph.Digital;
using Heliograph.Edge.Options;
using Heliograph.Evaluation.Schemes;
using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Statistics;

namespace Heliograph.Cli.Demo;

/// <summary>What the page of a demonstration shows and sets: the channel, the picture that is sent, and what became of each image, as symbols and as a file.</summary>
sealed class DemoController(Pair pair, DemoChannel channel, ulong seed) : IDemoController
{
    const int MostSymbols = 256;
    const double CurveLowDb = -6, CurveHighDb = 20, CurveStepDb = 0.5;

    volatile RgbImage? own;

    /// <summary>The picture from the page, in the pair's size; null for none.</summary>
    public RgbImage? Own => own;

    /// <summary>The frames that were sent.</summary>
    public SentFrames Frames { get; } = new();

    public bool ShowsOwn => own is not null;

    public double? SnrDb
    {
        get => channel.SnrDb;
        set => channel.SnrDb = value;
    }

    public DemoAbout About { get; } = new(DemoSender.DeviceId, pair.Description.Symbols, pair.Description.Device.Cost().Macs, [.. PictureOverLink.Formats],
        pair.Description.Channel.SnrDb, PictureOverLink.MostBytesIn(pair.Description.Symbols));

    public void Show(byte[]? file)
    {
        var input = pair.Description.Device.Input;
        own = file is null ? null : ImageFile.Decode(file, "the picture").Fit(input.Width, input.Height);
    }

    public DemoStory? Story(ulong sequence, string format, double? plannedDb)
    {
        if (Frames.Find(sequence) is not { } frame)
            return null;
        var input = pair.Description.Device.Input;
        var picture = new RgbImage(input.Width, input.Height, frame.Image.Rgb);
        // A channel without noise is planned for as the best that the slider has.
        var rival = PictureOverLink.Plan(picture, format, Snr.FromDecibels(plannedDb ?? frame.SnrDb ?? CurveHighDb));
        // Noise of its own, the same whenever it is asked for.
        bool arrived = rival.Send(symbols => channel.Transmit(symbols, frame.SnrDb, new(seed, "demo.rival", (long)frame.Sequence)));
        return new([.. frame.Symbols.Take(MostSymbols).Select(symbol => MathF.Round(symbol, 3))], picture.Pixels.Length, PictureOverLink.Plan(picture, "png", Snr.Infinite).File.Length,
            new(rival.File.Length, rival.Mode.Modulation.Name, rival.Mode.Code.Rate.Name(), rival.Symbols, rival.MediaType, rival.IsLossless, arrived ? rival.File : null,
            [.. channel.IsAwgn ? Curve() : []]));

        IEnumerable<DemoShare> Curve()
        {
            for (double db = CurveLowDb; db <= CurveHighDb; db += CurveStepDb)
                yield return new(db, Math.Round((plannedDb is null ? rival.PlannedFor(Snr.FromDecibels(db)) : rival).Arrives(Snr.FromDecibels(db)), 4));
        }
    }
}
