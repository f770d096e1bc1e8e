using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Heliograph.Runtime.Lanes;
using Heliograph.Training.Torch;

namespace Heliograph.Training.BatchNorms;

/// <summary>Sizes of maps [images][height][width][channels]; pooled: the maximum of each 2×2 pixels follows, height and width are even.</summary>
readonly record struct BatchNormMaps(int Images, int Height, int Width, int Channels, bool Pooled)
{
    /// <summary>Values of a channel.</summary>
    public int Pixels => Images * Height * Width;

    /// <summary>Pixels of a map that one pixel of the result comes from.</summary>
    public int Cell => Pooled ? 2 : 1;
}

/// <summary>
/// y = max(0, scale·x + shift), channel by channel, the statistics that scale and shift come from, and the gradients; on plain memory. A batch is worked
/// off in blocks of pixels, whose sums are added in their order, however many threads share the work.
/// </summary>
unsafe interface IBatchNormKernels
{
    /// <summary>Mean and sum of squared differences from it, of each channel.</summary>
    void Moments(BatchNormMaps maps, float* x, double[] mean, double[] squares);

    /// <summary>y = max(0, scale·x + shift), pooled where asked.</summary>
    void Apply(BatchNormMaps maps, float* x, float[] scale, float[] shift, float* y);

    /// <summary>Sums over each channel of g and of g·(x − mean), g the gradient of scale·x + shift.</summary>
    void Sums(BatchNormMaps maps, float* x, float* gradient, float[] scale, float[] shift, float[] mean, double[] sum, double[] product);

    /// <summary>a·g + b·x + c, g the gradient of scale·x + shift.</summary>
    void Gradient(BatchNormMaps maps, float* x, float* gradient, float[] scale, float[] shift, float[] a, float[] b, float[] c, float* result);
}

/// <summary>The kernels of this processor's widest vectors.</summary>
static class BatchNormKernels
{
    /// <summary>Those of the widest vector.</summary>
    public const int FewestChannels = 16;

    /// <summary>Null if there are no 256-bit vectors.</summary>
    public static IBatchNormKernels? Best { get; } =
        Vector512.IsHardwareAccelerated ? new BatchNormKernels<Lanes512, Vector512<float>>()
        : Vector256.IsHardwareAccelerated ? new BatchNormKernels<Lanes256, Vector256<float>>()
        : null;
}

