using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Heliograph.Training.Convolutions;

/// <summary>
/// 3×3 convolutions of stride 1 and padding 1 over a batch of maps, and the gradient of their weights, by Winograd's algorithm. The batch
/// is worked off in parts whose points stay in the cache; every sum is taken in the same order, however many threads share the work.
/// </summary>
static unsafe class WinogradMaps
{
    const int Width = PanelProduct.Width, Lanes = Octet.Size, Points = Winograd.Side * Winograd.Side;

    // Where the transformed weights are small, each thread works off parts of its own, whose points stay in its second-level cache. Where they
    // are large, they pass once a part: the threads share out a part whose points fill the last level, or as much as the weights.
    const long OwnWeights = 3 << 20, OwnPoints = 512 << 10, SharedPoints = 8 << 20;

    // Of a thread's own part: fewer would wait for the weights, which come from the last level.
    const int FewestTiles = 24;

    // The sum over the tiles is taken in so many parts at most, whatever the number of threads.
    const int MostSums = 8, TilesOfASum = 128;

    // Tiles that a thread transforms at once.
    const int Group = 32;

    /// <summary>y = x ∗ w + b.</summary>
    /// <param name="sizes">Of x; y has as many filters.</param>
    /// <param name="x">The maps.</param>
    /// <param name="taps">Rows are channels, columns filters. Reversed and transposed: the gradient of a convolution's input.</param>
    /// <param name="bias">[filters], or null.</param>
    /// <param name="y">The result.</param>
    public static void Convolve(MapSizes sizes, float* x, Taps taps, float* bias, float* y)
    {
        var plan = new Plan(sizes);
        using var weights = new Scratch(Points * plan.WeightStep);
        taps.ForEachBlock(plan.InPanels, plan.OutPanels,
            (row, column) => TransformKernel(taps, sizes, row, column, weights.Start + PanelProduct.Block(row, column, plan.InPanels), plan.WeightStep));
        plan.Outer(plan.Parts, part =>
        {
            using var points = new PartPoints(plan, part * plan.PartTiles, Math.Min(plan.PartTiles, plan.Tiles - part * plan.PartTiles));
            points.Groups((tile, count) => Transform<OfInput>(sizes, sizes.Channels, x, points.First + tile, count, points.Input, points.InStep, tile, points.Rows));
            plan.Inner(Points, p => PanelProduct.Multiply(points.Input + p * points.InStep, points.Rows, plan.InPanels, weights.Start + p * plan.WeightStep,
                plan.OutPanels, points.Output + p * points.OutStep));
            points.Groups((tile, count) => TransformOutput(sizes, points.Output, points.OutStep, tile, points.Rows, bias, y, points.First + tile, count));
        });
    }

    /// <summary>Gradient of the weights.</summary>
    /// <param name="sizes">Of x.</param>
    /// <param name="x">What was convolved.</param>
    /// <param name="gradient">Gradient of the result.</param>
    /// <param name="taps">The result; rows are filters, columns channels.</param>
    public static void WeightGradient(MapSizes sizes, float* x, float* gradient, Taps taps)
    {
        var plan = new Plan(sizes);
        int sums = plan.IsOwn ? Math.Clamp(plan.Tiles / TilesOfASum, 1, MostSums) : 1, tiles = (plan.Tiles + sums - 1) / sums;
        nint size = Points * plan.WeightStep;
        using var weights = new Scratch(sums * size);
        plan.Outer(sums, sum =>
        {
            float* into = weights.Start + sum * size;
            int begin = sum * tiles, end = Math.Min(begin + tiles, plan.Tiles);
            for (int first = begin; first < end; first += plan.PartTiles)
            {
                using var points = new PartPoints(plan, first, Math.Min(plan.PartTiles, end - first));
                points.Groups((tile, count) =>
                {
                    Transform<OfInput>(sizes, sizes.Channels, x, points.First + tile, count, points.Input, points.InStep, tile, points.Rows);
                    Transform<OfOutputGradient>(sizes, sizes.Filters, gradient, points.First + tile, count, points.Output, points.OutStep, tile, points.Rows);
                });
                bool begins = first == begin;
                plan.Inner(Points, p =>
                {
                    float* product = into + p * plan.WeightStep;
                    if (begins)
                        NativeMemory.Clear(product, (nuint)(plan.WeightStep * sizeof(float)));
                    PanelProduct.MultiplyTransposed(
                        points.Output + p * points.OutStep, points.Input + p * points.InStep, points.Tiles, points.Rows, plan.OutPanels, plan.InPanels, product);
                });
            }
        });
        taps.ForEachBlock(plan.OutPanels, plan.InPanels, (row, column) =>
        {
            float* block = weights.Start + PanelProduct.Block(row, column, plan.OutPanels);
            Add(block, size, sums, plan.WeightStep);
            TransformKernelGradient(block, plan.WeightStep, sizes, row, column, taps);
        });
    }

