using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Heliograph.Runtime.Lanes;
using Heliograph.Training.Torch;

namespace Heliograph.Training.Convolutions;

/// <summary>
/// 3×3 convolutions of stride 1 and padding 1 over a batch of maps, and the gradient of their weights, tile by tile by a fast algorithm: the points
/// of tiles and weights lie as matrices, one a point, and are multiplied. The batch is worked off in parts whose points stay in the cache; every
/// sum is taken in the same order, however many threads share the work.
/// </summary>
[SkipLocalsInit]
static unsafe class TiledConvolution<TAlgorithm, TLanes, TVector>
    where TAlgorithm : struct, IBilinear
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    const int Width = Panel.Width;

    // Where the transformed weights are small, each thread processes its own parts, whose points stay in its second-level cache. Where they
    // are large, they pass once a part: the threads share out a part whose points fill the last level, or as much as the weights.
    const long OwnWeights = 3 << 20, OwnPoints = 512 << 10, SharedPoints = 8 << 20;

    // Of a thread's own part: fewer would wait for the weights, which come from the last level.
    const int FewestTiles = 24;

    // The sum over the tiles is taken in so many parts at most, whatever the number of threads.
    const int MostSums = 8, TilesOfASum = 128;

    // Floats to a cache line.
    const int Line = 16;

    // Tiles that a thread transforms at once.
    const int Group = 32;

    static int Lanes => TLanes.Count;

    static int Points => TAlgorithm.Side * TAlgorithm.Side;

    /// <inheritdoc cref="IConvolutionKernels.Convolve"/>
    public static void Convolve(MapSizes sizes, float* x, Taps taps, float* bias, float* y)
    {
        var plan = new Plan(sizes);
        using var weights = new Scratch(Points * plan.WeightStep);
        taps.ForEachBlock(plan.InPanels, plan.OutPanels,
            (row, column) => TransformKernel(taps, sizes, row, column, weights.Start + Panel.Block(row, column, plan.InPanels), plan.WeightStep));
        plan.Outer(plan.Parts, part =>
        {
            using var points = new PartPoints(plan, part * plan.PartTiles, Math.Min(plan.PartTiles, plan.Tiles - part * plan.PartTiles));
            points.Groups((tile, count) =>
                Transform<OfInput>(sizes, sizes.Channels, x, points.First + tile, count, points.Input + tile * Width, points.InStep, points.Rows));
            plan.Inner(Points, p => PanelProduct<TLanes, TVector>.Multiply(
                points.Input + p * points.InStep, points.Rows, plan.InPanels, weights.Start + p * plan.WeightStep, plan.OutPanels, points.Output + p * points.OutStep));
            points.Groups((tile, count) =>
                TransformOutput(sizes, points.Output + tile * Width, points.OutStep, points.Rows, bias, y, points.First + tile, count));
        });
    }

    /// <inheritdoc cref="IConvolutionKernels.WeightGradient"/>
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
            for (int part = begin; part < end; part += plan.PartTiles)
            {
                using var points = new PartPoints(plan, part, Math.Min(plan.PartTiles, end - part));
                points.Groups((tile, count) =>
                {
                    int first = points.First + tile;
                    Transform<OfInput>(sizes, sizes.Channels, x, first, count, points.Input + tile * Width, points.InStep, points.Rows);
                    Transform<OfOutputGradient>(sizes, sizes.Filters, gradient, first, count, points.Output + tile * Width, points.OutStep, points.Rows);
                });
                bool begins = part == begin;
                plan.Inner(Points, p =>
                {
                    float* product = into + p * plan.WeightStep;
                    if (begins)
                        NativeMemory.Clear(product, (nuint)(plan.WeightStep * sizeof(float)));
                    PanelProduct<TLanes, TVector>.MultiplyTransposed(points.Output + p * points.OutStep, points.Input + p * points.InStep, points.Tiles,
                        points.Rows, plan.OutPanels, plan.InPanels, product);
                });
            }
        });
        taps.ForEachBlock(plan.OutPanels, plan.InPanels, (row, column) =>
        {
            float* block = weights.Start + Panel.Block(row, column, plan.OutPanels);
            Add(block, size, sums, plan.WeightStep);
            TransformKernelGradient(block, plan.WeightStep, sizes, row, column, taps);
        });
    }

    // To the first cache line in memory of a stack frame: vectors that straddle two lines would take twice as long.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float* Aligned(Span<float> stack) => (float*)(((nint)Unsafe.AsPointer(ref stack[0]) + Line * sizeof(float) - 1) & -(Line * sizeof(float)));

    static int TilesAlong(int size) => (size + TAlgorithm.Outputs - 1) / TAlgorithm.Outputs;

    /// <summary>How the batch is parted.</summary>
    sealed class Plan
    {
        public Plan(MapSizes sizes)
        {
            (InPanels, OutPanels) = (Panel.Count(sizes.Channels), Panel.Count(sizes.Filters));
            Tiles = sizes.Images * TilesAlong(sizes.Height) * TilesAlong(sizes.Width);
            // No steps of a power of two: all points would share a few sets of the first-level cache.
            WeightStep = (nint)InPanels * OutPanels * Width * Width + Width;
            long weights = Points * WeightStep * sizeof(float), tile = (long)Points * (InPanels + OutPanels) * Width * sizeof(float);
            IsOwn = weights <= OwnWeights;
            PartTiles = Math.Min(Tiles, IsOwn
                ? Math.Max(FewestTiles, (int)(OwnPoints / tile) / Panel.Rows * Panel.Rows)
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
            Rows = Panel.Padded(tiles);
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Add(float* block, nint sumStep, int sums, nint pointStep)
    {
        for (int point = 0; point < Points; point++, block += pointStep)
        {
            for (int sum = 1; sum < sums; sum++)
            {
                for (int i = 0; i < Width * Width; i += Lanes)
                    TLanes.Store(TLanes.Add(TLanes.Load(block + i), TLanes.Load(block + sum * sumStep + i)), block + i);
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
        public static int Size => TAlgorithm.Inputs;

        public static int Before => TAlgorithm.Before;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply(float* from, nint step, float* to, nint toStep) => TAlgorithm.Input(from, step, to, toStep);
    }

    readonly struct OfOutputGradient : ITransform
    {
        public static int Size => TAlgorithm.Outputs;

        public static int Before => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply(float* from, nint step, float* to, nint toStep) => TAlgorithm.OutputGradient(from, step, to, toStep);
    }

    /// <summary>Some tiles to points, each [panel][row][16].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Transform<TTransform>(MapSizes sizes, int channels, float* maps, int firstTile, int count, float* points, nint pointStep, int rows)
        where TTransform : struct, ITransform
    {
        int size = TTransform.Size, side = TAlgorithm.Side, panels = Panel.Count(channels);
        nint panelStep = (nint)rows * Width;
        float* clipped = Aligned(stackalloc float[size * Lanes + Line]), half = Aligned(stackalloc float[side * size * Lanes + Line]);
        nint mapRow = (nint)sizes.Width * channels;
        for (int tile = firstTile; tile < firstTile + count; tile++, points += Width)
        {
            float* first = Place(sizes, channels, maps, tile, TTransform.Before, out int y, out int x);
            float* next = Place(sizes, channels, maps, tile + 1, TTransform.Before, out _, out _);
            bool inside = y >= 0 && y + size <= sizes.Height;
            // The channels of a pixel lie together in memory.
            for (int channel = 0; channel < panels * Width; channel += Lanes)
            {
                Prefetch(next + channel, mapRow, channels, size);
                bool whole = inside && channel + Lanes <= channels;
                float* from = first + channel, to = points + channel / Width * panelStep + channel % Width;
                for (int column = 0; column < size; column++, from += channels)
                {
                    if ((uint)(x + column) >= (uint)sizes.Width)
                    {
                        for (int i = 0; i < side; i++)
                            TLanes.Store(default, half + (i * size + column) * Lanes);
                    }
                    else if (whole)
                    {
                        TTransform.Apply(from, mapRow, half + column * Lanes, size * Lanes);
                    }
                    else
                    {
                        Clip(from, mapRow, y, size, sizes.Height, channels - channel, clipped);
                        TTransform.Apply(clipped, Lanes, half + column * Lanes, size * Lanes);
                    }
                }
                for (int line = 0; line < side; line++)
                    TTransform.Apply(half + line * size * Lanes, Lanes, to + line * side * pointStep, pointStep);
            }
        }
    }

    /// <summary>The first pixel of a tile that begins so many pixels before its outputs, which may lie outside of the map.</summary>
    static float* Place(MapSizes sizes, int channels, float* maps, int tile, int before, out int y, out int x)
    {
        int across = TilesAlong(sizes.Width), down = TilesAlong(sizes.Height), image = tile / (across * down);
        (y, x) = (tile / across % down * TAlgorithm.Outputs - before, tile % across * TAlgorithm.Outputs - before);
        return maps + (((nint)image * sizes.Height + y) * sizes.Width + x) * channels;
    }

    /// <summary>Asks for a vector of channels of a tile: the pixels that it does not share with the tile before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Prefetch(float* from, nint row, nint pixel, int size)
    {
        for (int y = 0; y < size; y++)
        {
            for (int x = size - TAlgorithm.Outputs; x < size; x++)
                TLanes.Prefetch(from + y * row + x * pixel);
        }
    }

    /// <summary>A column of a tile, with zeros where the map or its channels end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Clip(float* from, nint row, int y, int size, int height, int channels, float* to)
    {
        for (int i = 0; i < size; i++)
            TLanes.Store((uint)(y + i) < (uint)height ? Partial<TLanes, TVector>.Load(from + i * row, channels) : default, to + i * Lanes);
    }

    /// <summary>The points of some tiles, each [panel][row][16], to maps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void TransformOutput(MapSizes sizes, float* points, nint pointStep, int rows, float* bias, float* maps, int firstTile, int count)
    {
        int size = TAlgorithm.Outputs, side = TAlgorithm.Side, filters = sizes.Filters, panels = Panel.Count(filters);
        nint panelStep = (nint)rows * Width;
        float* half = Aligned(stackalloc float[size * side * Lanes + Line]), clipped = Aligned(stackalloc float[size * Lanes + Line]);
        nint mapRow = (nint)sizes.Width * filters;
        for (int tile = firstTile; tile < firstTile + count; tile++, points += Width)
        {
            float* first = Place(sizes, filters, maps, tile, 0, out int y, out int x), next = Place(sizes, filters, maps, tile + 1, 0, out _, out _);
            int height = Math.Min(size, sizes.Height - y), width = Math.Min(size, sizes.Width - x);
            for (int filter = 0; filter < panels * Width; filter += Lanes)
            {
                Prefetch(next + filter, mapRow, filters, size);
                int left = filters - filter;
                float* from = points + filter / Width * panelStep + filter % Width, to = first + filter;
                if (bias is not null)
                {
                    float* one = from + TAlgorithm.One * (side + 1) * pointStep;
                    TLanes.Store(TLanes.Add(TLanes.Load(one), Partial<TLanes, TVector>.Load(bias + filter, left)), one);
                }
                for (int column = 0; column < side; column++)
                    TAlgorithm.Output(from + column * pointStep, side * pointStep, half + column * Lanes, side * Lanes);
                if (height == size && width == size && left >= Lanes)
                {
                    for (int line = 0; line < size; line++)
                        TAlgorithm.Output(half + line * side * Lanes, Lanes, to + line * mapRow, filters);
                    continue;
                }
                for (int line = 0; line < height; line++)
                {
                    TAlgorithm.Output(half + line * side * Lanes, Lanes, clipped, Lanes);
                    for (int column = 0; column < width; column++)
                        Partial<TLanes, TVector>.Store(TLanes.Load(clipped + column * Lanes), to + line * mapRow + (nint)column * filters, left);
                }
            }
        }
    }

    /// <summary>A block of weights to its points, each [row][16], with zeros beyond the channels and filters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void TransformKernel(Taps taps, MapSizes sizes, int rowPanel, int columnPanel, float* points, nint pointStep)
    {
        int side = TAlgorithm.Side, block = Width * Width;
        float* kernels = Aligned(stackalloc float[Taps.Count * block + Line]), half = Aligned(stackalloc float[3 * side * Lanes + Line]);
        taps.Read<TLanes, TVector>(rowPanel * Width, sizes.Channels, columnPanel * Width, sizes.Filters, kernels);
        for (int i = 0; i < block; i += Lanes)
        {
            for (int j = 0; j < 3; j++)
                TAlgorithm.Kernel(kernels + j * block + i, 3 * block, half + j * Lanes, 3 * Lanes);
            for (int line = 0; line < side; line++)
                TAlgorithm.Kernel(half + line * 3 * Lanes, Lanes, points + i + line * side * pointStep, pointStep);
        }
    }

    /// <summary>The transposed of <see cref="TransformKernel"/>: rows are filters, columns channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void TransformKernelGradient(float* points, nint pointStep, MapSizes sizes, int rowPanel, int columnPanel, Taps taps)
    {
        int side = TAlgorithm.Side;
        float* half = Aligned(stackalloc float[3 * side * Lanes + Line]), kernel = Aligned(stackalloc float[Taps.Count * Lanes + Line]);
        for (int row = rowPanel * Width; row < Math.Min((rowPanel + 1) * Width, sizes.Filters); row++, points += Width)
        {
            for (int lane = 0; lane < Width; lane += Lanes)
            {
                int column = columnPanel * Width + lane;
                for (int j = 0; j < side; j++)
                    TAlgorithm.KernelGradient(points + lane + j * pointStep, side * pointStep, half + j * Lanes, side * Lanes);
                for (int line = 0; line < 3; line++)
                    TAlgorithm.KernelGradient(half + line * side * Lanes, Lanes, kernel + line * 3 * Lanes, Lanes);
                for (int tap = 0; tap < Taps.Count; tap++)
                    taps.Store<TLanes, TVector>(TLanes.Load(kernel + tap * Lanes), tap, row, column, sizes.Channels - column);
            }
        }
    }
}
