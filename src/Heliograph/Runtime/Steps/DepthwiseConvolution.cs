using System.Runtime.CompilerServices;
using Heliograph.Networks;
using Heliograph.Runtime.Lanes;

namespace Heliograph.Runtime.Steps;

/// <summary>
/// A convolution in which each channel has its own filter. Four neighbouring pixels of the output are computed side by side, so that each weight is
/// loaded once for them; at 3×3 and stride 1 so is each input, which up to three of the four read.
/// </summary>
sealed unsafe class DepthwiseConvolution<TLanes, TVector> : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    const int Pixels = 4;

    readonly FeatureMap input;
    readonly FeatureMap output;
    readonly Convolution layer;
    readonly Epilogue epilogue;
    readonly float* bias;

    // [vector of channels][tap].
    readonly float* taps;

    public DepthwiseConvolution(Arena weights, FeatureMap input, FeatureMap output, Convolution layer, ReadOnlySpan<float> kernel, ReadOnlySpan<float> bias, Epilogue epilogue)
    {
        (this.input, this.output, this.layer, this.epilogue) = (input, output, layer, epilogue);
        this.bias = weights.Allocate(output.Stride);
        bias.CopyTo(new Span<float>(this.bias, output.Stride));
        int size = layer.Kernel * layer.Kernel;
        taps = weights.Allocate((long)size * output.Stride);
        for (int channel = 0; channel < layer.Filters; channel++)
            for (int tap = 0; tap < size; tap++)
                taps[(channel / TLanes.Count * size + tap) * TLanes.Count + channel % TLanes.Count] = kernel[channel * size + tap];
    }

    public override string Description => $"{layer.Name} depthwise {input.Shape} → {output.Shape}";

    public override void Run()
    {
        int width = output.Shape.Width;
        bool neighbours = layer is { Kernel: 3, Stride: 1 };
        for (int y = 0; y < output.Shape.Height; y++)
        {
            float* row = input.At(y * layer.Stride - layer.Padding, -layer.Padding);
            int x = 0;
            for (; x + Pixels <= width; x += Pixels)
            {
                float* from = row + (long)x * layer.Stride * input.Stride;
                if (neighbours)
                    Neighbours(from, output.At(y, x));
                else
                    Four(from, output.At(y, x));
            }
            for (; x < width; x++)
                One(row + (long)x * layer.Stride * input.Stride, output.At(y, x));
        }
    }

    /// <summary>Four pixels at 3×3 and stride 1: each of the six inputs of a row is loaded once.</summary>
    void Neighbours(float* from, float* to)
    {
        nint pixel = input.Stride, row = input.Row, next = output.Stride;
        int n = TLanes.Count;
        var finish = new Finish<TLanes, TVector>(epilogue);
        float* weight = taps;
        for (nint c = 0; c < next; c += n, from += n, to += n)
        {
            TVector a = TLanes.Load(bias + c), b = a, d = a, e = a;
            float* value = from;
            for (int i = 0; i < 3; i++, value += row, weight += 3 * n)
            {
                TVector left = TLanes.Load(weight), middle = TLanes.Load(weight + n), right = TLanes.Load(weight + 2 * n);
                a = TLanes.MultiplyAdd(TLanes.Load(value), left, a);
                var input = TLanes.Load(value + pixel);
                b = TLanes.MultiplyAdd(input, left, b);
                a = TLanes.MultiplyAdd(input, middle, a);
                input = TLanes.Load(value + 2 * pixel);
                d = TLanes.MultiplyAdd(input, left, d);
                b = TLanes.MultiplyAdd(input, middle, b);
                a = TLanes.MultiplyAdd(input, right, a);
                input = TLanes.Load(value + 3 * pixel);
                e = TLanes.MultiplyAdd(input, left, e);
                d = TLanes.MultiplyAdd(input, middle, d);
                b = TLanes.MultiplyAdd(input, right, b);
                input = TLanes.Load(value + 4 * pixel);
                e = TLanes.MultiplyAdd(input, middle, e);
                d = TLanes.MultiplyAdd(input, right, d);
                e = TLanes.MultiplyAdd(TLanes.Load(value + 5 * pixel), right, e);
            }
            Put(a, b, d, e, finish, to);
        }
    }

    /// <summary>Four pixels of any kernel and stride.</summary>
    void Four(float* from, float* to)
    {
        nint step = layer.Stride * (nint)input.Stride;
        var finish = new Finish<TLanes, TVector>(epilogue);
        float* weight = taps;
        for (int c = 0; c < output.Stride; c += TLanes.Count)
        {
            TVector a = TLanes.Load(bias + c), b = a, d = a, e = a;
            for (int i = 0; i < layer.Kernel; i++)
            {
                float* value = from + (long)i * input.Row + c;
                for (int j = 0; j < layer.Kernel; j++, value += input.Stride, weight += TLanes.Count)
                {
                    var w = TLanes.Load(weight);
                    a = TLanes.MultiplyAdd(TLanes.Load(value), w, a);
                    b = TLanes.MultiplyAdd(TLanes.Load(value + step), w, b);
                    d = TLanes.MultiplyAdd(TLanes.Load(value + 2 * step), w, d);
                    e = TLanes.MultiplyAdd(TLanes.Load(value + 3 * step), w, e);
                }
            }
            Put(a, b, d, e, finish, to + c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Put(TVector a, TVector b, TVector d, TVector e, in Finish<TLanes, TVector> finish, float* to)
    {
        finish.Put(a, to);
        finish.Put(b, to + output.Stride);
        finish.Put(d, to + 2 * output.Stride);
        finish.Put(e, to + 3 * output.Stride);
    }

    void One(float* from, float* to)
    {
        var finish = new Finish<TLanes, TVector>(epilogue);
        float* weight = taps;
        for (int c = 0; c < output.Stride; c += TLanes.Count)
        {
            var sum = TLanes.Load(bias + c);
            for (int i = 0; i < layer.Kernel; i++)
            {
                float* value = from + (long)i * input.Row + c;
                for (int j = 0; j < layer.Kernel; j++, value += input.Stride, weight += TLanes.Count)
                    sum = TLanes.MultiplyAdd(TLanes.Load(value), TLanes.Load(weight), sum);
            }
            finish.Put(sum, to + c);
        }
    }
}
