using Heliograph.Networks;

namespace Heliograph.Tests.Networks;

public sealed class WeightsTest
{
    static WeightArray Scalar(float value) => new([], [value]);

    [Fact]
    public void An_array_has_a_shape_that_fits_its_values()
    {
        var array = new WeightArray([2, 3], [1, 2, 3, 4, 5, 6]);
        Assert.Equal(6, array.Length);
        Assert.Equal("[2, 3]", array.ToString());
        Assert.Equal(1, Scalar(7).Length);
        Assert.Equal(0, new WeightArray([3, 0], []).Length);
    }

    public static TheoryData<int[], int> Misfits => new()
    {
        { [2, 3], 5 },
        { [-1], 1 },
        { [-1, -1], 1 },
        { [65536, 65536], 0 },
        { [int.MaxValue, int.MaxValue, int.MaxValue], 1 },
        { [1 << 30, 1 << 30, 16], 0 },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void A_shape_that_does_not_fit_is_refused(int[] shape, int length) =>
        Assert.Throws<ArgumentException>(() => new WeightArray([.. shape], new float[length]));

    [Fact]
    public void With_adds_at_the_end_replaces_in_place_and_changes_nothing_else()
    {
        Weights before = Weights.Empty.With("b", Scalar(1)).With("a", Scalar(2)).With("A", Scalar(3));
        Weights after = before.With("b", Scalar(4));
        Assert.Equal(["b", "a", "A"], after.Keys);
        Assert.Equal([4f, 2f, 3f], after.Values.Select(a => a.Values[0]));
        Assert.Equal([1f, 2f, 3f], before.Values.Select(a => a.Values[0]));
        Assert.Empty(Weights.Empty);
    }

    [Fact]
    public void A_missing_name_is_named() =>
        Assert.Contains("conv9.weight", Assert.Throws<KeyNotFoundException>(() => Weights.Empty["conv9.weight"]).Message);

    [Fact]
    public void A_name_given_twice_is_refused() =>
        Assert.Throws<ArgumentException>(() => new Weights([KeyValuePair.Create("a", Scalar(1)), KeyValuePair.Create("a", Scalar(2))]));
}
