using Heliograph.Codes;
using Heliograph.Evaluation.OverSnr;
using Heliograph.Experiments.Records;
using Heliograph.Pairs;

namespace Heliograph.Evaluation.Tests.OverSnr;

public sealed class RefinementTests
{
    // Four images: the first is sure at once and right, the second needs 32 symbols, the third all 64, the fourth is sure at once and wrong, though more symbols would tell.
    static readonly MeasuredMode[] Modes =
    [
        Mode(64, [0.99f, 0.9f, 0.4f, 0.9f], [true, true, true, true]),
        Mode(32, [0.99f, 0.8f, 0.3f, 0.9f], [true, true, false, true]),
        Mode(16, [0.95f, 0.5f, 0.2f, 0.85f], [true, false, true, false]),
    ];

    [Theory]
    [InlineData(0.1, 16, 50)]
    [InlineData(0.8, 32, 75)] // 16, 32, 64 and 16
    [InlineData(0.9, 44, 100)] // 16, 64, 64 and 32
    public void Each_image_stops_where_the_edge_is_sure_enough(double confidence, double symbols, double top1)
    {
        var curve = Refinement.Of(Modes)!.Single(curve => curve.Confidence == confidence);
        Assert.Equal([new(10, symbols, top1)], curve.Points);
        Assert.Equal((symbols, top1), (curve.Symbols, curve.Top1));
    }

    // With all symbols 60 % are right, with 16 every second image: a fifth of the wrong answers can be put right, so that an answer must be less sure than half to be worth 0.1, and none can be worth 0.3.
    [Theory]
    [InlineData(0.9, 16 + 0.4 * 48)]
    [InlineData(0.7, 16)]
    public void Where_more_symbols_hardly_help_only_the_least_sure_answers_are_refined(double confidence, double symbols)
    {
        float[] sure = [0.1f, 0.2f, 0.3f, 0.45f, 0.55f, 0.6f, 0.7f, 0.8f, 0.9f, 0.95f];
        MeasuredMode[] modes = [Mode(64, sure, [.. sure.Select((_, i) => i < 6)]), Mode(16, sure, [.. sure.Select((_, i) => i % 2 == 0)])];
        Assert.Equal(symbols, Refinement.Of(modes)!.Single(curve => curve.Confidence == confidence).Symbols, 9);
    }

    [Fact]
    public void Without_confidences_there_is_nothing_to_say() =>
        Assert.Null(Refinement.Of([.. Modes.Select(mode => mode with { Points = [new(10, [.. mode.Points[0].Draws])] })]));

    // 16 symbols give 40 %, 32 give 44 %, 64 give 60 %: 32 are never needed, since 16 and 64 in turns give more.
    [Theory]
    [InlineData(30, 16.0)]
    [InlineData(40, 16.0)]
    [InlineData(45, 28.0)]
    [InlineData(60, 64.0)]
    [InlineData(61, null)]
    public void Fixed_numbers_of_symbols_may_be_used_in_turns(double top1, double? expected)
    {
        ModeAccuracy[] modes = [Accuracy(64, 60), Accuracy(32, 44), Accuracy(16, 40)];
        Assert.Equal(expected, Refinement.SymbolsWithout(modes, top1));
    }

    static ModeAccuracy Accuracy(int symbols, double top1) => new(0, symbols, 1000, top1, [new(0, top1 - 10, null, 90), new(10, top1 + 10, null, 90)]);

    static MeasuredMode Mode(int symbols, float[] confidence, bool[] hits)
    {
        double top1 = 100.0 * hits.Count(hit => hit) / hits.Length;
        return new(new(0, symbols), new(0, symbols, 1000, top1, [new(10, top1, null, 100)]), [new(10, [new(10, new(top1, 100), hits)]) { Confidence = confidence }]);
    }
}
