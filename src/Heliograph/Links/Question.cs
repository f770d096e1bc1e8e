namespace Heliograph.Links;

/// <summary>What a device asks with a frame (docs/frame-format.md, version 3): the SNR that the edge measures, and whether it is sure enough of its answer.</summary>
/// <param name="Nonce">Drawn for this question; the answer repeats it.</param>
/// <param name="Confidence">The probability of the best class, 0 to 1, below which more symbols are wanted; it travels in steps of 1/255.</param>
public readonly record struct Question(ulong Nonce, double Confidence)
{
    /// <summary>A question with a nonce that nobody can foresee.</summary>
    // The system's own generator, through the framework: the device program has no other that is fit for secrets. A random stream could be guessed from its seed.
    public static Question New(double confidence) => new(BitConverter.ToUInt64(Guid.NewGuid().ToByteArray(), 8), confidence);

    internal const int Steps = byte.MaxValue;
}
