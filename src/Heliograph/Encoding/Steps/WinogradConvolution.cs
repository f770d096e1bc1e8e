using Heliograph.Encoding.Lanes;
using Heliograph.Networks;

namespace Heliograph.Encoding.Steps;

/// <summary>
/// A 3×3 convolution of stride 1 and padding 1 by Winograd's F(4×4, 3×3), with bias, ReLU and 2×2 pooling in the output transform. Tiles
/// are worked off in blocks: the block's transformed inputs stay in the second-level cache while each panel of weights passes once.
/// </summary>
sealed unsafe class WinogradConvolution<TLanes, TVector> : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Pixels of an output tile's side.</summary>
    public const int TileSize = 4;

    const int InputSize = 6;
    const int Points = InputSize * InputSize;

    /// <summary>The point to which bias is added: it counts once in each of the 16 outputs.</summary>
    const int BiasPoint = InputSize + 1;

    readonly string name;
    readonly FeatureMap input;
    readonly FeatureMap output;
    readonly bool pool;
    readonly TVector floor;
    readonly int tilesAcross;
    readonly int tiles;
    readonly int block;
    readonly int height;
    readonly int width;

    readonly float* panels;
    readonly float* bias;
    readonly float* zeros;

    // [point][tile][channel]; a gap after each point keeps the 36 streams off the same cache set.
    readonly int pointStride;
    float* transformed;

    // [point][tile][filter of the panel].
    readonly int sumFloats;
    float* sums;

    // The vertical half of a transform: [6][column] of a strip of tiles, or [4][6] of an output tile.
    float* half;

    public WinogradConvolution(Arena weights, FeatureMap input, FeatureMap output, Convolution layer, ReadOnlySpan<float> kernel,
        ReadOnlySpan<float> bias, bool relu, bool pool)
    {
        name = layer.Name;
        (this.input, this.output, this.pool) = (input, output, pool);
        (_, height, width) = input.Shape;
        floor = TLanes.All(relu ? 0 : float.NegativeInfinity);
        tilesAcross = Tiles(width);
        tiles = tilesAcross * Tiles(height);
        block = Math.Min(tiles, BlockTiles(input.Stride));

        int rows = (block + 3) / 4 * 4;
        pointStride = (rows * input.Stride + 31) / 16 * 16;
        sumFloats = Points * rows * Tile<TLanes, TVector>.Widest * TLanes.Count;

        zeros = weights.Allocate(Tile<TLanes, TVector>.Widest * TLanes.Count);
        this.bias = weights.Allocate(output.Stride);
        bias.CopyTo(new Span<float>(this.bias, output.Stride));
        panels = weights.Allocate((long)Points * input.Shape.Channels * output.Stride);
        Pack(input.Shape.Channels, layer.Filters, kernel);
    }

    public override long ScratchFloats => (long)Points * pointStride + sumFloats + InputSize * (tilesAcross * TileSize + 2) * TLanes.Count;

    public override void Bind(float* scratch)
    {
        transformed = scratch;
        sums = transformed + (long)Points * pointStride;
        half = sums + sumFloats;
    }

    /// <summary>What the transforms read beyond a map: its border, and what the last tiles stand out.</summary>
    public static Halo Halo(Shape map) =>
        new(1, 1, Tiles(map.Height) * TileSize + 1 - map.Height, Tiles(map.Width) * TileSize + 1 - map.Width);

    static int Tiles(int size) => (size + TileSize - 1) / TileSize;

    /// <summary>Tiles in a block: their transformed inputs may take half of a second-level cache of 512 KiB, the rest is for sums and weights.</summary>
    static int BlockTiles(int stride) => Math.Clamp(256 * 1024 / sizeof(float) / (Points * stride) / 4 * 4, 4, 64);

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
                    WinogradWeights.Transform(kernel.Slice((filter * channels + channel) * 9, 9), points);
                    for (int point = 0; point < Points; point++)
                        panel[((long)point * channels + channel) * count + filter - first] = (float)points[point];
                }
            }
            panel += (long)Points * channels * count;
        }
    }

    public override string Description => $"{name} F(4×4) {input.Shape} → {output.Shape}";

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
            strip = Math.Min(count - done, tilesAcross - tileX);
            float* corner = input.At(tileY * TileSize - 1, tileX * TileSize - 1);
            for (int c = 0; c < input.Stride; c += TLanes.Count)
                TransformStrip(corner + c, strip, transformed + (nint)done * input.Stride + c);
        }
    }

    /// <summary>Tiles side by side share two of their six columns: these are transformed vertically once.</summary>
    void TransformStrip(float* from, int strip, float* to)
    {
        int columns = strip * TileSize + 2, n = TLanes.Count;
        for (int x = 0; x < columns; x++)
            Winograd<TLanes, TVector>.Input(from + (nint)x * input.Stride, input.Row, half + x * n, columns * n);
        for (int row = 0; row < InputSize; row++)
            for (int tile = 0; tile < strip; tile++)
                Winograd<TLanes, TVector>.Input(half + (row * columns + tile * TileSize) * n, n, to + (nint)row * InputSize * pointStride + tile * (nint)input.Stride, pointStride);
    }

    void Multiply(int firstTile, int count)
    {
        int channels = input.Shape.Channels, rows = (count + 3) / 4 * 4;
        float* panel = panels;
        for (int first = 0, width; first < output.Stride; first += width * TLanes.Count)
        {
            width = Tile<TLanes, TVector>.PanelWidth((output.Stride - first) / TLanes.Count);
            int floats = width * TLanes.Count;
            for (int point = 0; point < Points; point++)
            {
                Product<TLanes, TVector>.Multiply(width, transformed + (nint)point * pointStride, input.Stride, rows, channels, panel,
                    point == BiasPoint ? bias + first : zeros, sums + (nint)point * rows * floats);
                panel += channels * floats;
            }
            for (int tile = 0; tile < count; tile++)
                for (int c = 0; c < floats; c += TLanes.Count)
                    TransformOutput(sums + tile * floats + c, (nint)rows * floats, firstTile + tile, first + c);
        }
    }

    void TransformOutput(float* from, nint step, int tile, int channel)
    {
        int n = TLanes.Count, y = tile / tilesAcross * TileSize, x = tile % tilesAcross * TileSize;
        for (int column = 0; column < InputSize; column++)
        {
            Winograd<TLanes, TVector>.Output(from + column * step, InputSize * step, out var y0, out var y1, out var y2, out var y3);
            TLanes.Store(y0, half + column * n);
            TLanes.Store(y1, half + (InputSize + column) * n);
            TLanes.Store(y2, half + (2 * InputSize + column) * n);
            TLanes.Store(y3, half + (3 * InputSize + column) * n);
        }
        if (pool)
            Pool(y / 2, x / 2, channel);
        else
            Put(y, x, channel);
    }

    void Put(int y, int x, int channel)
    {
        int rows = Math.Min(TileSize, height - y), columns = Math.Min(TileSize, width - x), step = output.Stride;
        for (int row = 0; row < rows; row++)
        {
            Winograd<TLanes, TVector>.Output(half + row * InputSize * TLanes.Count, TLanes.Count, out var y0, out var y1, out var y2, out var y3);
            float* to = output.At(y + row, x) + channel;
            TLanes.Store(TLanes.Max(y0, floor), to);
            if (columns > 1)
                TLanes.Store(TLanes.Max(y1, floor), to + step);
            if (columns > 2)
                TLanes.Store(TLanes.Max(y2, floor), to + 2 * step);
            if (columns > 3)
                TLanes.Store(TLanes.Max(y3, floor), to + 3 * step);
        }
    }

    /// <summary>A tile holds four whole windows; those that the map's border cuts are dropped.</summary>
    void Pool(int y, int x, int channel)
    {
        int rows = Math.Min(2, output.Shape.Height - y), columns = Math.Min(2, output.Shape.Width - x);
        for (int row = 0; row < rows; row++)
        {
            float* from = half + 2 * row * InputSize * TLanes.Count;
            Winograd<TLanes, TVector>.Output(from, TLanes.Count, out var y0, out var y1, out var y2, out var y3);
            Winograd<TLanes, TVector>.Output(from + InputSize * TLanes.Count, TLanes.Count, out var z0, out var z1, out var z2, out var z3);
            float* to = output.At(y + row, x) + channel;
            if (columns > 0)
                TLanes.Store(TLanes.Max(TLanes.Max(TLanes.Max(y0, y1), TLanes.Max(z0, z1)), floor), to);
            if (columns > 1)
                TLanes.Store(TLanes.Max(TLanes.Max(TLanes.Max(y2, y3), TLanes.Max(z2, z3)), floor), to + output.Stride);
        }
    }
}
