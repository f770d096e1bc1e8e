using Heliograph.Statistics;
using Heliograph.Training.Measuring;

namespace Heliograph.Training.Tests.Measuring;

public sealed class TemperatureScalingTests
{
    [Theory]
    [InlineData(0.3)]
    [InlineData(1)]
    [InlineData(2.5)]
    public void The_temperature_of_labels_drawn_from_a_softmax_is_found_and_makes_it_honest(double temperature)
    {
        const int images = 20_000, classes = 10;
        var random = new RandomStream(7, "logits");
        float[] logits = [.. Enumerable.Range(0, images * classes).Select(_ => (float)(2 * random.NextGaussian()))];
        int[] labels = [.. logits.Chunk(classes).Select(row => Draw(row.Select(z => Math.Exp(z / temperature)).ToArray()))];
        var found = TemperatureScaling.At(3, logits, labels);
        Assert.Equal(3, found.SnrDb);
        Assert.Equal(temperature, found.Temperature, 0.05 * temperature);
        // What is left is that of so many draws: √(p(1 − p)/n) of a bin.
        Assert.InRange(found.CalibratedEce, 0, 2);
        if (temperature == 1)
            Assert.InRange(found.Ece, 0, 2);
        else
            Assert.InRange(found.Ece, 4 * found.CalibratedEce, 50);

        int Draw(double[] weights)
        {
            double left = random.NextDouble() * weights.Sum();
            int at = 0;
            while ((left -= weights[at]) > 0 && at < classes - 1)
                at++;
            return at;
        }
    }

    [Fact]
    public void The_calibration_error_is_that_of_its_definition()
    {
        // 100 images of two classes: all as sure as 0.8 (ln 4), of 60 right; as sure as 0.6 (ln 1.5), of 40 right.
        float[] logits = [.. Enumerable.Range(0, 100).SelectMany(i => (float[])[i < 60 ? MathF.Log(4) : MathF.Log(1.5f), 0])];
        int[] labels = [.. Enumerable.Range(0, 100).Select(i => i < 60 ? (i < 36 ? 0 : 1) : (i < 70 ? 0 : 1))];
        // 0.6 · |0.8 − 36/60| + 0.4 · |0.6 − 10/40|
        Assert.Equal(100 * (0.6 * 0.2 + 0.4 * 0.35), TemperatureScaling.At(0, logits, labels).Ece, 1e-3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Answers_that_are_all_right_or_all_wrong_have_a_finite_temperature(bool right)
    {
        float[] logits = [.. Enumerable.Range(0, 100).SelectMany(_ => (float[])[5, 0])];
        double temperature = TemperatureScaling.At(0, logits, [.. Enumerable.Repeat(right ? 0 : 1, 100)]).Temperature;
        Assert.InRange(temperature, right ? 0.02 : 40, right ? 0.03 : 51);
    }
}
