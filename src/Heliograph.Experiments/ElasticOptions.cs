using Heliograph.Codes;
using Heliograph.Experiments.Binding;

namespace Heliograph.Experiments;

/// <summary>What an elastic pair serves (recipe <c>elastic</c>): every width with every number of symbols, at every SNR of <c>channel.snr</c>.</summary>
public sealed record ElasticOptions : IValidated
{
    /// <summary>The widths of the device half: the share of each layer's filters that each lacks, in [0, 1), ascending.</summary>
    public ValueList<double> Widths { get; init; } = [0, 0.25, 0.5, 0.75, 0.9];

    /// <summary>The numbers of symbols, ascending; each a multiple of what one channel of the code gives at the split point. The largest takes the place of <c>code.symbols</c>.</summary>
    public ValueList<int> Symbols { get; init; } = [16, 32, 64, 128, 256];

    /// <summary>Weight of the distillation of the smaller modes from the largest, against labels and teacher, in [0, 1].</summary>
    public double Follow { get; init; } = 0.5;

    /// <summary>In how many other modes than the largest each image is sent, from 1 to 8.</summary>
    public int Others { get; init; } = 2;

    /// <summary>True if the encoder is told the SNR that the edge last reported; else it encodes in the same way at every SNR.</summary>
    public bool EncoderSnr { get; init; }

    /// <summary>The modes, with the SNRs of a channel.</summary>
    public Modes Modes(ChannelOptions channel) => new(Widths, Symbols, channel.Snr.Low, channel.Snr.High);

    /// <inheritdoc/>
    public void Validate(OptionCheck check)
    {
        check.That(Widths.Count > 0 && Widths.All(width => width is >= 0 and < 1) && Widths.SequenceEqual(Widths.Distinct().Order()), nameof(Widths),
            $"must be shares of the filters that are removed, from 0 to below 1, ascending, not {string.Join(", ", Widths)}");
        check.That(Symbols.Count > 0 && Symbols.All(symbols => symbols >= 1) && Symbols.SequenceEqual(Symbols.Distinct().Order()), nameof(Symbols),
            $"must be numbers of symbols, 1 or more, ascending, not {string.Join(", ", Symbols)}");
        var modes = Modes(new());
        check.That(Widths.Select((_, width) => modes.PercentOf(width)).Distinct().Count() == Widths.Count, nameof(Widths), $": two are nearer to each other than a ten-thousandth of a percent, which is what their files are named by");
        check.That(Others is >= 1 and <= 8, nameof(Others), $"must be from 1 to 8, not {Others}");
        check.That(Follow is >= 0 and <= 1, nameof(Follow), $"must be from 0 to 1, not {Follow}");
    }
}
