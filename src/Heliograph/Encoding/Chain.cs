using Heliograph.Networks;

namespace Heliograph.Encoding;

/// <summary>The layers that lead from a network's input to its output, in order. Every layer reads one other, so they are a chain.</summary>
static class Chain
{
    public static IReadOnlyList<Layer> Of(Network network)
    {
        var byName = network.Layers.ToDictionary(layer => layer.Name, StringComparer.Ordinal);
        var chain = new List<Layer>();
        for (string name = network.OutputName; name != Network.InputName; name = chain[^1].Inputs[0])
            chain.Add(byName[name]);
        chain.Reverse();
        return chain;
    }
}
