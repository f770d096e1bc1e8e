namespace Heliograph.Networks;

/// <summary>What limits the power of a code's symbols.</summary>
public enum PowerConstraint
{
    /// <summary>The mean power of each image's symbols is 1 (section 2.1 of the paper); the SNR is P/σ² with P = 1 (docs/snr.md).</summary>
    Mean,

    /// <summary>Every symbol is from 0 to 1, whatever the mean power; the SNR is the peak's, 1/σ², as BottleNet++ counts.</summary>
    Peak,
}
