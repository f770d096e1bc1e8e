using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Heliograph.Training.Convolutions;

/// <summary>
/// A 3×3 convolution of stride 1 and padding 1, with its gradients, by Winograd's algorithms, in 32-bit floats on a processor: a quarter of
/// the multiplications of a direct sum, less than half of them on maps up to 2×2. Errors stay below 1e-4 of the largest value.
/// </summary>
sealed unsafe class WinogradConvolution : autograd.SingleTensorFunction<WinogradConvolution>
{
    // Below this many channels or filters the transforms cost more than the products save.
    const int FewestChannels = 16;

    [ThreadStatic]
    static Tensor?[]? handedOver;

    public override string Name => nameof(WinogradConvolution);

    /// <summary>Whether these shapes can be, and are better, computed here.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="weight">[K, C, 3, 3].</param>
    /// <param name="stride">Along both sides.</param>
    /// <param name="padding">Along both sides.</param>
    public static bool Suits(Tensor x, Tensor weight, int stride, int padding) =>
        Vector256.IsHardwareAccelerated && x.device_type == TorchSharp.DeviceType.CPU && x.dtype == ScalarType.Float32 && weight.dtype == ScalarType.Float32
        && stride == 1 && padding == 1 && weight.shape is [var filters, var channels, 3, 3]
        && Math.Min(filters, channels) >= FewestChannels
        && x.shape[0] * x.shape[2] * x.shape[3] * Math.Max(filters, channels) <= int.MaxValue / sizeof(float);

    /// <summary>The convolution, as part of the graph where one is recorded.</summary>
    public static Tensor Convolve(Tensor x, Tensor weight, Tensor bias) =>
        is_grad_enabled() && (x.requires_grad || weight.requires_grad) ? apply(x, weight, bias, x.requires_grad) : Compute(x, weight, bias);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        Tensor x = (Tensor)vars[0], weight = (Tensor)vars[1], bias = (Tensor)vars[2];
        ctx.save_for_backward([x, weight]);
        ctx.save_data("inputs", vars[3]);
        return Compute(x, weight, bias);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        Tensor x = saved[0], weight = saved[1];
        var inputs = (bool)ctx.get_data("inputs") ? InputGradient(grad_output, weight).MoveToOuterDisposeScope() : null;
        var weights = WeightGradient(x, grad_output).MoveToOuterDisposeScope();
        var biases = grad_output.sum([0, 2, 3]).MoveToOuterDisposeScope();
        // TorchSharp leaves all of these to the scope of the whole step, maps of every layer. It has taken over the last call's results by now.
        grad_output.Dispose();
        foreach (var earlier in handedOver ?? [])
            earlier?.Dispose();
        handedOver = [inputs, weights, biases];
        return [inputs!, weights, biases, null!];
    }

    static Tensor Compute(Tensor x, Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        // [3, 3, channels, filters]
        var turned = weight.permute(2, 3, 1, 0).contiguous();
        long filters = weight.shape[0], channels = weight.shape[1];
        return Maps(x, new((nint)Pointer(turned), (nint)(channels * filters), (nint)filters), (int)filters, flipped: false, bias).MoveToOuterDisposeScope();
    }

    static Tensor InputGradient(Tensor gradient, Tensor weight)
    {
        var channelsLast = weight.permute(0, 2, 3, 1).contiguous();
        int channels = (int)weight.shape[1];
        return Maps(gradient, ChannelsLast(channelsLast, channels), channels, flipped: true, null);
    }

    static Tensor Maps(Tensor x, Taps taps, int filters, bool flipped, Tensor? bias)
    {
        var maps = x.permute(0, 2, 3, 1).contiguous();
        var sizes = new MapSizes((int)maps.shape[0], (int)maps.shape[1], (int)maps.shape[2], (int)maps.shape[3], filters);
        var result = empty(sizes.Images, sizes.Height, sizes.Width, filters);
        float* biases = bias is null ? null : Pointer(bias.contiguous());
        if (Small(sizes))
            WinogradMaps<Winograd2>.Convolve(sizes, Pointer(maps), taps, flipped, biases, Pointer(result));
        else
            WinogradMaps<Winograd4>.Convolve(sizes, Pointer(maps), taps, flipped, biases, Pointer(result));
        return result.permute(0, 3, 1, 2);
    }

    static Tensor WeightGradient(Tensor x, Tensor gradient)
    {
        Tensor maps = x.permute(0, 2, 3, 1).contiguous(), gradients = gradient.permute(0, 2, 3, 1).contiguous();
        var sizes = new MapSizes((int)maps.shape[0], (int)maps.shape[1], (int)maps.shape[2], (int)maps.shape[3], (int)gradients.shape[3]);
        var result = empty(sizes.Filters, 3, 3, sizes.Channels);
        var taps = ChannelsLast(result, sizes.Channels);
        if (Small(sizes))
            WinogradMaps<Winograd2>.WeightGradient(sizes, Pointer(maps), Pointer(gradients), taps);
        else
            WinogradMaps<Winograd4>.WeightGradient(sizes, Pointer(maps), Pointer(gradients), taps);
        return result.permute(0, 3, 1, 2);
    }

    // The taps of [filters, 3, 3, channels].
    static Taps ChannelsLast(Tensor weight, int channels) => new((nint)Pointer(weight), channels, 9 * (nint)channels);

    // A map of 2×2 fills one tile of F(2×2).
    static bool Small(MapSizes sizes) => sizes.Height <= 2 && sizes.Width <= 2;

    // The memory is libtorch's and does not move.
    static float* Pointer(Tensor tensor) => (float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
