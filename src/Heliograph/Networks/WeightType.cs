namespace Heliograph.Networks;

/// <summary>How weights are stored in a file. In memory they are always single precision.</summary>
public enum WeightType
{
    /// <summary>IEEE single precision, 4 bytes: stored exactly.</summary>
    F32,

    /// <summary>IEEE half precision, 2 bytes: rounded to nearest even, beyond ±65504 infinite.</summary>
    F16,

    /// <summary>bfloat16, 2 bytes: the upper half of single precision, rounded to nearest even.</summary>
    BF16,
}
