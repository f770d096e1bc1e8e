using System.Collections.Immutable;
using Heliograph.Networks;

namespace Heliograph.Training.Modules;

/// <summary>
/// First weights of a network, a pure function of the seed. The paper gives none. Convolutions: normal with variance 2/fan-out (He et al.,
/// 2015). Hidden linear layers: normal with variance 2/fan-in, the last one with deviation 0.01. Batch norm 1 and 0. GDN β = 1,
/// γ = 0.1·I (Ballé et al.). PReLU slope 0.25. Biases 0.
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
        string kind = spec.Name[(layer.Name.Length + 1)..];
        var values = new float[spec.Length];
        switch (layer, kind)
        {
            case (Convolution conv, "weight"):
                Normal(values, Math.Sqrt(2.0 / (conv.Filters * conv.Kernel * conv.Kernel)));
                break;
            case (Linear, "weight"):
                Normal(values, layer.Name == network.OutputName ? 0.01 : Math.Sqrt(2.0 / network.InputsOf(layer)[0].Channels));
                break;
            case (BatchNorm, "weight" or "running_var") or (Gdn, "beta"):
                Array.Fill(values, 1);
                break;
            case (PRelu, "weight"):
                Array.Fill(values, 0.25f);
                break;
            case (Gdn, "gamma"):
                for (int i = 0; i < spec.Shape[0]; i++)
                    values[i * spec.Shape[0] + i] = 0.1f;
                break;
        }
        return values;

        void Normal(float[] array, double deviation)
        {
            var random = new RandomStream(seed, "initialization." + spec.Name);
            for (int i = 0; i < array.Length; i++)
                array[i] = (float)(deviation * random.NextGaussian());
        }
    }
}
