using System.Runtime.InteropServices;
using Heliograph.Training.Convolutions;
using Heliograph.Training.Data;
using static Heliograph.Training.Torch.TensorMemory;
using static TorchSharp.torch;

namespace Heliograph.Training.BatchNorms;

/// <summary>
/// Batch norm with the batch's statistics, then ReLU, then the maximum of 2×2 pixels where asked, with their gradients: as one function that goes over
/// the maps once to measure, once to compute, and twice for the gradient. Statistics are libtorch's: the biased variance normalises, the unbiased
/// one enters the running variance. 32-bit maps on a processor, channels-last.
/// </summary>
sealed unsafe class BatchNormRelu : autograd.SingleTensorFunction<BatchNormRelu>
{
    public override string Name => nameof(BatchNormRelu);

    /// <summary>Whether this input can be computed here.</summary>
    public static bool Suits(Tensor x, bool pooled) =>
        BatchNormKernels.Best is not null && x.device_type == TorchSharp.DeviceType.CPU && x.dtype == ScalarType.Float32
        && x.shape is [var images, >= BatchNormKernels.FewestChannels, var height, var width] && images * height * width > 1 && x.numel() <= int.MaxValue
        && (!pooled || height % 2 == 0 && width % 2 == 0);

    /// <summary>The three layers' output; the running statistics are updated.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="weight">[C].</param>
    /// <param name="bias">[C].</param>
    /// <param name="runningMean">[C], changed.</param>
    /// <param name="runningVariance">[C], changed.</param>
    /// <param name="momentum">Weight of the batch's statistics in the running ones.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="pooled">Whether the maximum of 2×2 pixels is taken.</param>
    public static Tensor Compute(Tensor x, Tensor weight, Tensor bias, Tensor runningMean, Tensor runningVariance, double momentum, double epsilon, bool pooled) =>
        apply(x, weight, bias, runningMean, runningVariance, momentum, epsilon, pooled);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        var (momentum, epsilon, pooled) = ((double)vars[5], (double)vars[6], (bool)vars[7]);
        Tensor x = ChannelsLast((Tensor)vars[0]), weight = (Tensor)vars[1], bias = (Tensor)vars[2];
        var maps = new BatchNormMaps((int)x.shape[0], (int)x.shape[1], (int)x.shape[2], (int)x.shape[3], pooled);
        double[] mean = new double[maps.Channels], squares = new double[maps.Channels];
        var kernels = BatchNormKernels.Best!;
        kernels.Moments(maps, Pointer(x), mean, squares);
        float[] means = new float[maps.Channels], deviations = new float[maps.Channels], scale = new float[maps.Channels], shift = new float[maps.Channels];
        Span<float> weights = Values(weight), biases = Values(bias), runningMeans = Values((Tensor)vars[3]), runningVariances = Values((Tensor)vars[4]);
        for (int c = 0; c < maps.Channels; c++)
        {
            deviations[c] = (float)(1 / Math.Sqrt(squares[c] / maps.Pixels + epsilon));
            means[c] = (float)mean[c];
            scale[c] = weights[c] * deviations[c];
            shift[c] = (float)(biases[c] - mean[c] * scale[c]);
            runningMeans[c] = (float)((1 - momentum) * runningMeans[c] + momentum * mean[c]);
            runningVariances[c] = (float)((1 - momentum) * runningVariances[c] + momentum * squares[c] / (maps.Pixels - 1));
        }
        var result = empty(maps.Images, maps.Height / maps.Cell, maps.Width / maps.Cell, maps.Channels);
        kernels.Apply(maps, Pointer(x), scale, shift, Pointer(result));
        ctx.save_for_backward([(Tensor)vars[0]]);
        ctx.save_data("constants", new Constants(maps, means, deviations, scale, shift));
        return result.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var (maps, mean, deviation, scale, shift) = (Constants)ctx.get_data("constants");
        Tensor x = ChannelsLast(ctx.get_saved_variables()[0]), gradient = ChannelsLast(grad_output);
        double[] sum = new double[maps.Channels], product = new double[maps.Channels];
        var kernels = BatchNormKernels.Best!;
        kernels.Sums(maps, Pointer(x), Pointer(gradient), scale, shift, mean, sum, product);
        float[] ofInput = new float[maps.Channels], rest = new float[maps.Channels];
        Tensor weights = empty(maps.Channels), biases = empty(maps.Channels);
        for (int c = 0; c < maps.Channels; c++)
        {
            double slope = -(double)scale[c] * deviation[c] * deviation[c] * product[c] / maps.Pixels;
            ofInput[c] = (float)slope;
            rest[c] = (float)(-scale[c] * sum[c] / maps.Pixels - slope * mean[c]);
            Values(weights)[c] = (float)(product[c] * deviation[c]);
            Values(biases)[c] = (float)sum[c];
        }
        var inputs = empty(maps.Images, maps.Height, maps.Width, maps.Channels);
        kernels.Gradient(maps, Pointer(x), Pointer(gradient), scale, shift, scale, ofInput, rest, Pointer(inputs));
        Handover.Pass(grad_output, inputs = inputs.permute(0, 3, 1, 2), weights, biases);
        return [inputs, weights, biases, null!, null!, null!, null!, null!];
    }

    sealed record Constants(BatchNormMaps Maps, float[] Mean, float[] Deviation, float[] Scale, float[] Shift);

    static Tensor ChannelsLast(Tensor maps) => maps.permute(0, 2, 3, 1).contiguous();

    static Span<float> Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
