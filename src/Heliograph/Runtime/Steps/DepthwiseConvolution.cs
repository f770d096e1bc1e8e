using Heliograph.Networks;
using Heliograph.Runtime.Lanes;

namespace Heliograph.Runtime.Steps;

/// <summary>
/// A convolution in which each channel has a filter of its own. Four neighbouring pixels of the output are computed side by side, so that each weight is
/// loaded once for them.
/// </summary>
sealed unsafe class DepthwiseConvolution<TLanes, TVector> : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    const int Pixels = 4;

    readonly FeatureMap input;
    readonly FeatureMap output;
    readonly Convolution layer;
    readonly float lowest;
    readonly float* bias;

    // [tap][channel].
    readonly float* taps;

    public DepthwiseConvolution(Arena weights, FeatureMap input, FeatureMap output, Convolution layer, ReadOnlySpan<float> kernel, ReadOnlySpan<float> bias, bool relu)
    {
        (this.input, this.output, this.layer) = (input, output, layer);
        lowest = relu ? 0 : float.NegativeInfinity;
        this.bias = weights.Allocate(output.Stride);
        bias.CopyTo(new Span<float>(this.bias, output.Stride));
        int size = layer.Kernel * layer.Kernel;
        taps = weights.Allocate((long)size * output.Stride);
        for (int channel = 0; channel < layer.Filters; channel++)
            for (int tap = 0; tap < size; tap++)
                taps[tap * output.Stride + channel] = kernel[channel * size + tap];
    }

    public override string Description => $"{layer.Name} depthwise {input.Shape} → {output.Shape}";

    public override void Run()
    {
        int width = output.Shape.Width;
        for (int y = 0; y < output.Shape.Height; y++)
        {
            float* row = input.At(y * layer.Stride - layer.Padding, -layer.Padding);
            int x = 0;
            for (; x + Pixels <= width; x += Pixels)
                Four(row + (long)x * layer.Stride * input.Stride, output.At(y, x));
            for (; x < width; x++)
                One(row + (long)x * layer.Stride * input.Stride, output.At(y, x));
        }
    }

    void Four(float* from, float* to)
    {
        int step = layer.Stride * input.Stride;
        var least = TLanes.All(lowest);
        for (int c = 0; c < output.Stride; c += TLanes.Count)
        {
            TVector a = TLanes.Load(bias + c), b = a, d = a, e = a;
            float* weight = taps + c;
            for (int i = 0; i < layer.Kernel; i++)
            {
                float* value = from + (long)i * input.Row + c;
                for (int j = 0; j < layer.Kernel; j++, value += input.Stride, weight += output.Stride)
                {
                    var w = TLanes.Load(weight);
                    a = TLanes.MultiplyAdd(TLanes.Load(value), w, a);
                    b = TLanes.MultiplyAdd(TLanes.Load(value + step), w, b);
                    d = TLanes.MultiplyAdd(TLanes.Load(value + 2 * step), w, d);
                    e = TLanes.MultiplyAdd(TLanes.Load(value + 3 * step), w, e);
                }
            }
            TLanes.Store(TLanes.Max(a, least), to + c);
            TLanes.Store(TLanes.Max(b, least), to + output.Stride + c);
            TLanes.Store(TLanes.Max(d, least), to + 2 * output.Stride + c);
            TLanes.Store(TLanes.Max(e, least), to + 3 * output.Stride + c);
        }
    }

    void One(float* from, float* to)
    {
        var least = TLanes.All(lowest);
        for (int c = 0; c < output.Stride; c += TLanes.Count)
        {
            var sum = TLanes.Load(bias + c);
            float* weight = taps + c;
            for (int i = 0; i < layer.Kernel; i++)
            {
                float* value = from + (long)i * input.Row + c;
                for (int j = 0; j < layer.Kernel; j++, value += input.Stride, weight += output.Stride)
                    sum = TLanes.MultiplyAdd(TLanes.Load(value), TLanes.Load(weight), sum);
            }
            TLanes.Store(TLanes.Max(sum, least), to + c);
        }
    }
}
