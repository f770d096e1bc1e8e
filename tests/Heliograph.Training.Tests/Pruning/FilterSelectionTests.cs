using CsCheck;
using Heliograph.Networks;
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

    /// <summary>
    /// A filter of a saves 64·9·3 MACs and 16·9 for each of b's; one of b saves 16·9 for each of a's. At first 2,448 and 576.
    /// The order by hand (score/saving in 1e-3; the lower of the two heads goes):
    /// a 3/2448 = 1.23, b 0.5/576 = 0.87: b2; a 3/2304 = 1.30, b 1.25/576 = 2.17: a0; a 6/2304 = 2.60, b 1.25/432 = 2.89: a1, where with the
    /// savings of the beginning b1 would go (2.45 and 2.17); a 9/2304 = 3.91, b 1.25/288 = 4.34: a2; then a is at its floor, and b1 and b3 go.
    /// </summary>
    [Theory]
    [InlineData(1, new[] { 0, 1, 2, 3 }, new[] { 0, 1, 3, 4 })]
    [InlineData(2, new[] { 1, 2, 3 }, new[] { 0, 1, 3, 4 })]
    [InlineData(3, new[] { 2, 3 }, new[] { 0, 1, 3, 4 })]
    [InlineData(4, new[] { 3 }, new[] { 0, 1, 3, 4 })]
    [InlineData(6, new[] { 3 }, new[] { 0, 4 })]
    public void The_lowest_scores_over_what_they_save_at_their_turn_go_first(int count, int[] a, int[] b)
    {
        var network = new Network(new Shape(3, 8, 8), [new Convolution("a", ["input"], 4), new MaxPool("pool", ["a"]), new Convolution("b", ["pool"], 5)]);
        var scores = new Dictionary<string, double[]> { ["a"] = [3, 6, 9, 50], ["b"] = [4, 1.25, 0.5, 2, 5] };
        var stay = FilterSelection.Lowest(scores, count, floor: 1, costs: new(network));
        Assert.Equal(a, stay["a"]);
        Assert.Equal(b, stay["b"]);
    }

    [Fact]
    public void What_stays_when_more_goes_is_part_of_what_stays_when_less_goes() =>
        Gen.Select(Gen.Double[0, 1].Array[1, 12], Gen.Double[0, 1].Array[1, 12], Gen.Int[0, 24], Gen.Int[0, 24], Gen.Bool).Sample((a, b, one, other, perMac) =>
        {
            var network = new Network(new Shape(3, 6, 6), [new Convolution("a", ["input"], a.Length), new Convolution("b", ["a"], b.Length, Stride: 2)]);
            var scores = new Dictionary<string, double[]> { ["a"] = a, ["b"] = b };
            IReadOnlyDictionary<string, int[]> Stay(int count) => FilterSelection.Lowest(scores, count, floor: 1, costs: perMac ? new(network) : null);
            var (few, many) = (Stay(Math.Max(one, other)), Stay(Math.Min(one, other)));
            Assert.All(few, layer => Assert.Subset(many[layer.Key].ToHashSet(), layer.Value.ToHashSet()));
            // Of a single layer the order is that of its scores, whatever its filters cost.
            Assert.All(few, layer => Assert.Equal(layer.Value, FilterSelection.LowestPerLayer(scores, few.ToDictionary(l => l.Key, l => l.Value.Length))[layer.Key]));
        });

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