/// <inheritdoc cref="IBatchNormKernels"/>
sealed unsafe class BatchNormKernels<TLanes, TVector> : IBatchNormKernels
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    // A thread takes a strip of the maps at a time, and works it off in blocks that stay in the first-level cache, vector of channels by vector of
    // channels: constants and sums stay in registers, and the next block is prefetched meanwhile.
    const int StripFloats = 64 << 10, BlockFloats = 4 << 10;

    static int Lanes => TLanes.Count;

    /// <inheritdoc/>
    public void Moments(BatchNormMaps maps, float* x, double[] mean, double[] squares)
    {
        int channels = maps.Channels, padded = Padded(channels), pixels = maps.Pixels, size = Math.Max(1, StripFloats / channels);
        int strips = (pixels + size - 1) / size;
        using var memory = new Scratch((nint)strips * 2 * padded);
        float* all = memory.Start;
        Workers.For(strips, strip => Moments(x + (nint)strip * size * channels, Math.Min(size, pixels - strip * size), channels, all + (nint)strip * 2 * padded));
        // Sums of the differences from each strip's first pixel, and of their squares: to those from the mean (Chan, Golub and LeVeque, 1983).
        Array.Clear(mean);
        Array.Clear(squares);
        for (int strip = 0; strip < strips; strip++)
        {
            float* first = x + (nint)strip * size * channels, sums = all + (nint)strip * 2 * padded;
            int count = Math.Min(size, pixels - strip * size);
            for (int c = 0; c < channels; c++)
                mean[c] += (count * (double)first[c] + sums[Slot(c, channels)]) / pixels;
        }
        for (int strip = 0; strip < strips; strip++)
        {
            float* first = x + (nint)strip * size * channels, sums = all + (nint)strip * 2 * padded;
            int count = Math.Min(size, pixels - strip * size);
            for (int c = 0; c < channels; c++)
            {
                int slot = Slot(c, channels);
                double inner = (double)sums[slot] / count, outer = first[c] + inner - mean[c];
                squares[c] += sums[padded + slot] + count * (outer * outer - inner * inner);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Moments(float* from, int count, int channels, float* sums)
    {
        int padded = Padded(channels), block = Math.Max(1, BlockFloats / channels);
        NativeMemory.Clear(sums, (nuint)(2 * padded * sizeof(float)));
        for (int begin = 0; begin < count; begin += block)
        {
            float* blockStart = from + (nint)begin * channels, blockEnd = from + (nint)Math.Min(begin + block, count) * channels;
            for (int slot = 0; slot < padded; slot += Lanes)
            {
                int c = Channel(slot, channels);
                TVector sum = TLanes.Load(sums + slot), square = TLanes.Load(sums + padded + slot), centre = TLanes.Load(from + c);
                for (float* pixel = blockStart + c; pixel < blockEnd; pixel += channels)
                {
                    TLanes.Prefetch(pixel + BlockFloats);
                    var difference = TLanes.Subtract(TLanes.Load(pixel), centre);
                    sum = TLanes.Add(sum, difference);
                    square = TLanes.MultiplyAdd(difference, difference, square);
                }
                TLanes.Store(sum, sums + slot);
                TLanes.Store(square, sums + padded + slot);
            }
        }
    }

    /// <inheritdoc/>
    public void Apply(BatchNormMaps maps, float* x, float[] scale, float[] shift, float* y)
    {
        using var constants = new Constants(maps.Channels, scale, shift);
        float* scales = constants[0], shifts = constants[1];
        if (maps.Pooled)
            ForEachBlock(maps, (_, block) => Apply<Cells>(maps, block.Of(maps, x), block.OfResult(maps, y), block.Rows, scales, shifts));
        else
            ForEachBlock(maps, (_, block) => Apply<Pixels>(maps, block.Of(maps, x), block.OfResult(maps, y), block.Rows, scales, shifts));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Apply<TCell>(BatchNormMaps maps, float* x, float* y, int rows, float* scales, float* shifts) where TCell : struct, ICell
    {
        int channels = maps.Channels, size = TCell.Size;
        nint row = (nint)maps.Width * channels, resultRow = row / size;
        for (int slot = 0; slot < channels; slot += Lanes)
        {
            int c = Channel(slot, channels);
            TVector scale = TLanes.Load(scales + c), shift = TLanes.Load(shifts + c);
            for (int i = 0; i < rows; i++)
            {
                float* from = x + i * size * row + c;
                for (float* to = y + i * resultRow + c, end = y + (i + 1) * resultRow; to < end; to += channels, from += size * channels)
                {
                    Prefetch<TCell>(from, row, channels);
                    TLanes.Prefetch(to + BlockFloats / (size * size));
                    var value = TLanes.MultiplyAdd(TLanes.Load(from), scale, shift);
                    if (size == 2)
                    {
                        value = TLanes.Max(value, TLanes.MultiplyAdd(TLanes.Load(from + channels), scale, shift));
                        value = TLanes.Max(value, TLanes.MultiplyAdd(TLanes.Load(from + row), scale, shift));
                        value = TLanes.Max(value, TLanes.MultiplyAdd(TLanes.Load(from + row + channels), scale, shift));
                    }
                    TLanes.Store(TLanes.Max(value, default), to);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Sums(BatchNormMaps maps, float* x, float* gradient, float[] scale, float[] shift, float[] mean, double[] sum, double[] product)
    {
        int channels = maps.Channels, padded = Padded(channels), strips = Strips(maps);
        using var constants = new Constants(channels, scale, shift, mean);
        float* scales = constants[0], shifts = constants[1], means = constants[2];
        using var memory = new Scratch((nint)strips * 2 * padded);
        float* all = memory.Start;
        NativeMemory.Clear(all, (nuint)((nint)strips * 2 * padded * sizeof(float)));
        if (maps.Pooled)
        {
            ForEachBlock(maps, (strip, block) => Sums<Cells>(
                maps, block.Of(maps, x), block.OfResult(maps, gradient), block.Rows, scales, shifts, means, all + (nint)strip * 2 * padded));
        }
        else
        {
            ForEachBlock(maps, (strip, block) => Sums<Pixels>(
                maps, block.Of(maps, x), block.OfResult(maps, gradient), block.Rows, scales, shifts, means, all + (nint)strip * 2 * padded));
        }
        Array.Clear(sum);
        Array.Clear(product);
        for (int strip = 0; strip < strips; strip++)
        {
            float* sums = all + (nint)strip * 2 * padded;
            for (int c = 0; c < channels; c++)
            {
                int slot = Slot(c, channels);
                (sum[c], product[c]) = (sum[c] + sums[slot], product[c] + sums[padded + slot]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Sums<TCell>(BatchNormMaps maps, float* x, float* gradient, int rows, float* scales, float* shifts, float* means, float* sums)
        where TCell : struct, ICell
    {
        int channels = maps.Channels, size = TCell.Size, padded = Padded(channels);
        nint row = (nint)maps.Width * channels, resultRow = row / size;
        for (int slot = 0; slot < channels; slot += Lanes)
        {
            int c = Channel(slot, channels);
            TVector scale = TLanes.Load(scales + c), shift = TLanes.Load(shifts + c), mean = TLanes.Load(means + c);
            TVector sum = TLanes.Load(sums + slot), product = TLanes.Load(sums + padded + slot);
            for (int i = 0; i < rows; i++)
            {
                float* from = x + i * size * row + c;
                for (float* g = gradient + i * resultRow + c, end = gradient + (i + 1) * resultRow; g < end; g += channels, from += size * channels)
                {
                    Prefetch<TCell>(from, row, channels);
                    TLanes.Prefetch(g + BlockFloats / (size * size));
                    TVector input = TLanes.Load(from), value = TLanes.MultiplyAdd(input, scale, shift);
                    if (size == 2)
                    {
                        Larger(ref input, ref value, TLanes.Load(from + channels), scale, shift);
                        Larger(ref input, ref value, TLanes.Load(from + row), scale, shift);
                        Larger(ref input, ref value, TLanes.Load(from + row + channels), scale, shift);
                    }
                    var passed = WherePositive(value, TLanes.Load(g));
                    sum = TLanes.Add(sum, passed);
                    product = TLanes.MultiplyAdd(passed, TLanes.Subtract(input, mean), product);
                }
            }
            TLanes.Store(sum, sums + slot);
            TLanes.Store(product, sums + padded + slot);
        }
    }

    /// <inheritdoc/>
    public void Gradient(BatchNormMaps maps, float* x, float* gradient, float[] scale, float[] shift, float[] a, float[] b, float[] c, float* result)
    {
        using var constants = new Constants(maps.Channels, scale, shift, a, b, c);
        float* all = constants[0];
        if (maps.Pooled)
            ForEachBlock(maps, (_, block) => Gradient<Cells>(maps, block.Of(maps, x), block.OfResult(maps, gradient), block.Rows, all, block.Of(maps, result)));
        else
            ForEachBlock(maps, (_, block) => Gradient<Pixels>(maps, block.Of(maps, x), block.OfResult(maps, gradient), block.Rows, all, block.Of(maps, result)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Gradient<TCell>(BatchNormMaps maps, float* x, float* gradient, int rows, float* constants, float* result) where TCell : struct, ICell
    {
        int channels = maps.Channels, size = TCell.Size, padded = Padded(channels);
        nint row = (nint)maps.Width * channels, resultRow = row / size, toResult = (nint)(result - x);
        for (int slot = 0; slot < channels; slot += Lanes)
        {
            int channel = Channel(slot, channels);
            TVector scale = TLanes.Load(constants + channel), shift = TLanes.Load(constants + padded + channel);
            TVector a = TLanes.Load(constants + 2 * padded + channel), b = TLanes.Load(constants + 3 * padded + channel);
            var c = TLanes.Load(constants + 4 * padded + channel);
            for (int i = 0; i < rows; i++)
            {
                float* from = x + i * size * row + channel;
                for (float* g = gradient + i * resultRow + channel, end = gradient + (i + 1) * resultRow; g < end; g += channels, from += size * channels)
                {
                    float* to = from + toResult;
                    Prefetch<TCell>(from, row, channels);
                    Prefetch<TCell>(to, row, channels);
                    TLanes.Prefetch(g + BlockFloats / (size * size));
                    TVector x0 = TLanes.Load(from), value0 = TLanes.MultiplyAdd(x0, scale, shift), given = TLanes.Load(g);
                    if (size == 1)
                    {
                        Put(WherePositive(value0, given), x0, a, b, c, to);
                        continue;
                    }
                    TVector x1 = TLanes.Load(from + channels), x2 = TLanes.Load(from + row), x3 = TLanes.Load(from + row + channels);
                    TVector value1 = TLanes.MultiplyAdd(x1, scale, shift), value2 = TLanes.MultiplyAdd(x2, scale, shift);
                    var value3 = TLanes.MultiplyAdd(x3, scale, shift);
                    var most = TLanes.Max(TLanes.Max(value0, value1), TLanes.Max(value2, value3));
                    // The first of the largest takes all.
                    given = WherePositive(most, given);
                    Put(Take(value0, most, ref given), x0, a, b, c, to);
                    Put(Take(value1, most, ref given), x1, a, b, c, to + channels);
                    Put(Take(value2, most, ref given), x2, a, b, c, to + row);
                    Put(Take(value3, most, ref given), x3, a, b, c, to + row + channels);
                }
            }
        }
    }

    interface ICell
    {
        /// <summary>Pixels along a side that one pixel of the result comes from.</summary>
        static abstract int Size { get; }
    }

    readonly struct Pixels : ICell
    {
        public static int Size => 1;
    }

    readonly struct Cells : ICell
    {
        public static int Size => 2;
    }

    /// <summary>a·g + b·x + c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put(TVector g, TVector x, TVector a, TVector b, TVector c, float* to) =>
        TLanes.Store(TLanes.MultiplyAdd(g, a, TLanes.MultiplyAdd(x, b, c)), to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TVector WherePositive(TVector value, TVector then) => TLanes.WhereNegative(TLanes.Subtract(default, value), then, default);

    /// <summary>The gradient that is left, where the value is the largest; else zero, and it stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TVector Take(TVector value, TVector most, ref TVector left)
    {
        var less = TLanes.Subtract(value, most);
        var taken = TLanes.WhereNegative(less, default, left);
        left = TLanes.WhereNegative(less, left, default);
        return taken;
    }

    /// <summary>Another input, where its value is larger.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Larger(ref TVector x, ref TVector value, TVector other, TVector scale, TVector shift)
    {
        var otherValue = TLanes.MultiplyAdd(other, scale, shift);
        var less = TLanes.Subtract(value, otherValue);
        (x, value) = (TLanes.WhereNegative(less, other, x), TLanes.WhereNegative(less, otherValue, value));
    }

    /// <summary>Asks for the same pixels of the next block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Prefetch<TCell>(float* from, nint row, nint pixel) where TCell : struct, ICell
    {
        TLanes.Prefetch(from + BlockFloats);
        if (TCell.Size == 1)
            return;
        TLanes.Prefetch(from + pixel + BlockFloats);
        TLanes.Prefetch(from + row + BlockFloats);
        TLanes.Prefetch(from + row + pixel + BlockFloats);
    }

    // Vectors of channels, of which the last one ends where the channels end and computes some of them again; sums lie vector by vector.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Channel(int slot, int channels) => Math.Min(slot, channels - Lanes);

    static int Slot(int channel, int channels)
    {
        int last = Padded(channels) - Lanes;
        return channel < last ? channel : channel + Padded(channels) - channels;
    }

    static int Padded(int channels) => (channels + Lanes - 1) / Lanes * Lanes;

    /// <summary>Some rows of the result, and the rows of the maps that they come from.</summary>
    readonly record struct Block(int First, int Rows)
    {
        public float* Of(BatchNormMaps maps, float* values) => values + (nint)First * maps.Cell * maps.Width * maps.Channels;

        public float* OfResult(BatchNormMaps maps, float* values) => values + (nint)First * (maps.Width / maps.Cell) * maps.Channels;
    }

    static int RowsOf(BatchNormMaps maps) => maps.Images * maps.Height / maps.Cell;

    // Rows of the result whose maps make so many floats.
    static int Rows(BatchNormMaps maps, int floats) => Math.Max(1, floats / (maps.Cell * maps.Width * maps.Channels));

    static int Strips(BatchNormMaps maps) => (RowsOf(maps) + Rows(maps, StripFloats) - 1) / Rows(maps, StripFloats);

    /// <summary>Calls the body for each block, with the index of its strip; those of a strip in order.</summary>
    static void ForEachBlock(BatchNormMaps maps, Action<int, Block> body)
    {
        int rows = RowsOf(maps), ofStrip = Rows(maps, StripFloats), ofBlock = Rows(maps, BlockFloats);
        Workers.For(Strips(maps), strip =>
        {
            int end = Math.Min((strip + 1) * ofStrip, rows);
            for (int first = strip * ofStrip; first < end; first += ofBlock)
                body(strip, new(first, Math.Min(ofBlock, end - first)));
        });
    }

    /// <summary>Values a channel, padded for whole vectors.</summary>
    sealed class Constants : IDisposable
    {
        readonly Scratch memory;
        readonly int padded;

        public Constants(int channels, params ReadOnlySpan<float[]> values)
        {
            padded = Padded(channels);
            memory = new Scratch((nint)values.Length * padded);
            NativeMemory.Clear(memory.Start, (nuint)(values.Length * padded * sizeof(float)));
            for (int i = 0; i < values.Length; i++)
                values[i].CopyTo(new Span<float>(memory.Start + i * padded, channels));
        }

        public float* this[int index] => memory.Start + index * padded;

        public void Dispose() => memory.Dispose();
    }
}
