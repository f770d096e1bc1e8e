using Heliograph.Experiments.Trainings;
using Heliograph.Training.Objectives;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Objectives;

[Collection(TorchCollection.Name)]
public sealed class ObjectiveTests
{
    /// <summary>
    /// Maps (1, 2) and (3, 4) restored as (1, 4) and (0, 4): differences 0, 2, −3, 0. The rest of the network takes the map
    /// itself for logits, (1, 4) and (0, 4), of which the cross-entropy is ln(1 + e³) = 3.0486 with class 0 and ln(1 + e⁻⁴) = 0.0181 with class 1.
    /// </summary>
    [Theory]
    [InlineData("l1", (2 + 3) / 4.0)]
    [InlineData("l2", (4 + 9) / 4.0)]
    [InlineData("2*l1 + 0.5*l2", 2 * 5 / 4.0 + 13 / 8.0)]
    [InlineData("crossEntropy", (3.048587 + 0.018150) / 2)]
    [InlineData("l2 + 3*crossEntropy", 13 / 4.0 + 3 * (3.048587 + 0.018150) / 2)]
    public void A_sum_is_that_of_its_terms_counted_by_hand(string loss, double expected)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected, Value(loss), 5);
    }

    [Fact]
    public void Every_term_of_the_catalogue_is_computed()
    {
        using var scope = NewDisposeScope();
        Assert.All(LossTerms.All, term => Assert.True(double.IsFinite(Value(term.Name))));
    }

    [Fact]
    public void What_a_sum_does_not_need_is_not_computed()
    {
        using var scope = NewDisposeScope();
        var batch = new RestoredMaps(new(), tensor(new float[] { 1, 2 }), tensor(new float[] { 1, 3 }), null, () => throw new InvalidOperationException(), () => throw new InvalidOperationException());
        Assert.Equal(0.5, Objective.Of(AutoencoderLoss.Parse("l1", null), batch).item<float>(), 6);
    }

    static double Value(string loss) => Objective.Of(AutoencoderLoss.Parse(loss, null), new(new(), tensor(new float[] { 1, 2, 3, 4 }).view(2, 2),
        tensor(new float[] { 1, 4, 0, 4 }).view(2, 2), map => map, () => tensor(new long[] { 0, 1 }), () => tensor(new float[] { 1, 0, 0, 1 }).view(2, 2))).item<float>();
}
