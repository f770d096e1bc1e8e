using Heliograph.Codes;
using Heliograph.Evaluation.OverSnr;
using Heliograph.Experiments.Records;
using Heliograph.Pairs;

namespace Heliograph.Evaluation.Tests.OverSnr;

public sealed class RefinementTests
{
    // Four images: the first is sure at once and right, the second needs 32 symbols, the third all 64 and is wrong, the fourth is sure at once and wrong, though more symbols would tell.
    static readonly MeasuredMode[] Modes =
    [
        Mode(64, [0.99f, 0.9f, 0.4f, 0.9f], [true, true, false, true]),
        Mode(32, [0.99f, 0.8f, 0.3f, 0.9f], [true, true, false, true]),
        Mode(16, [0.95f, 0.5f, 0.2f, 0.85f], [true, false, true, false]),
    ];

    [Theory]
    [InlineData(0.1, 16, 50)]
    [InlineData(0.8, 32, 50)] // 16, 32, 64 and 16
    [InlineData(0.9, 44, 75)] // 16, 64, 64 and 32
    public void Each_image_stops_where_the_edge_is_sure_enough(double confidence, double symbols, double top1)
    {
        var curve = Refinement.Of(Modes)!.Single(curve => curve.Confidence == confidence);
        Assert.Equal([new(10, symbols, top1)], curve.Points);
        Assert.Equal((symbols, top1), (curve.Symbols, curve.Top1));
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
