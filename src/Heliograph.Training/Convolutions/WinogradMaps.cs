using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Heliograph.Training.Convolutions;

/// <summary>Where the weights of a 3×3 convolution lie: 9 taps of [rows][columns], columns next to each other.</summary>
readonly unsafe record struct Taps(nint Address, nint TapStep, nint RowStep)
{
    public float* Start => (float*)Address;
}

/// <summary>Sizes of a batch of maps [images][height][width][channels] that a 3×3 convolution of padding 1 takes to as many of some filters.</summary>
readonly record struct MapSizes(int Images, int Height, int Width, int Channels, int Filters);

/// <summary>
/// 3×3 convolutions of stride 1 and padding 1 over a batch of maps, and the gradient of their weights, by one of Winograd's algorithms. The batch
/// is worked off in parts whose points stay in the last level of the cache; every sum is taken in the same order, however many threads share the work.
/// </summary>
static unsafe class WinogradMaps<TWinograd> where TWinograd : struct, IWinograd
{
    const int Width = PanelProduct.Width, Lanes = 8;

    // What the points of a part may take; the transformed weights, which pass once a part, may make it worth more.
    const long PartBytes = 8 << 20;

    static int Points => TWinograd.Side * TWinograd.Side;

    /// <summary>y = x ∗ w + b.</summary>
    /// <param name="sizes">Of x; y has as many filters.</param>
    /// <param name="x">The maps.</param>
    /// <param name="taps">Of [channels][filters].</param>
    /// <param name="flipped">Take the taps in reverse: with the transposed weights, the gradient of a convolution's input.</param>
    /// <param name="bias">[filters], or null.</param>
    /// <param name="y">The result.</param>
    public static void Convolve(MapSizes sizes, float* x, Taps taps, bool flipped, float* bias, float* y)
    {
        using var plan = new Plan(sizes);
        Workers.For(plan.OutPanels, panel => TransformKernel(taps, sizes.Channels, sizes.Filters, flipped, panel, plan.Weights, plan.WeightStep));
        for (int first = 0; first < sizes.Images; first += plan.Images)
        {
            int images = Math.Min(plan.Images, sizes.Images - first), begin = first, rows = plan.PaddedTiles(images);
            Groups(images, plan, (i, count) =>
                Transform<InputOf<TWinograd>>(sizes, sizes.Channels, x + (begin + i) * plan.InImage, count, i * plan.TilesAnImage, rows, plan.Input, plan.InStep));
            Workers.For(Points, p =>
                PanelProduct.Multiply(plan.Input + p * plan.InStep, rows, plan.InPanels, plan.Weights + p * plan.WeightStep, plan.OutPanels, plan.Output + p * plan.OutStep));
            Groups(images, plan, (i, count) =>
                TransformOutput(sizes, plan.Output, plan.OutStep, i * plan.TilesAnImage, rows, bias, y + (begin + i) * plan.OutImage, count));
        }
    }

    /// <summary>Gradient of the weights.</summary>
    /// <param name="sizes">Of x.</param>
    /// <param name="x">What was convolved.</param>
    /// <param name="gradient">Gradient of the result.</param>
    /// <param name="taps">The result, of [filters][channels].</param>
    public static void WeightGradient(MapSizes sizes, float* x, float* gradient, Taps taps)
    {
        using var plan = new Plan(sizes);
        for (int first = 0; first < sizes.Images; first += plan.Images)
        {
            int images = Math.Min(plan.Images, sizes.Images - first), begin = first, rows = plan.PaddedTiles(images);
            Groups(images, plan, (i, count) =>
            {
                int tile = i * plan.TilesAnImage;
                Transform<InputOf<TWinograd>>(sizes, sizes.Channels, x + (begin + i) * plan.InImage, count, tile, rows, plan.Input, plan.InStep);
                Transform<OutputGradientOf<TWinograd>>(sizes, sizes.Filters, gradient + (begin + i) * plan.OutImage, count, tile, rows, plan.Output, plan.OutStep);
            });
            Workers.For(Points, p =>
            {
                float* weights = plan.Weights + p * plan.WeightStep;
                if (begin == 0)
                    NativeMemory.Clear(weights, (nuint)(plan.WeightStep * sizeof(float)));
                PanelProduct.MultiplyTransposed(plan.Output + p * plan.OutStep, plan.Input + p * plan.InStep, images * plan.TilesAnImage, rows, plan.OutPanels,
                    plan.InPanels, weights);
            });
        }
        Workers.For(plan.InPanels, panel => TransformKernelGradient(plan.Weights, plan.WeightStep, sizes.Filters, sizes.Channels, panel, taps));
    }

    static int Panels(int columns) => (columns + Width - 1) / Width;

    static int Tiles(int size) => (size + TWinograd.Outputs - 1) / TWinograd.Outputs;

    /// <summary>How the batch is parted, and where the points of a part lie.</summary>
    sealed class Plan : IDisposable
    {
        readonly Scratch memory;

