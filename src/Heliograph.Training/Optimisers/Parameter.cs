using Heliograph.Networks;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Optimisers;

/// <summary>What a parameter is to an optimiser.</summary>
public enum ParameterRole
{
    /// <summary>Filters of a convolution that a batch norm follows, which makes their scale free; but the first convolution's.</summary>
    Filters,

    /// <summary>Other filters, weights of a hidden linear layer.</summary>
    Weights,

    /// <summary>Weights of the last layer.</summary>
    Head,

    /// <summary>Biases, scales of batch norms, slopes of PReLUs.</summary>
    Bias,

    /// <summary>GDN's β and γ, trained as square roots.</summary>
    Root,
}

/// <summary>A tensor that is trained. The tensor stays its module's.</summary>
/// <param name="Name">Unique over all that is trained.</param>
/// <param name="Value">The tensor.</param>
/// <param name="Role">What it is.</param>
public sealed record Parameter(string Name, Tensor Value, ParameterRole Role)
{
    /// <summary>All parameters of some modules, which compute one after another.</summary>
    public static IReadOnlyList<Parameter> Of(IReadOnlyList<NetworkModule> modules)
    {
        Layer[] all = [.. modules.SelectMany(module => module.Network.Layers)];
        // Networks within others name the layers that they share.
        var layers = all.DistinctBy(layer => layer.Name).ToDictionary(layer => layer.Name);
        var normalised = all.OfType<BatchNorm>().SelectMany(layer => layer.Inputs).ToHashSet();
        string? first = all.FirstOrDefault(layer => layer is Convolution)?.Name;
        string last = modules[^1].Network.OutputName;
        return [.. modules.SelectMany(module => module.Parameters).Select(p => new Parameter(p.Name, p.Tensor, RoleOf(p.Name)))];

        ParameterRole RoleOf(string name)
        {
            int dot = name.LastIndexOf('.');
            string layer = name[..dot], kind = name[(dot + 1)..];
            return (layers[layer], kind) switch
            {
                (Gdn, _) => ParameterRole.Root,
                (Convolution, "weight") => layer != first && normalised.Contains(layer) ? ParameterRole.Filters : ParameterRole.Weights,
                (Linear, "weight") => layer == last ? ParameterRole.Head : ParameterRole.Weights,
                (SnrFilm, "hidden_weight" or "scale_weight" or "shift_weight") => ParameterRole.Weights,
                _ => ParameterRole.Bias,
            };
        }
    }
}
