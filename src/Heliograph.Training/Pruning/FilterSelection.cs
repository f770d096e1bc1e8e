using Heliograph.Networks;
using Heliograph.Training.Steps;

namespace Heliograph.Training.Pruning;

/// <summary>Chooses which filters go, given their scores.</summary>
public static class FilterSelection
{
    /// <summary>The filters that stay when all layers together lose some number, the lowest scores first.</summary>
    /// <param name="scores">By convolution, one score a filter.</param>
    /// <param name="count">How many go, all layers together.</param>
    /// <param name="floor">Filters that every layer keeps at least.</param>
    /// <param name="enough">Asked after each removal with the filters that each layer has left; true ends it early.</param>
    /// <returns>By convolution, the filters that stay, ascending.</returns>
    public static IReadOnlyDictionary<string, int[]> Lowest(
        IReadOnlyDictionary<string, double[]> scores, int count, int floor, Func<IReadOnlyDictionary<string, int>, bool>? enough = null)
    {
        var left = scores.ToDictionary(layer => layer.Key, layer => layer.Value.Length);
        var gone = scores.ToDictionary(layer => layer.Key, _ => new HashSet<int>());
        // Ties go by the order of layers and filters, so that the choice is reproducible.
        var ranking = scores.SelectMany(layer => layer.Value.Select((score, filter) => (Layer: layer.Key, Filter: filter, Score: score)))
            .OrderBy(entry => entry.Score);
        foreach (var (layer, filter, _) in ranking)
        {
            if (count == 0 || enough is not null && enough(left))
                break;
            if (left[layer] <= floor)
                continue;
            gone[layer].Add(filter);
            left[layer]--;
            count--;
        }
        return scores.ToDictionary(layer => layer.Key, layer => Stay(layer.Value.Length, gone[layer.Key]));
    }

    /// <summary>The filters that stay when every layer loses down to a given number, the lowest scores first.</summary>
    public static IReadOnlyDictionary<string, int[]> LowestPerLayer(IReadOnlyDictionary<string, double[]> scores, IReadOnlyDictionary<string, int> keep) =>
        scores.ToDictionary(layer => layer.Key, layer => Stay(layer.Value.Length,
            [.. layer.Value.Select((score, filter) => (score, filter)).OrderBy(entry => entry.score).Select(entry => entry.filter)
                .Take(layer.Value.Length - keep[layer.Key])]));

    static int[] Stay(int filters, HashSet<int> gone) => [.. Enumerable.Range(0, filters).Where(filter => !gone.Contains(filter))];
}