    static int Tiles(int size) => (size + Winograd.Outputs - 1) / Winograd.Outputs;

    /// <summary>How the batch is parted.</summary>
    sealed class Plan
    {
        public Plan(MapSizes sizes)
        {
            (InPanels, OutPanels) = (PanelProduct.Panels(sizes.Channels), PanelProduct.Panels(sizes.Filters));
            Tiles = sizes.Images * WinogradMaps.Tiles(sizes.Height) * WinogradMaps.Tiles(sizes.Width);
            // No steps of a power of two: all points would share a few sets of the first-level cache.
            WeightStep = (nint)InPanels * OutPanels * Width * Width + Width;
            long weights = Points * WeightStep * sizeof(float), tile = (long)Points * (InPanels + OutPanels) * Width * sizeof(float);
            IsOwn = weights <= OwnWeights;
            PartTiles = Math.Min(Tiles, IsOwn
                ? Math.Max(FewestTiles, (int)(OwnPoints / tile) / PanelProduct.Rows * PanelProduct.Rows)
                : (int)(Math.Max(SharedPoints, weights) / tile));
        }

        /// <summary>Panels of channels, of filters.</summary>
        public int InPanels { get; }

        public int OutPanels { get; }

        /// <summary>Of the batch, and of a part.</summary>
        public int Tiles { get; }

        public int PartTiles { get; }

        public int Parts => (Tiles + PartTiles - 1) / PartTiles;

        /// <summary>True when each thread works off parts alone, false when all share the work on one part after the other.</summary>
        public bool IsOwn { get; }

        /// <summary>Transformed weights are [point][panel of columns][row][16]; floats from point to point.</summary>
        public nint WeightStep { get; }

        /// <summary>Calls the body for each of so many parts: each thread takes some, where parts are its own.</summary>
        public void Outer(int count, Action<int> body) => Share(IsOwn, count, body);

        /// <summary>Calls the body for each piece of the work on a part: the threads take some each, where they share it.</summary>
        public void Inner(int count, Action<int> body) => Share(!IsOwn, count, body);

        static void Share(bool share, int count, Action<int> body)
        {
            if (share)
            {
                Workers.For(count, body);
                return;
            }
            for (int i = 0; i < count; i++)
                body(i);
        }
    }

    /// <summary>Room for the points of a part.</summary>
    sealed class PartPoints : IDisposable
    {
        readonly Plan plan;
        readonly Scratch memory;

        public PartPoints(Plan plan, int first, int tiles)
        {
            (this.plan, First, Tiles) = (plan, first, tiles);
            Rows = PanelProduct.Padded(tiles);
            InStep = (nint)Rows * plan.InPanels * Width + Width;
            OutStep = (nint)Rows * plan.OutPanels * Width + Width;
            memory = new Scratch(Points * (InStep + OutStep));
        }

        /// <summary>The part's first tile.</summary>
        public int First { get; }

        public int Tiles { get; }

        /// <summary>Tiles, padded for the products.</summary>
        public int Rows { get; }

        /// <summary>Points of x, [point][panel][row][16], and floats from point to point.</summary>
        public float* Input => memory.Start;

        public nint InStep { get; }

        /// <summary>Points of y, or of its gradient.</summary>
        public float* Output => memory.Start + Points * InStep;

        public nint OutStep { get; }

        /// <summary>Calls the body for some tiles of the part at a time: the first of them, and how many.</summary>
        public void Groups(Action<int, int> body) => plan.Inner((Tiles + Group - 1) / Group, i => body(i * Group, Math.Min(Group, Tiles - i * Group)));

