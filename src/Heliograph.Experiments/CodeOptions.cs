using Heliograph.Experiments.Binding;
using Heliograph.Networks;

namespace Heliograph.Experiments;

/// <summary>The joint code.</summary>
public sealed record CodeOptions : IValidated
{
    const int ChannelsByDefault = 8;

    /// <summary>C, the encoder's filters. B is 64·C after pool1 of a 32×32 image, 16·C after pool2, 4·C after pool3, C after pool4 and pool5.</summary>
    public int Channels { get; init; } = ChannelsByDefault;

    /// <summary>B, the symbols of an image, instead of <see cref="Channels"/>, which a run derives from it when it starts; null for what the channels give.</summary>
    [InsteadOf(nameof(Channels))]
    public int? Symbols { get; init; }

    /// <summary>The code of an experiment, with <see cref="Symbols"/> turned into <see cref="Channels"/>.</summary>
    /// <param name="experiment">Its recipe and its split point count.</param>
    /// <param name="backbone">For images of the size in question.</param>
    /// <exception cref="UsageException">No number of channels gives that many symbols there; the message says which numbers are possible.</exception>
    public CodeOptions At(Experiment experiment, Network backbone)
    {
        var carried = experiment.Carried(backbone);
        if (Symbols is not { } symbols)
            return this;
        var (split, code) = (experiment.Place, experiment.Steps().Code);
        int each = code.Encoder(carried, 1).Output.Elements, below = symbols / each * each;
        if (symbols % each == 0)
            return new() { Channels = symbols / each };
        string near = below == 0 ? FormattableString.Invariant($"{each} is the least") : FormattableString.Invariant($"{below} and {below + each} are the nearest");
        throw new UsageException(FormattableString.Invariant(
            $"code.symbols: {symbols} is not possible at {split}, where each channel gives {each} {(each == 1 ? "symbol" : "symbols")} of a {backbone.Input.Height}×{backbone.Input.Width} image: a multiple of {each} is needed; {near}"));
    }

    /// <inheritdoc/>
    public void Validate(OptionCheck check)
    {
        check.That(Channels >= 1, nameof(Channels), $"must be at least 1, not {Channels}");
        check.That(Symbols is null or >= 1, nameof(Symbols), $"must be at least 1, or left out, not {Symbols}");
        check.That(Symbols is null || Channels == ChannelsByDefault, nameof(Channels), $": {Channels} has no effect together with {check.Prefix}symbols: {Symbols}; give one of them");
    }
}
