using CsCheck;
using Heliograph.Training.Pruning;

namespace Heliograph.Training.Tests.Pruning;

public sealed class FilterSelectionTests
{
    static readonly Dictionary<string, double[]> Scores = new() { ["a"] = [0.5, 0.1, 0.9, 0.2], ["b"] = [0.3, 0.05, 0.15] };

    [Theory]
    [InlineData(0, new[] { 0, 1, 2, 3 }, new[] { 0, 1, 2 })]
    [InlineData(1, new[] { 0, 1, 2, 3 }, new[] { 0, 2 })]
    [InlineData(3, new[] { 0, 2, 3 }, new[] { 0 })]
    [InlineData(4, new[] { 0, 2 }, new[] { 0 })]
    public void The_lowest_scores_of_all_layers_go_first(int count, int[] a, int[] b)
    {
        var stay = FilterSelection.Lowest(Scores, count, floor: 1);
        Assert.Equal(a, stay["a"]);
        Assert.Equal(b, stay["b"]);
    }

    [Fact]
    public void A_layer_at_its_floor_loses_nothing_more_and_others_go_instead()
    {
        var stay = FilterSelection.Lowest(Scores, 3, floor: 2);
        Assert.Equal([0, 2], stay["a"]);
        Assert.Equal([0, 2], stay["b"]);
        Assert.Equal((2, 2), (FilterSelection.Lowest(Scores, 100, 2)["a"].Length, FilterSelection.Lowest(Scores, 100, 2)["b"].Length));
        Assert.Equal(3, FilterSelection.Lowest(Scores, 100, floor: 9)["b"].Length);
    }

    [Fact]
    public void Ties_go_in_the_order_of_layers_and_filters()
    {
        var stay = FilterSelection.Lowest(new Dictionary<string, double[]> { ["a"] = [1, 1, 1], ["b"] = [1, 1, 1] }, 4, floor: 1);
        Assert.Equal([2], stay["a"]);
        Assert.Equal([2], stay["b"]);
    }

    [Fact]
    public void Enough_ends_it_as_soon_as_it_is_reached()
    {
        var asked = new List<int>();
        var stay = FilterSelection.Lowest(Scores, 100, floor: 1, left =>
        {
            asked.Add(left.Values.Sum());
            return left["a"] <= 3;
        });
        Assert.Equal([7, 6, 5], asked);
        Assert.Equal([0, 2, 3], stay["a"]);
        Assert.Equal([0, 2], stay["b"]);
    }

    [Fact]
    public void Each_layer_down_to_its_number()
    {
        var stay = FilterSelection.LowestPerLayer(Scores, new Dictionary<string, int> { ["a"] = 1, ["b"] = 3 });
        Assert.Equal([2], stay["a"]);
        Assert.Equal([0, 1, 2], stay["b"]);
    }

    [Fact]
    public void What_goes_is_as_many_as_asked_and_never_above_what_stays() =>
        Gen.Select(Gen.Double[0, 1].Array[1, 8].Array[1, 4], Gen.Int[0, 30], Gen.Int[1, 4]).Sample((layers, count, floor) =>
        {
            var scores = layers.Select((s, i) => (Name: $"{i}", Scores: s)).ToDictionary(l => l.Name, l => l.Scores);
            var stay = FilterSelection.Lowest(scores, count, floor);
            int spare = layers.Sum(s => Math.Max(0, s.Length - floor));
            Assert.Equal(Math.Min(count, spare), layers.Sum(s => s.Length) - stay.Values.Sum(s => s.Length));
            foreach (var (name, kept) in stay)
            {
                Assert.Equal(kept.Order(), kept);
                Assert.True(kept.Length >= Math.Min(floor, scores[name].Length));
                double[] gone = [.. scores[name].Where((_, filter) => !kept.Contains(filter))];
                Assert.All(gone, score => Assert.True(score <= kept.Min(filter => scores[name][filter])));
                // What went from one layer is below whatever another layer above its floor kept.
                foreach (var (other, otherKept) in stay.Where(l => l.Value.Length > floor))
                    Assert.All(gone, score => Assert.True(score <= otherKept.Min(filter => scores[other][filter])));
            }
        });
}
