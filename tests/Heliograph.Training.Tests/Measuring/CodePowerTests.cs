using Heliograph.Statistics;
using Heliograph.Training.Measuring;

namespace Heliograph.Training.Tests.Measuring;

public sealed class CodePowerTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(1)]
    public void A_constant_symbol_is_told_from_one_that_varies(double share)
    {
        // Two symbols of mean power 1: one has its share and never changes, the other changes its sign.
        const int images = 2000;
        var random = new RandomStream(1, "test");
        float[] symbols = [.. Enumerable.Range(0, images).SelectMany(_ => (float[])[(float)Math.Sqrt(2 * share), (float)(Math.Sqrt(2 * (1 - share)) * (random.NextDouble() < 0.5 ? 1 : -1))])];
        Assert.Equal(share, CodePower.ConstantShare(symbols, images), 0.003);
    }

    [Fact]
    public void Few_images_do_not_look_constant()
    {
        // The mean of 8 random images has an eighth of the power.
        double average = Enumerable.Range(0, 200).Average(n =>
        {
            float[] symbols = [.. Drawn.Normal(8 * 64, (ulong)n).Select(value => (float)Math.Sign(value))];
            return CodePower.ConstantShare(symbols, 8);
        });
        Assert.InRange(average, 0, 0.02);
    }
}
