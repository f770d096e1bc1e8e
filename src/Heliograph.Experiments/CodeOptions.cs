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

    /// <summary>Of BottleNet's and BottleNet++'s codes: 2 halves the map's height and width, 1 keeps them; null: 2 where both can be halved, as for the paper's.</summary>
    public int? Stride { get; init; }

    /// <summary>
    /// Of BottleNet++'s code: what limits the symbols. <c>mean</c>: mean power 1, as everywhere in this project. <c>peak</c>: values from 0 to 1, every SNR being the peak's
    /// (docs/snr.md), as that work counts.
    /// </summary>
    public PowerConstraint Power { get; init; }

    /// <summary>The options with <see cref="Symbols"/> turned into <see cref="Channels"/>.</summary>
    /// <param name="split">The split point.</param>
    /// <param name="images">Of the size in question.</param>
    /// <param name="each">Symbols of a channel there.</param>
    /// <exception cref="UsageException">No number of channels gives that many symbols there; the message says which numbers are possible.</exception>
    public CodeOptions At(string split, Shape images, int each)
    {
        if (Symbols is not { } symbols)
            return this;
        int below = symbols / each * each;
        if (symbols % each == 0)
            return this with { Channels = symbols / each, Symbols = null };
        string near = below == 0 ? FormattableString.Invariant($"{each} is the least") : FormattableString.Invariant($"{below} and {below + each} are the nearest");
        throw new UsageException(FormattableString.Invariant(
            $"code.symbols: {symbols} is not possible at {split}, where each channel gives {each} {(each == 1 ? "symbol" : "symbols")} of a {images.Height}×{images.Width} image: a multiple of {each} is needed; {near}"));
    }

    /// <inheritdoc/>
    public void Validate(OptionCheck check)
    {
        check.That(Channels >= 1, nameof(Channels), $"must be at least 1, not {Channels}");
        check.That(Symbols is null or >= 1, nameof(Symbols), $"must be at least 1, or left out, not {Symbols}");
        check.That(Stride is null or 1 or 2, nameof(Stride), $"must be 1, 2, or left out, not {Stride}");
        check.That(Symbols is null || Channels == ChannelsByDefault, nameof(Channels), $": {Channels} has no effect together with {check.Prefix}symbols: {Symbols}; give one of them");
    }
}