        public Plan(MapSizes sizes)
        {
            (InPanels, OutPanels) = (Panels(sizes.Channels), Panels(sizes.Filters));
            InImage = (nint)sizes.Height * sizes.Width * sizes.Channels;
            OutImage = (nint)sizes.Height * sizes.Width * sizes.Filters;
            TilesAnImage = Tiles(sizes.Height) * Tiles(sizes.Width);
            // No steps of a power of two: all points would share a few sets of the first-level cache.
            WeightStep = (nint)InPanels * OutPanels * Width * Width + Width;
            long image = (long)Points * TilesAnImage * (InPanels + OutPanels) * Width * sizeof(float);
            Images = (int)Math.Clamp(Math.Max(PartBytes, Points * WeightStep * sizeof(float)) / image, 1, sizes.Images);
            InStep = (nint)PaddedTiles(Images) * InPanels * Width + Width;
            OutStep = (nint)PaddedTiles(Images) * OutPanels * Width + Width;
            memory = new Scratch(Points * (WeightStep + InStep + OutStep), arrays: 3);
            Weights = memory.Take(Points * WeightStep);
            Input = memory.Take(Points * InStep);
            Output = memory.Take(Points * OutStep);
        }

        /// <summary>Panels of channels, of filters.</summary>
        public int InPanels { get; }

        public int OutPanels { get; }

        /// <summary>Floats of an image of x, of y.</summary>
        public nint InImage { get; }

        public nint OutImage { get; }

        public int TilesAnImage { get; }

        /// <summary>Images in a part.</summary>
        public int Images { get; }

        /// <summary>Transformed weights, [point][panel of columns][row][16], and floats from point to point.</summary>
        public float* Weights { get; }

        public nint WeightStep { get; }

        /// <summary>Points of x, [point][panel][tile][16].</summary>
        public float* Input { get; }

        public nint InStep { get; }

        /// <summary>Points of y, or of its gradient.</summary>
        public float* Output { get; }

        public nint OutStep { get; }

        public int PaddedTiles(int images) => (images * TilesAnImage + PanelProduct.Rows - 1) / PanelProduct.Rows * PanelProduct.Rows;

        public void Dispose() => memory.Dispose();
    }

    interface ITransform
    {
        /// <summary>Pixels of a tile along a side.</summary>
        static abstract int Size { get; }

        /// <summary>Pixels by which a tile begins before its outputs.</summary>
        static abstract int Before { get; }

        static abstract void Apply(float* from, nint step, float* to, nint toStep);
    }

    readonly struct InputOf<T> : ITransform where T : struct, IWinograd
    {
        public static int Size => T.Side;

        public static int Before => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply(float* from, nint step, float* to, nint toStep) => T.Input(from, step, to, toStep);
    }

    readonly struct OutputGradientOf<T> : ITransform where T : struct, IWinograd
    {
        public static int Size => T.Outputs;

        public static int Before => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply(float* from, nint step, float* to, nint toStep) => T.OutputGradient(from, step, to, toStep);
    }

    // A few images at once where each has few tiles: what is written for a point follows each other.
    static void Groups(int images, Plan plan, Action<int, int> body)
    {
        int size = Math.Clamp(32 / plan.TilesAnImage, 1, images);
        Workers.For((images + size - 1) / size, i => body(i * size, Math.Min(size, images - i * size)));
    }

