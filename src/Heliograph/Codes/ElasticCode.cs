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

    const string Condition = "condition.relu";

    const string EncoderCondition = "encoder.snr";

    /// <summary>
    /// As <see cref="JointCode.Encoder"/>, but no channel depends on a later one (GDN is causal), and each part of the code has mean power one:
    /// the first symbols are the same whether the others are sent or not.
    /// </summary>
    /// <param name="map">The map at the split point.</param>
    /// <param name="modes">Each number of symbols a multiple of the size of the encoder's map.</param>
    /// <param name="knowsSnr">
    /// True if the encoder is to know the SNR that the edge last reported: the map that enters its convolution is scaled and shifted (<see cref="SnrFilm"/>), so that it chooses what its channels
    /// carry. All symbols of an image must then be of one report.
    /// </param>
    /// <exception cref="UsageException">A number of symbols is no whole number of channels.</exception>
    public static Network Encoder(Shape map, Modes modes, bool knowsSnr = false)
    {
        var code = JointCode.Encoder(map, Channels(map, modes.MostSymbols));
        foreach (int symbols in modes.Symbols)
            _ = Channels(map, symbols);
        var elastic = code.With(layer => layer switch
        {
            Gdn gdn => gdn with { Causal = true },
            PowerNormalization power => power with { Parts = modes.Parts },
            _ => layer,
        });
        return knowsSnr ? new Network(map, [new SnrFilm(EncoderCondition, [Network.InputName], modes.SnrLowDb, modes.SnrHighDb)]).Then(elastic) : elastic;
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
    /// As <see cref="JointCode.Decoder"/>, but it reads what <see cref="Modes.WriteEdgeInput"/> writes. A perceptron turns the SNR and the mode into a scale and a shift for each
    /// channel (<see cref="Film"/>), applied after each PReLU.
    /// </summary>
    /// <param name="map">The map at the split point, unpruned.</param>
    /// <param name="modes">What the edge half is to serve.</param>
    public static Network Decoder(Shape map, Modes modes)
    {
        const string symbols = "code.symbols", values = "condition.values", features = "condition.fc";
        Layer[] reading =
        [
            new Slice(symbols, [Network.InputName], 0, modes.MostSymbols),
            new Slice(values, [Network.InputName], modes.MostSymbols, modes.ConditionLength),
            new Linear(features, [values], ConditionFeatures),
            new Relu(Condition, [features]),
        ];
        var decoder = JointCode.Decoder(map, Channels(map, modes.MostSymbols));
        return new(new(modes.EdgeInputLength, 1, 1), [.. reading, .. Conditioned(decoder, symbols, [.. decoder.Layers.OfType<PRelu>().Select(layer => layer.Name)])]);
    }

    /// <summary>The decoder and the rest of the backbone, which is conditioned likewise after each further split point.</summary>
    /// <param name="rest">The backbone after the split point.</param>
    /// <param name="decoder">Of <see cref="Decoder"/>.</param>
    public static Network Edge(Network rest, Network decoder) =>
        new(decoder.Input, [.. decoder.Layers, .. Conditioned(rest, decoder.OutputName, rest.SplitPoints)]);

    /// <summary>
    /// The device half of one width: the backbone up to the split point, each layer with its first filters, and the encoder. The batch norms of the narrower ones have names, and so arrays, of
    /// their own; all other arrays are the beginnings of the widest's.
    /// </summary>
    /// <param name="backbone">The whole backbone, its filters in the order of their salience.</param>
    /// <param name="split">The split point.</param>
    /// <param name="modes">The modes.</param>
    /// <param name="width">Number of the width.</param>
    /// <param name="floor">Filters that every layer keeps at least, or all that it has.</param>
    /// <param name="knowsSnr">As in <see cref="Encoder"/>.</param>
    public static Network Device(Network backbone, string split, Modes modes, int width, int floor, bool knowsSnr = false)
    {
        var groups = new ChannelGroups(backbone);
        var front = groups.Narrowed(backbone, UniformPruning.Before(groups, backbone, split).ToDictionary(group => group.Name,
            group => UniformPruning.Kept(group.Channels, modes.Ratios[width], floor))).SplitAt(split).Device;
        var device = front.Then(Encoder(front.Output, modes, knowsSnr));
        if (width == 0)
            return device;
        var own = device.Layers.OfType<BatchNorm>().ToDictionary(norm => norm.Name, norm => FormattableString.Invariant($"{norm.Name}@{width}"));
        return new(device.Input, device.Layers.Select(layer =>
            (layer is BatchNorm ? layer with { Name = own[layer.Name] } : layer).Reading([.. layer.Inputs.Select(name => own.GetValueOrDefault(name, name))])));
    }

    /// <summary>Where the batch norms of a narrower device half begin: with the first channels of the widest's.</summary>
    /// <param name="device">Of <see cref="Device"/>.</param>
    /// <param name="widest">Weights of the widest.</param>
    public static Weights OwnFirst(Network device, Weights widest) => new(device.Layers.OfType<BatchNorm>().SelectMany(norm => norm.Weights(device.InputsOf(norm)))
        .Select(spec => KeyValuePair.Create(spec.Name, widest[SharedName(spec.Name)].Beginning(spec.Shape))));

    /// <summary>The device half that computes and sends only the first symbols of a code: a network whose arrays are the beginnings of the wider one's.</summary>
    /// <param name="device">Ends with <see cref="Encoder"/>.</param>
    /// <param name="symbols">How many, the end of one of the code's parts.</param>
    /// <exception cref="UsageException">The code has no such beginning.</exception>
    public static Network First(Network device, int symbols)
    {
        if (device.Layers is not [.., PowerNormalization { Parts: { } parts }])
            throw new UsageException("this device half sends its symbols all together");
        int[] ends = new int[parts.Count];
        for (int i = 0, end = 0; i < ends.Length; i++)
            ends[i] = end += parts[i];
        int last = Array.IndexOf(ends, symbols);
        if (last < 0)
            throw new UsageException($"the code can be cut after {new ValueList<int>(ends)} symbols, not after {symbols}");
        int channels = (int)((long)device.ShapeOf(JointCode.EncoderConvolution).Channels * symbols / ends[^1]);
        return device.With(layer => layer switch
        {
            Convolution { Name: JointCode.EncoderConvolution } convolution => convolution with { Filters = channels },
            PowerNormalization power => power with { Parts = ValueList.Of(parts.AsSpan()[..(last + 1)]) },
            _ => layer,
        });
    }

    // bn1_1@2.weight is bn1_1.weight in the widest.
    static string SharedName(string array)
    {
        int at = array.IndexOf('@', StringComparison.Ordinal);
        return at < 0 ? array : array[..at] + array[array.IndexOf('.', at)..];
    }

    // The layers of a network that reads another's output; after some of them the map is scaled and shifted.
    static IEnumerable<Layer> Conditioned(Network network, string input, IReadOnlyCollection<string> points)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { [Network.InputName] = input };
        foreach (var layer in network.Layers)
        {
            yield return layer.Reading([.. layer.Inputs.Select(name => names.GetValueOrDefault(name, name))]);
            if (!points.Contains(layer.Name))
                continue;
            string factors = $"{layer.Name}.factors", film = $"{layer.Name}.film";
            yield return new Linear(factors, [Condition], checked(2 * network.ShapeOf(layer.Name).Channels));
            yield return new Film(film, [layer.Name, factors]);
            names[layer.Name] = film;
        }
    }
}
