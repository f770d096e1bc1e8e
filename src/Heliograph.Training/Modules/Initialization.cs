using Heliograph.Networks;
using Heliograph.Statistics;

namespace Heliograph.Training.Modules;

/// <summary>
/// First weights of a network, a pure function of the seed. The paper gives none. Each layer says how its arrays are initialised
/// (<see cref="WeightSpec.First"/>): convolutions normal with variance 2/fan-out and hidden linear layers with 2/fan-in (He et al., 2015). The last
/// layer, linear or a convolution, begins with deviation 0.01, and so do those that give the scales and shifts of a <see cref="Film"/>.
/// </summary>
public static class Initialization
{
    /// <summary>Draws the weights.</summary>
    public static Weights Draw(Network network, ulong seed)
    {
        var arrays = new List<KeyValuePair<string, WeightArray>>();
        foreach (var layer in network.Layers)
        {
            foreach (var spec in layer.Weights(network.InputsOf(layer)))
                arrays.Add(new(spec.Name, new([.. spec.Shape], Values(network, layer, spec, seed))));
        }
        return new Weights(arrays);
    }

    static float[] Values(Network network, Layer layer, WeightSpec spec, ulong seed)
    {
        var values = new float[spec.Length];
        var (constant, deviation, onDiagonal) = spec.First;
        // The last layer begins with small weights, so that no class is preferred, and a restored image begins with the mean colour; what scales and shifts, so that maps begin nearly as they are.
        if (deviation > 0 && (layer is Linear or Convolution && layer.Name == network.OutputName || layer is Linear && network.Layers.OfType<Film>().Any(film => film.Inputs[1] == layer.Name)))
            deviation = 0.01;
        if (onDiagonal)
        {
            for (int i = 0; i < spec.Shape[0]; i++)
                values[i * spec.Shape[0] + i] = (float)constant;
        }
        else if (deviation > 0)
        {
            var random = new RandomStream(seed, "initialization." + spec.Name);
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(constant + deviation * random.NextGaussian());
        }
        else
        {
            Array.Fill(values, (float)constant);
        }
        return values;
    }
}