    /// <summary>Some images' tiles to points, each [panel][tile][16].</summary>
    static void Transform<TTransform>(MapSizes sizes, int channels, float* maps, int images, int firstTile, int rows, float* points, nint pointStep)
        where TTransform : struct, ITransform
    {
        int size = TTransform.Size, side = TWinograd.Side;
        float* clipped = stackalloc float[size * size * Lanes], half = stackalloc float[side * size * Lanes];
        int across = Tiles(sizes.Width), tiles = Tiles(sizes.Height) * across;
        nint mapRow = (nint)sizes.Width * channels, mapImage = mapRow * sizes.Height;
        for (int panel = 0; panel < Panels(channels); panel++)
        {
            float* to = points + ((nint)panel * rows + firstTile) * Width;
            for (int tile = 0; tile < images * tiles; tile++, to += Width)
            {
                int y = tile % tiles / across * TWinograd.Outputs - TTransform.Before, x = tile % across * TWinograd.Outputs - TTransform.Before;
                bool inside = y >= 0 && x >= 0 && y + size <= sizes.Height && x + size <= sizes.Width;
                for (int lane = 0; lane < Width; lane += Lanes)
                {
                    int channel = panel * Width + lane, count = channels - channel;
                    float* from = maps + tile / tiles * mapImage + y * mapRow + (nint)x * channels + channel;
                    nint row = mapRow, pixel = channels;
                    if (!inside || count < Lanes)
                    {
                        Clip(from, sizes, y, x, size, channels, count, clipped);
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
                var value = rowInside && (uint)(x + j) < (uint)sizes.Width ? Load(from + i * row + (nint)j * channels, count) : default;
                value.Store(to);
            }
        }
    }

    static void TransformOutput(MapSizes sizes, float* points, nint pointStep, int firstTile, int rows, float* bias, float* maps, int images)
    {
        int size = TWinograd.Outputs, side = TWinograd.Side;
        float* half = stackalloc float[size * side * Lanes], values = stackalloc float[size * size * Lanes];
        int across = Tiles(sizes.Width), tiles = Tiles(sizes.Height) * across;
        nint mapRow = (nint)sizes.Width * sizes.Filters, mapImage = mapRow * sizes.Height;
        for (int panel = 0; panel < Panels(sizes.Filters); panel++)
        {
            float* from = points + ((nint)panel * rows + firstTile) * Width;
            for (int tile = 0; tile < images * tiles; tile++, from += Width)
            {
                int y = tile % tiles / across * size, x = tile % across * size;
                int height = Math.Min(size, sizes.Height - y), width = Math.Min(size, sizes.Width - x);
                for (int lane = 0; lane < Width; lane += Lanes)
                {
                    int filter = panel * Width + lane, count = sizes.Filters - filter;
                    for (int column = 0; column < side; column++)
                        TWinograd.Output(from + lane + column * pointStep, side * pointStep, half + column * Lanes, side * Lanes);
                    for (int line = 0; line < size; line++)
                        TWinograd.Output(half + line * side * Lanes, Lanes, values + line * size * Lanes, Lanes);
                    var start = bias is null ? default : Load(bias + filter, count);
                    float* to = maps + tile / tiles * mapImage + y * mapRow + (nint)x * sizes.Filters + filter;
                    for (int i = 0; i < height; i++, to += mapRow)
                    {
                        for (int j = 0; j < width; j++)
                            Store(Vector256.Load(values + (i * size + j) * Lanes) + start, to + (nint)j * sizes.Filters, count);
                    }
                }
            }
        }
    }

    /// <summary>Weights to a panel's points, each [row][16], with zeros beyond the rows and columns.</summary>
    static void TransformKernel(Taps taps, int rows, int columns, bool flipped, int panel, float* points, nint pointStep)
    {
        int side = TWinograd.Side, paddedRows = Panels(rows) * Width;
        float* kernel = stackalloc float[9 * Lanes], half = stackalloc float[3 * side * Lanes];
        float* first = taps.Start + (flipped ? 8 * taps.TapStep : 0);
        nint next = flipped ? -taps.TapStep : taps.TapStep;
        float* to = points + (nint)panel * paddedRows * Width;
        for (int row = 0; row < paddedRows; row++, to += Width)
        {
            for (int lane = 0; lane < Width; lane += Lanes)
            {
                int column = panel * Width + lane, count = row < rows ? columns - column : 0;
                float* from = first + row * taps.RowStep + column;
                for (int tap = 0; tap < 9; tap++, from += next)
                    Load(from, count).Store(kernel + tap * Lanes);
                for (int j = 0; j < 3; j++)
                    TWinograd.Kernel(kernel + j * Lanes, 3 * Lanes, half + j * Lanes, 3 * Lanes);
                for (int line = 0; line < side; line++)
                    TWinograd.Kernel(half + line * 3 * Lanes, Lanes, to + lane + line * side * pointStep, pointStep);
            }
        }
    }

    /// <summary>The transposed of <see cref="TransformKernel"/>.</summary>
    static void TransformKernelGradient(float* points, nint pointStep, int rows, int columns, int panel, Taps taps)
    {
        int side = TWinograd.Side, paddedRows = Panels(rows) * Width;
        float* half = stackalloc float[3 * side * Lanes], kernel = stackalloc float[9 * Lanes];
        float* from = points + (nint)panel * paddedRows * Width;
        for (int row = 0; row < rows; row++, from += Width)
        {
            for (int lane = 0; lane < Width; lane += Lanes)
            {
                int column = panel * Width + lane;
                for (int j = 0; j < side; j++)
                    TWinograd.KernelGradient(from + lane + j * pointStep, side * pointStep, half + j * Lanes, side * Lanes);
                for (int line = 0; line < 3; line++)
                    TWinograd.KernelGradient(half + line * side * Lanes, Lanes, kernel + line * 3 * Lanes, Lanes);
                float* to = taps.Start + row * taps.RowStep + column;
                for (int tap = 0; tap < 9; tap++, to += taps.TapStep)
                    Store(Vector256.Load(kernel + tap * Lanes), to, columns - column);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Load(float* from, int count) => count >= Lanes ? Vector256.Load(from) : LoadFirst(from, count);

    [MethodImpl(MethodImplOptions.NoInlining)]
    static Vector256<float> LoadFirst(float* from, int count)
    {
        var value = Vector256<float>.Zero;
        for (int i = 0; i < count; i++)
            value = value.WithElement(i, from[i]);
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(Vector256<float> value, float* to, int count)
    {
        if (count >= Lanes)
            value.Store(to);
        else
            StoreFirst(value, to, count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void StoreFirst(Vector256<float> value, float* to, int count)
    {
        for (int i = 0; i < count; i++)
            to[i] = value.GetElement(i);
    }
}
