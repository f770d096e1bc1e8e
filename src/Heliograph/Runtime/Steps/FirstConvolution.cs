using System.Runtime.CompilerServices;
using Heliograph.Networks;
using Heliograph.Runtime.Lanes;

namespace Heliograph.Runtime.Steps;

/// <summary>
/// The 3×3 convolution of an image of three channels by Winograd's F(4×4, 3×3). With a depth of three the products are tiny:
/// writing the 36 points' sums and reading them again would take longer than computing them. So a tile's products go straight from registers
/// into the output transform.
/// </summary>
sealed unsafe class FirstConvolution<TLanes, TVector> : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    const int Channels = Kernels.FirstChannels;
    const int Points = 36;
    const int BiasPoint = 7;

    readonly string name;
    readonly FeatureMap input;
    readonly FeatureMap output;
    readonly Epilogue epilogue;
    readonly int tilesAcross;
    readonly int tilesDown;

    // [vector of filters][point][channel].
    readonly float* kernels;
    readonly float* bias;

    // [point][tile][channel] of a row of tiles.
    float* transformed;
    readonly int pointStride;
    float* half;

    public FirstConvolution(Arena weights, FeatureMap input, FeatureMap output, Convolution layer, ReadOnlySpan<float> kernel, ReadOnlySpan<float> bias,
        Epilogue epilogue)
    {
        name = layer.Name;
        (this.input, this.output, this.epilogue) = (input, output, epilogue);
        (tilesAcross, tilesDown) = ((input.Shape.Width + 3) / 4, (input.Shape.Height + 3) / 4);
        pointStride = tilesAcross * input.Stride;
        this.bias = weights.Allocate(output.Stride);
        bias.CopyTo(new Span<float>(this.bias, output.Stride));
        kernels = weights.Allocate((long)Points * Channels * output.Stride);
        Span<double> points = stackalloc double[Points];
        for (int filter = 0; filter < layer.Filters; filter++)
        {
            float* vector = kernels + (long)(filter / TLanes.Count) * Points * Channels * TLanes.Count + filter % TLanes.Count;
            for (int channel = 0; channel < Channels; channel++)
            {
                WinogradKernel.Transform<WinogradTile4<TLanes, TVector>>(kernel.Slice((filter * Channels + channel) * 9, 9), points);
                for (int point = 0; point < Points; point++)
                    vector[(point * Channels + channel) * TLanes.Count] = (float)points[point];
            }
        }
    }

    public override string Description => $"{name} first F(4×4) {input.Shape} → {output.Shape}";

    public override long ScratchFloats => (long)Points * pointStride + WinogradStrip<WinogradTile4<TLanes, TVector>, TLanes, TVector>.HalfFloats(tilesAcross);

    public override void Bind(float* scratch)
    {
        transformed = scratch;
        half = scratch + (long)Points * pointStride;
    }

    public override void Run()
    {
        for (int y = 0; y < tilesDown; y++)
        {
            for (int c = 0; c < input.Stride; c += TLanes.Count)
            {
                WinogradStrip<WinogradTile4<TLanes, TVector>, TLanes, TVector>.Transform(
                    input.At(4 * y - 1, -1) + c, input.Row, input.Stride, tilesAcross, half, transformed + c, pointStride);
            }
            int rows = Math.Min(4, output.Shape.Height - 4 * y);
            float* kernel = kernels;
            for (int c = 0; c < output.Stride; c += TLanes.Count, kernel += Points * Channels * TLanes.Count)
                for (int x = 0; x < tilesAcross; x++)
                    Convolve(transformed + x * input.Stride, kernel, bias + c, output.At(4 * y, 4 * x) + c, rows, Math.Min(4, output.Shape.Width - 4 * x));
        }
    }

    /// <summary>One tile, one vector of filters.</summary>
    void Convolve(float* tile, float* kernel, float* bias, float* to, int rows, int columns)
    {
        nint row = 6 * pointStride;
        float* column = half;
        for (int x = 0; x < 6; x++, tile += pointStride, kernel += Channels * TLanes.Count, column += TLanes.Count)
        {
            float* first = tile, second = tile + row, third = second + row;
            TVector m0 = Multiply(first, kernel), m1 = Multiply(second, kernel + 6 * Channels * TLanes.Count);
            TVector m2 = Multiply(third, kernel + 12 * Channels * TLanes.Count), m3 = Multiply(third + row, kernel + 18 * Channels * TLanes.Count);
            TVector m4 = Multiply(third + 2 * row, kernel + 24 * Channels * TLanes.Count), m5 = Multiply(third + 3 * row, kernel + 30 * Channels * TLanes.Count);
            if (x == BiasPoint % 6)
                m1 = TLanes.Add(m1, TLanes.Load(bias));
            WinogradTile4<TLanes, TVector>.PutColumn(m0, m1, m2, m3, m4, m5, column);
        }
        WinogradTile4<TLanes, TVector>.PutRows(half, epilogue, to, output.Row, output.Stride, rows, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TVector Multiply(float* values, float* kernel)
    {
        var sum = TLanes.Multiply(TLanes.All(values[0]), TLanes.Load(kernel));
        sum = TLanes.MultiplyAdd(TLanes.All(values[1]), TLanes.Load(kernel + TLanes.Count), sum);
        return TLanes.MultiplyAdd(TLanes.All(values[2]), TLanes.Load(kernel + 2 * TLanes.Count), sum);
    }
}
