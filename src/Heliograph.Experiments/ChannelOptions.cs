using Heliograph.Channels;
using Heliograph.Experiments.Binding;

namespace Heliograph.Experiments;

/// <summary>The channel in training.</summary>
public sealed record ChannelOptions : IValidated
{
    /// <summary>The channel with its parameters, such as <c>awgn</c> or <c>rayleigh:block=1,csi=receiver</c> (<see cref="ChannelCatalogue"/>).</summary>
    public string Name { get; init; } = "awgn";

    /// <summary>SNR in dB: a number, or a range <c>low:high</c> from which every image draws uniformly. P/σ² per real symbol (docs/snr.md).</summary>
    public SnrRange Snr { get; init; } = new(14.5, 14.5);

    /// <inheritdoc/>
    public void Validate(OptionCheck check)
    {
        try
        {
            _ = ChannelCatalogue.Parse(Name);
        }
        catch (UsageException e)
        {
            throw check.Error(nameof(Name), $": {e.Message}", e);
        }
    }
}
