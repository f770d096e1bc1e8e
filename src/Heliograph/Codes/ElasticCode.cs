using Heliograph.Networks;

namespace Heliograph.Codes;

/// <summary>
/// The joint code of an elastic pair: the paper's (<see cref="JointCode"/>), with an encoder whose first channels are a code of their own, and a decoder and an
/// edge half that know the SNR and the mode.
/// </summary>
public static class ElasticCode
{
    /// <summary>Features between the condition and the scales and shifts that are read from it.</summary>
    const int ConditionFeatures = 32;

    /// <summary>
    /// As <see cref="JointCode.Encoder"/>, but no channel depends on a later one (GDN is causal), and each part of the code has mean power one:
    /// the first symbols are the same whether the others are sent or not.
    /// </summary>
    /// <param name="map">The map at the split point.</param>
    /// <param name="modes">Each number of symbols a multiple of the size of the encoder's map.</param>
    /// <exception cref="UsageException">A number of symbols is no whole number of channels.</exception>
    public static Network Encoder(Shape map, Modes modes)
    {
        var code = JointCode.Encoder(map, Channels(map, modes.MostSymbols));
        foreach (int symbols in modes.Symbols)
            _ = Channels(map, symbols);
        return code.With(layer => layer switch
        {
            Gdn gdn => gdn with { Causal = true },
            PowerNormalization power => power with { Parts = modes.Parts },
            _ => layer,
        });
    }

    /// <summary>The number of channels that a number of symbols fills.</summary>
    /// <exception cref="UsageException">It fills no whole number of channels.</exception>
    public static int Channels(Shape map, int symbols)
    {
        int each = JointCode.Encoder(map, 1).Output.Elements;
        return symbols % each == 0 ? symbols / each
            : throw new UsageException($"{symbols} symbols are not possible for a map of {map}, where each channel gives {each}: a multiple of {each} is needed");
    }

    /// <summary>
    /// The decoder and the rest of the backbone. It reads what <see cref="Modes.WriteEdgeInput"/> writes. A perceptron turns the SNR and the mode into a scale and a shift for each channel
    /// (<see cref="Film"/>), in the decoder twice and after each further split point.
    /// </summary>
    /// <param name="map">The map at the split point, unpruned.</param>
    /// <param name="rest">The backbone after the split point.</param>
    /// <param name="modes">What the edge half is to serve.</param>
    public static Network Edge(Shape map, Network rest, Modes modes)
    {
        const string symbols = "code.symbols", condition = "condition.relu";
        var layers = new List<Layer>
        {
            new Slice(symbols, [Network.InputName], 0, modes.MostSymbols),
            new Slice("condition.values", [Network.InputName], modes.MostSymbols, modes.ConditionLength),
            new Linear("condition.fc", ["condition.values"], ConditionFeatures),
            new Relu(condition, ["condition.fc"]),
        };
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        Append(JointCode.Decoder(map, Channels(map, modes.MostSymbols)), symbols, ["decoder.prelu1", "decoder.prelu2"]);
        Append(rest, names[JointCode.DecoderOutput], [.. rest.SplitPoints]);
        return new(new(modes.EdgeInputLength, 1, 1), layers);

        // Layers that read another network's output as their input; after some of them the map is scaled and shifted.
        void Append(Network network, string input, IReadOnlyCollection<string> conditioned)
        {
            names[Network.InputName] = input;
            foreach (var layer in network.Layers)
            {
                layers.Add(layer.Reading([.. layer.Inputs.Select(name => names.GetValueOrDefault(name, name))]));
                if (!conditioned.Contains(layer.Name))
                    continue;
                string factors = $"{layer.Name}.factors", film = $"{layer.Name}.film";
                layers.Add(new Linear(factors, [condition], checked(2 * network.ShapeOf(layer.Name).Channels)));
                layers.Add(new Film(film, [layer.Name, factors]));
                names[layer.Name] = film;
            }
        }
    }

    /// <summary>The device half that computes and sends only the first symbols of a code: a network whose arrays are the beginnings of the wider one's.</summary>
    /// <param name="device">Ends with <see cref="Encoder"/>.</param>
    /// <param name="symbols">How many, the end of one of the code's parts.</param>
    /// <exception cref="UsageException">The code has no such beginning.</exception>
    public static Network First(Network device, int symbols)
    {
        if (device.Layers is not [.., PowerNormalization { Parts: { } parts }])
            throw new UsageException("this device half sends its symbols all together");
        int[] ends = [.. parts.Select((_, i) => parts.Take(i + 1).Sum())];
        int last = Array.IndexOf(ends, symbols);
        if (last < 0)
            throw new UsageException($"the code can be cut after {string.Join(", ", ends)} symbols, not after {symbols}");
        int channels = (int)((long)device.ShapeOf(JointCode.EncoderConvolution).Channels * symbols / ends[^1]);
        return device.With(layer => layer switch
        {
            Convolution { Name: JointCode.EncoderConvolution } convolution => convolution with { Filters = channels },
            PowerNormalization power => power with { Parts = [.. parts.Take(last + 1)] },
            _ => layer,
        });
    }
}
