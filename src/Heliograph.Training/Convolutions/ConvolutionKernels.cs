using System.Runtime.Intrinsics;
using Heliograph.Runtime.Lanes;

namespace Heliograph.Training.Convolutions;

/// <summary>3×3 convolutions of stride 1 and padding 1 over a batch of maps, and the gradient of their weights, on plain memory.</summary>
unsafe interface IConvolutionKernels
{
    /// <summary>y = x ∗ w + b.</summary>
    /// <param name="sizes">Of x; y has as many filters.</param>
    /// <param name="x">The maps.</param>
    /// <param name="taps">Rows are channels, columns filters. Reversed and transposed: the gradient of a convolution's input.</param>
    /// <param name="bias">[filters], or null.</param>
    /// <param name="y">The result.</param>
    void Convolve(MapSizes sizes, float* x, Taps taps, float* bias, float* y);

    /// <summary>Gradient of the weights.</summary>
    /// <param name="sizes">Of x.</param>
    /// <param name="x">What was convolved.</param>
    /// <param name="gradient">Gradient of the result.</param>
    /// <param name="taps">The result; rows are filters, columns channels.</param>
    void WeightGradient(MapSizes sizes, float* x, float* gradient, Taps taps);
}

/// <summary>
/// The kernels for vectors of some width, from one source. Their inner methods are optimised at the first call: a runtime that optimised them later, as is
/// its way, would spend the first steps of a training, and a trial of some batches, on code several times slower.
/// </summary>
sealed unsafe class ConvolutionKernels<TLanes, TVector> : IConvolutionKernels
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    /// <inheritdoc/>
    public void Convolve(MapSizes sizes, float* x, Taps taps, float* bias, float* y)
    {
        if (IsSmall(sizes))
            TiledConvolution<Karatsuba<TLanes, TVector>, TLanes, TVector>.Convolve(sizes, x, taps, bias, y);
        else
            TiledConvolution<Winograd<TLanes, TVector>, TLanes, TVector>.Convolve(sizes, x, taps, bias, y);
    }

    /// <inheritdoc/>
    public void WeightGradient(MapSizes sizes, float* x, float* gradient, Taps taps)
    {
        if (IsSmall(sizes))
            TiledConvolution<Karatsuba<TLanes, TVector>, TLanes, TVector>.WeightGradient(sizes, x, gradient, taps);
        else
            TiledConvolution<Winograd<TLanes, TVector>, TLanes, TVector>.WeightGradient(sizes, x, gradient, taps);
    }

    static bool IsSmall(MapSizes sizes) => sizes.Height <= Karatsuba<TLanes, TVector>.Outputs && sizes.Width <= Karatsuba<TLanes, TVector>.Outputs;
}

/// <summary>Which kernels this processor can run.</summary>
static class ConvolutionKernels
{
    /// <summary>Those with the widest vectors first; none if there are no 256-bit vectors.</summary>
    public static IReadOnlyList<IConvolutionKernels> All { get; } =
    [
        .. Vector512.IsHardwareAccelerated ? [new ConvolutionKernels<Lanes512, Vector512<float>>()] : (IConvolutionKernels[])[],
        .. Vector256.IsHardwareAccelerated ? [new ConvolutionKernels<Lanes256, Vector256<float>>()] : (IConvolutionKernels[])[],
    ];
}