        public void Dispose() => memory.Dispose();
    }

    /// <summary>Adds to a block of each point those of the other sums.</summary>
    static void Add(float* block, nint sumStep, int sums, nint pointStep)
    {
        for (int point = 0; point < Points; point++, block += pointStep)
        {
            for (int sum = 1; sum < sums; sum++)
            {
                for (int i = 0; i < Width * Width; i += Lanes)
                    (Vector256.Load(block + i) + Vector256.Load(block + sum * sumStep + i)).Store(block + i);
            }
        }
    }

    interface ITransform
    {
        /// <summary>Pixels of a tile along a side.</summary>
        static abstract int Size { get; }

        /// <summary>Pixels by which a tile begins before its outputs.</summary>
        static abstract int Before { get; }

        static abstract void Apply(float* from, nint step, float* to, nint toStep);
    }

    readonly struct OfInput : ITransform
    {
        public static int Size => Winograd.Side;

        public static int Before => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply(float* from, nint step, float* to, nint toStep) => Winograd.Input(from, step, to, toStep);
    }

    readonly struct OfOutputGradient : ITransform
    {
        public static int Size => Winograd.Outputs;

        public static int Before => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply(float* from, nint step, float* to, nint toStep) => Winograd.OutputGradient(from, step, to, toStep);
    }

    /// <summary>Some tiles to points, each [panel][row][16].</summary>
    static void Transform<TTransform>(MapSizes sizes, int channels, float* maps, int firstTile, int count, float* points, nint pointStep, int firstRow, int rows)
        where TTransform : struct, ITransform
    {
        int size = TTransform.Size, side = Winograd.Side;
        float* clipped = stackalloc float[size * size * Lanes], half = stackalloc float[side * size * Lanes];
        int across = Tiles(sizes.Width), tiles = Tiles(sizes.Height) * across;
        nint mapRow = (nint)sizes.Width * channels, mapImage = mapRow * sizes.Height;
        for (int panel = 0; panel < PanelProduct.Panels(channels); panel++)
        {
            float* to = points + ((nint)panel * rows + firstRow) * Width;
            for (int tile = firstTile; tile < firstTile + count; tile++, to += Width)
            {
                int y = tile % tiles / across * Winograd.Outputs - TTransform.Before, x = tile % across * Winograd.Outputs - TTransform.Before;
                bool inside = y >= 0 && x >= 0 && y + size <= sizes.Height && x + size <= sizes.Width;
                for (int lane = 0; lane < Width; lane += Lanes)
                {
                    int channel = panel * Width + lane, left = channels - channel;
                    float* from = maps + tile / tiles * mapImage + y * mapRow + (nint)x * channels + channel;
                    nint row = mapRow, pixel = channels;
                    if (!inside || left < Lanes)
                    {
                        Clip(from, sizes, y, x, size, channels, left, clipped);
                        from = clipped;
                        (row, pixel) = (size * Lanes, Lanes);
                    }
                    for (int column = 0; column < size; column++)
                        TTransform.Apply(from + column * pixel, row, half + column * Lanes, size * Lanes);
                    for (int line = 0; line < side; line++)
                        TTransform.Apply(half + line * size * Lanes, Lanes, to + lane + line * side * pointStep, pointStep);
                }
            }
        }
    }

    /// <summary>A tile of 8 channels with zeros where the map or its channels end.</summary>
    static void Clip(float* from, MapSizes sizes, int y, int x, int size, int channels, int count, float* to)
    {
        nint row = (nint)sizes.Width * channels;
        for (int i = 0; i < size; i++)
        {
            bool rowInside = (uint)(y + i) < (uint)sizes.Height;
            for (int j = 0; j < size; j++, to += Lanes)
            {
                var value = rowInside && (uint)(x + j) < (uint)sizes.Width ? Octet.Load(from + i * row + (nint)j * channels, count) : default;
                value.Store(to);
            }
        }
    }

