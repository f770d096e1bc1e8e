using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Trainings;

namespace Heliograph.Experiments.Tests.Trainings;

public sealed class AutoencoderLossTests
{
    [Theory]
    [InlineData("l1", 1, 0, 0, "l1")]
    [InlineData("CROSSENTROPY", 0, 1, 0, "crossEntropy")]
    [InlineData("distillation+l1", 1, 0, 1, "l1 + distillation")]
    [InlineData(" 2 * l1 + 0.5*distillation+crossEntropy", 2, 1, 0.5, "2*l1 + crossEntropy + 0.5*distillation")]
    public void Sums_are_read_and_written(string text, double l1, double crossEntropy, double distillation, string written)
    {
        var loss = AutoencoderLoss.Parse(text, null);
        Assert.Equal([l1, crossEntropy, distillation], new[] { LossTerms.L1, LossTerms.CrossEntropy, LossTerms.Distillation }.Select(term => loss[term]));
        Assert.Equal(written, loss.ToString());
        Assert.Equal(loss, AutoencoderLoss.Parse(written, null));
        // Through a run's experiment.yaml, too.
        var options = OptionsBinder.Bind<AutoencoderOptions>("", "x", [$"loss={text}"]);
        Assert.Equal(loss, OptionsBinder.Bind<AutoencoderOptions>(OptionsBinder.ToYaml(options), "x").Loss);
    }

    [Theory]
    [InlineData("")]
    [InlineData("l3")]
    [InlineData("l1 + l1")]
    [InlineData("0*l1")]
    [InlineData("-1*l1")]
    [InlineData("l1 + ")]
    [InlineData("l1*2")]
    [InlineData("1e999*l1")]
    public void What_is_no_sum_is_refused(string text) =>
        Assert.Contains("one of l1, crossEntropy, distillation, l2, or a sum", Assert.Throws<FormatException>(() => AutoencoderLoss.Parse(text, null)).Message);

    [Fact]
    public void The_papers_is_the_default() => Assert.Equal("l1", new Experiment().Loss().ToString());
}
