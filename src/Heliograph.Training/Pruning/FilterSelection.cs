namespace Heliograph.Training.Pruning;

/// <summary>
/// Chooses which filters go, given their scores. From the same scores, what stays when more go is part of what stays when fewer go.
/// </summary>
public static class FilterSelection
{
    /// <summary>The filters that stay when all layers together lose some number, the lowest scores first.</summary>
    /// <param name="scores">By name of group, one score a channel.</param>
    /// <param name="count">How many go, all layers together.</param>
    /// <param name="floor">Filters that every layer keeps at least.</param>
    /// <param name="enough">Asked after each removal with the filters that each layer has left; true ends it early.</param>
    /// <param name="costs">
    /// When given, the lowest scores over what their removal saves go first. The saving is that at the filter's turn, with the others gone
    /// before it, so that the savings add up to what the network costs less.
    /// </param>
    /// <param name="tied">Filters that go with a channel of a group; 1 if none is tied to another.</param>
    /// <returns>By name of group, the channels that stay, ascending.</returns>
    public static IReadOnlyDictionary<string, int[]> Lowest(IReadOnlyDictionary<string, double[]> scores, int count, int floor,
        Func<IReadOnlyDictionary<string, int>, bool>? enough = null, FilterCosts? costs = null, Func<string, int>? tied = null)
    {
        var left = scores.ToDictionary(layer => layer.Key, layer => layer.Value.Length);
        var order = scores.ToDictionary(layer => layer.Key, layer => Ascending(layer.Value));
        while (count > 0 && !(enough?.Invoke(left) ?? false))
        {
            // Of a layer all filters save the same, so that its lowest score goes next. Ties go by the order of layers, so that the choice is reproducible.
            if (scores.Keys.Where(layer => left[layer] > floor).MinBy(Next) is not { } layer)
                break;
            left[layer]--;
            count -= tied?.Invoke(layer) ?? 1;
        }
        return order.ToDictionary(layer => layer.Key, layer => Last(layer.Value, left[layer.Key]));

        double Next(string layer)
        {
            double score = scores[layer][order[layer][^left[layer]]];
            return costs is null ? score : score / costs.Saving(layer, left);
        }
    }

    /// <summary>The filters that stay when every layer loses down to a given number, the lowest scores first.</summary>
    public static IReadOnlyDictionary<string, int[]> LowestPerLayer(IReadOnlyDictionary<string, double[]> scores, IReadOnlyDictionary<string, int> keep) =>
        scores.ToDictionary(layer => layer.Key, layer => Last(Ascending(layer.Value), keep[layer.Key]));

    // A layer's filters from the lowest score to the highest; ties in their order.
    static int[] Ascending(double[] scores) => [.. Enumerable.Range(0, scores.Length).OrderBy(filter => scores[filter])];

    static int[] Last(int[] order, int count) => [.. order[^count..].Order()];
}
