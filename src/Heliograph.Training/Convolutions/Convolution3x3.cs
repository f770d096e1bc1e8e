using static Heliograph.Training.Torch.TensorMemory;
using static TorchSharp.torch;

namespace Heliograph.Training.Convolutions;

/// <summary>
/// A 3×3 convolution of stride 1 and padding 1, with its gradients, by fast algorithms in 32-bit floats on a processor: a quarter of the
/// multiplications of a direct sum. Errors stay below 1e-4 of the largest value.
/// </summary>
sealed unsafe class Convolution3x3 : autograd.SingleTensorFunction<Convolution3x3>
{
    // Below this many channels or filters the transforms cost more than the products save.
    const int FewestChannels = 16;

    public override string Name => nameof(Convolution3x3);

    /// <summary>Whether these shapes can be, and are better, computed here.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="weight">[K, C, 3, 3].</param>
    /// <param name="stride">Along both sides.</param>
    /// <param name="padding">Along both sides.</param>
    public static bool Suits(Tensor x, Tensor weight, int stride, int padding) =>
        ConvolutionKernels.All.Count > 0 && x.device_type == TorchSharp.DeviceType.CPU && x.dtype == ScalarType.Float32 && weight.dtype == ScalarType.Float32
        && stride == 1 && padding == 1 && weight.shape is [var filters, var channels, 3, 3]
        && Math.Min(filters, channels) >= FewestChannels
        && x.shape[0] * x.shape[2] * x.shape[3] * Math.Max(filters, channels) <= int.MaxValue / sizeof(float);

    /// <summary>The convolution, as part of the graph where one is recorded.</summary>
    public static Tensor Convolve(Tensor x, Tensor weight, Tensor bias) => Convolve(ConvolutionKernels.All[0], x, weight, bias);

    /// <summary>The same with given kernels.</summary>
    public static Tensor Convolve(IConvolutionKernels kernels, Tensor x, Tensor weight, Tensor bias) =>
        x.shape[2] * x.shape[3] == 1 ? OfOnePixel(x, weight, bias)
        : is_grad_enabled() && (x.requires_grad || weight.requires_grad) ? apply(x, weight, bias, x.requires_grad, weight.requires_grad, kernels)
        : Compute(kernels, x, weight, bias);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        Tensor x = (Tensor)vars[0], weight = (Tensor)vars[1], bias = (Tensor)vars[2];
        ctx.save_for_backward([x, weight]);
        ctx.save_data("inputs", vars[3]);
        ctx.save_data("weights", vars[4]);
        ctx.save_data("kernels", vars[5]);
        return Compute((IConvolutionKernels)vars[5], x, weight, bias);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        Tensor x = saved[0], weight = saved[1];
        var kernels = (IConvolutionKernels)ctx.get_data("kernels");
        bool trained = (bool)ctx.get_data("weights");
        var inputs = (bool)ctx.get_data("inputs") ? InputGradient(kernels, grad_output, weight) : null;
        var weights = trained ? WeightGradient(kernels, x, grad_output) : null;
        var biases = trained ? grad_output.sum([0, 2, 3]) : null;
        Handover.Pass(grad_output, inputs, weights, biases);
        return [inputs!, weights!, biases!, null!, null!, null!];
    }

    // All taps but the middle one see padding alone.
    static Tensor OfOnePixel(Tensor x, Tensor weight, Tensor bias) => nn.functional.conv2d(x, weight.narrow(2, 1, 1).narrow(3, 1, 1), bias);

    static Tensor Compute(IConvolutionKernels kernels, Tensor x, Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var (whole, taps) = Taps(weight);
        var result = Maps(kernels, x, taps.Transposed, (int)weight.shape[0], bias).MoveToOuterDisposeScope();
        GC.KeepAlive(whole);
        return result;
    }

    static Tensor InputGradient(IConvolutionKernels kernels, Tensor gradient, Tensor weight)
    {
        var (whole, taps) = Taps(weight);
        var result = Maps(kernels, gradient, taps.Reversed, (int)weight.shape[1], null);
        GC.KeepAlive(whole);
        return result;
    }

    static Tensor Maps(IConvolutionKernels kernels, Tensor x, Taps taps, int filters, Tensor? bias)
    {
        var maps = x.permute(0, 2, 3, 1).contiguous();
        var sizes = new MapSizes((int)maps.shape[0], (int)maps.shape[1], (int)maps.shape[2], (int)maps.shape[3], filters);
        var result = empty(sizes.Images, sizes.Height, sizes.Width, filters);
        float* biases = bias is null ? null : Pointer(bias.contiguous());
        kernels.Convolve(sizes, Pointer(maps), taps, biases, Pointer(result));
        return result.permute(0, 3, 1, 2);
    }

    static Tensor WeightGradient(IConvolutionKernels kernels, Tensor x, Tensor gradient)
    {
        Tensor maps = x.permute(0, 2, 3, 1).contiguous(), gradients = gradient.permute(0, 2, 3, 1).contiguous();
        var sizes = new MapSizes((int)maps.shape[0], (int)maps.shape[1], (int)maps.shape[2], (int)maps.shape[3], (int)gradients.shape[3]);
        var result = empty(sizes.Filters, 3, 3, sizes.Channels).permute(0, 3, 1, 2);
        var (_, taps) = Taps(result);
        kernels.WeightGradient(sizes, Pointer(maps), Pointer(gradients), taps);
        return result;
    }

    // Where the taps of weights [filters, channels, 3, 3] lie, rows filters and columns channels; channels-last or contiguous, else of a copy.
    static (Tensor Whole, Taps Taps) Taps(Tensor weight)
    {
        nint channels = (nint)weight.shape[1];
        var channelsLast = weight.permute(0, 2, 3, 1);
        if (channelsLast.is_contiguous())
            return (channelsLast, new((nint)Pointer(channelsLast), channels, 9 * channels, 1));
        var contiguous = weight.contiguous();
        return (contiguous, new((nint)Pointer(contiguous), 1, 9 * channels, 9));
    }
}
