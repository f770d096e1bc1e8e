using Heliograph.Networks;
using Heliograph.Runtime.Lanes;

namespace Heliograph.Runtime.Steps;

/// <summary>
/// A 3×3 convolution of stride 1 and padding 1 by one of Winograd's algorithms, with bias, epilogue and 2×2 pooling in the output transform. Tiles
/// are processed in blocks: the block's transformed inputs stay in the second-level cache while each panel of weights passes once.
/// </summary>
sealed unsafe class WinogradConvolution<TTile, TLanes, TVector> : Step
    where TTile : struct, IWinogradTile
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    /// <summary>
    /// Tiles that are transformed together: their inputs, the vertical half and the points' cache lines, of which each vector of channels
    /// fills only a part, stay in a first-level cache of 32 KiB from one vector to the next.
    /// </summary>
    const int StripTiles = 4;

    const int LeastBytes = 128 * 1024, MostBytes = 384 * 1024;

    /// <summary>Floats between points: at a distance of a power of two all points would share a few sets of the first-level cache.</summary>
    const int Gap = 16;

    static int InputSize => TTile.Size + 2;

    static int Points => InputSize * InputSize;

    /// <summary>The point to which bias is added: it counts once in each output of a tile.</summary>
    static int BiasPoint => InputSize + 1;

    readonly string name;
    readonly FeatureMap input;
    readonly FeatureMap output;
    readonly bool pool;
    readonly Epilogue epilogue;
    readonly int tilesAcross;
    readonly int tiles;
    readonly int block;
    readonly int height;
    readonly int width;

    readonly float* panels;
    readonly float* bias;
    readonly float* zeros;

    // [point][tile][channel].
    readonly int pointStride;
    float* transformed;

    // [point][tile][filter of the panel].
    readonly int sumFloats;
    float* sums;

    // The vertical half of a transform: [m+2][column] of a strip of tiles, or [m][m+2] of an output tile.
    float* half;

    public WinogradConvolution(Arena weights, FeatureMap input, FeatureMap output, Convolution layer, ReadOnlySpan<float> kernel,
        ReadOnlySpan<float> bias, Epilogue epilogue, bool pool)
    {
        name = layer.Name;
        (this.input, this.output, this.epilogue, this.pool) = (input, output, epilogue, pool);
        (_, height, width) = input.Shape;
        tilesAcross = Tiles(width);
        tiles = tilesAcross * Tiles(height);
        block = BlockTiles(tiles, input.Stride, input.Shape.Channels, layer.Filters);

        int rows = (block + 3) / 4 * 4;
        pointStride = (rows * input.Stride + Gap - 1) / Gap * Gap + Gap;
        sumFloats = Points * (rows * Tile<TLanes, TVector>.Widest * TLanes.Count + Gap);

        zeros = weights.Allocate(Tile<TLanes, TVector>.Widest * TLanes.Count);
        this.bias = weights.Allocate(output.Stride);
        bias.CopyTo(new Span<float>(this.bias, output.Stride));
        panels = weights.Allocate((long)Points * input.Shape.Channels * output.Stride);
        Pack(input.Shape.Channels, layer.Filters, kernel);
    }

    public override long ScratchFloats => (long)Points * pointStride + sumFloats + WinogradStrip<TTile, TLanes, TVector>.HalfFloats(StripTiles);

    public override void Bind(float* scratch)
    {
        transformed = scratch;
        sums = transformed + (long)Points * pointStride;
        half = sums + sumFloats;
    }

    /// <summary>What the transforms read beyond a map: its border, and what the last tiles stand out.</summary>
    public static Halo Halo(Shape map) =>
        new(1, 1, Tiles(map.Height) * TTile.Size + 1 - map.Height, Tiles(map.Width) * TTile.Size + 1 - map.Width);

    static int Tiles(int size) => (size + TTile.Size - 1) / TTile.Size;

    /// <summary>
    /// Tiles in a block, about as many in each. The transformed inputs and a panel's sums take about as much as the weights that pass once a
    /// block: fewer would pass more weights, more would miss the caches. They never take more than a second-level cache of 512 KiB can keep.
    /// </summary>
    static int BlockTiles(int tiles, int stride, int channels, int filters)
    {
        int bytes = Math.Clamp(Points * channels * filters * sizeof(float), LeastBytes, MostBytes);
        int most = Math.Max(4, bytes / sizeof(float) / (Points * (stride + Tile<TLanes, TVector>.Widest * TLanes.Count)));
        int blocks = (tiles + most - 1) / most;
        return Math.Min(tiles, ((tiles + blocks - 1) / blocks + 3) / 4 * 4);
    }

    /// <summary>From [filter][channel][tap] to panels of [point][channel][filter of the panel].</summary>
    void Pack(int channels, int filters, ReadOnlySpan<float> kernel)
    {
        Span<double> points = stackalloc double[Points];
        float* panel = panels;
        for (int first = 0, count; first < output.Stride; first += count)
        {
            count = Tile<TLanes, TVector>.PanelWidth((output.Stride - first) / TLanes.Count) * TLanes.Count;
            for (int filter = first; filter < Math.Min(first + count, filters); filter++)
            {
                for (int channel = 0; channel < channels; channel++)
                {
                    WinogradKernel.Transform<TTile>(kernel.Slice((filter * channels + channel) * 9, 9), points);
                    for (int point = 0; point < Points; point++)
                        panel[((long)point * channels + channel) * count + filter - first] = (float)points[point];
                }
            }
            panel += (long)Points * channels * count;
        }
    }

    public override string Description => $"{name} F({TTile.Size}×{TTile.Size}) {input.Shape} → {output.Shape}";

    public override void Run()
    {
        for (int first = 0; first < tiles; first += block)
        {
            int count = Math.Min(block, tiles - first);
            TransformInputs(first, count);
            Multiply(first, count);
        }
    }

    void TransformInputs(int first, int count)
    {
        for (int done = 0, strip; done < count; done += strip)
        {
            int tileY = (first + done) / tilesAcross, tileX = (first + done) % tilesAcross;
            strip = Math.Min(StripTiles, Math.Min(count - done, tilesAcross - tileX));
            float* corner = input.At(tileY * TTile.Size - 1, tileX * TTile.Size - 1);
            for (int c = 0; c < input.Stride; c += TLanes.Count)
                WinogradStrip<TTile, TLanes, TVector>.Transform(corner + c, input.Row, input.Stride, strip, half,
                    transformed + (nint)done * input.Stride + c, pointStride);
        }
    }

    void Multiply(int firstTile, int count)
    {
        int channels = input.Shape.Channels, rows = (count + 3) / 4 * 4;
        var work = new ProductWork
        {
            Points = Points,
            A = transformed,
            AStep = pointStride,
            Stride = input.Stride,
            Rows = rows,
            Depth = channels,
            BiasPoint = BiasPoint,
            Zeros = zeros,
            C = sums,
        };
        float* panel = panels;
        for (int first = 0, width; first < output.Stride; first += width * TLanes.Count)
        {
            width = Tile<TLanes, TVector>.PanelWidth((output.Stride - first) / TLanes.Count);
            int floats = width * TLanes.Count, sumStride = rows * floats + Gap;
            work.B = panel;
            work.Bias = bias + first;
            work.CStep = sumStride;
            Product<TLanes, TVector>.Multiply(width, work);
            panel += (nint)Points * channels * floats;
            for (int tile = 0; tile < count; tile++)
                TransformOutput(sums + tile * floats, sumStride, floats, firstTile + tile, first);
        }
    }

    void TransformOutput(float* from, nint step, int floats, int tile, int channel)
    {
        int y = tile / tilesAcross * TTile.Size, x = tile % tilesAcross * TTile.Size;
        if (pool)
        {
            (y, x) = (y / 2, x / 2);
            int rows = Math.Min(TTile.Size / 2, output.Shape.Height - y), columns = Math.Min(TTile.Size / 2, output.Shape.Width - x);
            for (float* to = output.At(y, x) + channel, end = from + floats; from < end; from += TLanes.Count, to += TLanes.Count)
                TTile.Pool(from, step, half, epilogue, to, output.Row, output.Stride, rows, columns);
        }
        else
        {
            int rows = Math.Min(TTile.Size, height - y), columns = Math.Min(TTile.Size, width - x);
            for (float* to = output.At(y, x) + channel, end = from + floats; from < end; from += TLanes.Count, to += TLanes.Count)
                TTile.Put(from, step, half, epilogue, to, output.Row, output.Stride, rows, columns);
        }
    }
}
