namespace Heliograph.Experiments;

/// <summary>Number format of the convolutions and linear layers in training; parameters, statistics and losses are always 32-bit.</summary>
public enum Precision
{
    /// <summary>
    /// <see cref="Bf16"/> on a GPU. On a processor that computes it natively (AVX512-BF16, AMX) what a trial of some batches finds faster; else <see cref="Fp32"/>.
    /// </summary>
    Auto,

    /// <summary>32-bit floats.</summary>
    Fp32,

    /// <summary>bfloat16: half the memory; on processors that have it twice the speed of libtorch's 32-bit floats, not of our own kernels.</summary>
    Bf16,
}