    /// <summary>The points of some tiles to maps.</summary>
    static void TransformOutput(MapSizes sizes, float* points, nint pointStep, int firstRow, int rows, float* bias, float* maps, int firstTile, int count)
    {
        int size = Winograd.Outputs, side = Winograd.Side;
        float* half = stackalloc float[size * side * Lanes], values = stackalloc float[size * size * Lanes];
        int across = Tiles(sizes.Width), tiles = Tiles(sizes.Height) * across;
        nint mapRow = (nint)sizes.Width * sizes.Filters, mapImage = mapRow * sizes.Height;
        for (int panel = 0; panel < PanelProduct.Panels(sizes.Filters); panel++)
        {
            float* from = points + ((nint)panel * rows + firstRow) * Width;
            for (int tile = firstTile; tile < firstTile + count; tile++, from += Width)
            {
                int y = tile % tiles / across * size, x = tile % across * size;
                int height = Math.Min(size, sizes.Height - y), width = Math.Min(size, sizes.Width - x);
                for (int lane = 0; lane < Width; lane += Lanes)
                {
                    int filter = panel * Width + lane, left = sizes.Filters - filter;
                    for (int column = 0; column < side; column++)
                        Winograd.Output(from + lane + column * pointStep, side * pointStep, half + column * Lanes, side * Lanes);
                    for (int line = 0; line < size; line++)
                        Winograd.Output(half + line * side * Lanes, Lanes, values + line * size * Lanes, Lanes);
                    var start = bias is null ? default : Octet.Load(bias + filter, left);
                    float* to = maps + tile / tiles * mapImage + y * mapRow + (nint)x * sizes.Filters + filter;
                    for (int i = 0; i < height; i++, to += mapRow)
                    {
                        for (int j = 0; j < width; j++)
                            Octet.Store(Vector256.Load(values + (i * size + j) * Lanes) + start, to + (nint)j * sizes.Filters, left);
                    }
                }
            }
        }
    }

    /// <summary>A block of weights to its points, each [row][16], with zeros beyond the channels and filters.</summary>
    static void TransformKernel(Taps taps, MapSizes sizes, int rowPanel, int columnPanel, float* points, nint pointStep)
    {
        int side = Winograd.Side;
        float* kernel = stackalloc float[Taps.Count * Lanes], half = stackalloc float[3 * side * Lanes];
        for (int row = rowPanel * Width; row < (rowPanel + 1) * Width; row++, points += Width)
        {
            for (int lane = 0; lane < Width; lane += Lanes)
            {
                int column = columnPanel * Width + lane;
                for (int tap = 0; tap < Taps.Count; tap++)
                    taps.Load(tap, row, column, row < sizes.Channels ? sizes.Filters - column : 0).Store(kernel + tap * Lanes);
                for (int j = 0; j < 3; j++)
                    Winograd.Kernel(kernel + j * Lanes, 3 * Lanes, half + j * Lanes, 3 * Lanes);
                for (int line = 0; line < side; line++)
                    Winograd.Kernel(half + line * 3 * Lanes, Lanes, points + lane + line * side * pointStep, pointStep);
            }
        }
    }

    /// <summary>The transposed of <see cref="TransformKernel"/>: rows are filters, columns channels.</summary>
    static void TransformKernelGradient(float* points, nint pointStep, MapSizes sizes, int rowPanel, int columnPanel, Taps taps)
    {
        int side = Winograd.Side;
        float* half = stackalloc float[3 * side * Lanes], kernel = stackalloc float[Taps.Count * Lanes];
        for (int row = rowPanel * Width; row < Math.Min((rowPanel + 1) * Width, sizes.Filters); row++, points += Width)
        {
            for (int lane = 0; lane < Width; lane += Lanes)
            {
                int column = columnPanel * Width + lane;
                for (int j = 0; j < side; j++)
                    Winograd.KernelGradient(points + lane + j * pointStep, side * pointStep, half + j * Lanes, side * Lanes);
                for (int line = 0; line < 3; line++)
                    Winograd.KernelGradient(half + line * side * Lanes, Lanes, kernel + line * 3 * Lanes, Lanes);
                for (int tap = 0; tap < Taps.Count; tap++)
                    taps.Store(Vector256.Load(kernel + tap * Lanes), tap, row, column, sizes.Channels - column);
            }
        }
    }
}
