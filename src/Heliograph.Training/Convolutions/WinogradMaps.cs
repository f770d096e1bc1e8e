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
        int inPanels = Panels(sizes.Channels), outPanels = Panels(sizes.Filters);
        nint weightStep = (nint)inPanels * outPanels * Width * Width + Width;
        var part = new Part(sizes, Points * weightStep * sizeof(float), inPanels + outPanels);
        nint inStep = part.PointStep(inPanels), outStep = part.PointStep(outPanels);
        using var memory = new Scratch(Points * (weightStep + inStep + outStep), arrays: 3);
        float* weights = memory.Take(Points * weightStep), input = memory.Take(Points * inStep), output = memory.Take(Points * outStep);
        nint inImage = (nint)sizes.Height * sizes.Width * sizes.Channels, outImage = (nint)sizes.Height * sizes.Width * sizes.Filters;

        Workers.For(outPanels, panel => TransformKernel(taps, sizes.Channels, sizes.Filters, flipped, panel, weights, weightStep));
        for (int first = 0; first < sizes.Images; first += part.Images)
        {
            int images = Math.Min(part.Images, sizes.Images - first), begin = first;
            int rows = part.PaddedTiles(images);
            Groups(images, part, (i, count) => Transform<InputOf<TWinograd>>(sizes, sizes.Channels, x + (begin + i) * inImage, count, i * part.TilesAnImage, rows, input, inStep));
            Workers.For(Points, p => PanelProduct.Multiply(input + p * inStep, rows, inPanels, weights + p * weightStep, outPanels, output + p * outStep));
            Groups(images, part, (i, count) => TransformOutput(sizes, output, outStep, i * part.TilesAnImage, rows, bias, y + (begin + i) * outImage, count));
        }
    }

    /// <summary>Gradient of the weights.</summary>
    /// <param name="sizes">Of x.</param>
    /// <param name="x">What was convolved.</param>
    /// <param name="gradient">Gradient of the result.</param>
    /// <param name="taps">The result, of [filters][channels].</param>
    public static void WeightGradient(MapSizes sizes, float* x, float* gradient, Taps taps)
    {
        int inPanels = Panels(sizes.Channels), outPanels = Panels(sizes.Filters);
        nint weightStep = (nint)inPanels * outPanels * Width * Width + Width;
        var part = new Part(sizes, Points * weightStep * sizeof(float), inPanels + outPanels);
        nint inStep = part.PointStep(inPanels), outStep = part.PointStep(outPanels);
        using var memory = new Scratch(Points * (weightStep + inStep + outStep), arrays: 3);
        float* weights = memory.Take(Points * weightStep), input = memory.Take(Points * inStep), output = memory.Take(Points * outStep);
        nint inImage = (nint)sizes.Height * sizes.Width * sizes.Channels, outImage = (nint)sizes.Height * sizes.Width * sizes.Filters;

        for (int first = 0; first < sizes.Images; first += part.Images)
        {
            int images = Math.Min(part.Images, sizes.Images - first), begin = first;
            int rows = part.PaddedTiles(images), tiles = images * part.TilesAnImage;
            Groups(images, part, (i, count) =>
            {
                Transform<InputOf<TWinograd>>(sizes, sizes.Channels, x + (begin + i) * inImage, count, i * part.TilesAnImage, rows, input, inStep);
                Transform<OutputGradientOf<TWinograd>>(sizes, sizes.Filters, gradient + (begin + i) * outImage, count, i * part.TilesAnImage, rows, output, outStep);
            });
            Workers.For(Points, p =>
            {
                if (begin == 0)
                    NativeMemory.Clear(weights + p * weightStep, (nuint)(weightStep * sizeof(float)));
                PanelProduct.MultiplyTransposed(output + p * outStep, input + p * inStep, tiles, rows, outPanels, inPanels, weights + p * weightStep);
            });
        }
        Workers.For(inPanels, panel => TransformKernelGradient(weights, weightStep, sizes.Filters, sizes.Channels, panel, taps));
    }

    static int Panels(int columns) => (columns + Width - 1) / Width;

    static int Tiles(int size) => (size + TWinograd.Outputs - 1) / TWinograd.Outputs;

    /// <summary>How the batch is parted.</summary>
    readonly struct Part
    {
        public Part(MapSizes sizes, nint weightBytes, int panels)
        {
            TilesAnImage = Tiles(sizes.Height) * Tiles(sizes.Width);
            long image = (long)Points * TilesAnImage * panels * Width * sizeof(float);
            Images = (int)Math.Clamp(Math.Max(PartBytes, weightBytes) / image, 1, sizes.Images);
        }

        public int Images { get; }

        public int TilesAnImage { get; }

        public int PaddedTiles(int images) => (images * TilesAnImage + PanelProduct.Rows - 1) / PanelProduct.Rows * PanelProduct.Rows;

        // No power of two: all points would share a few sets of the first-level cache.
        public nint PointStep(int panels) => (nint)PaddedTiles(Images) * panels * Width + Width;
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
    static void Groups(int images, Part part, Action<int, int> body)
    {
        int size = Math.Clamp(32 / part.TilesAnImage, 1, images);
        Workers.For((images + size - 1) / size, i => body(i * size, Math.Min(size, images - i * size)));
    }

    /// <summary>Some images' tiles to points, each [panel][tile][16].</summary>
    static void Transform<TTransform>(MapSizes sizes, int channels, float* maps, int images, int firstTile, int rows, float* points, nint pointStep)
        where TTransform : struct, ITransform
    {
        int size = TTransform.Size, side = TWinograd.Side;
        float* clipped = stackalloc float[size * size * Lanes], half = stackalloc float[side * size * Lanes];
        nint mapRow = (nint)sizes.Width * channels, mapImage = mapRow * sizes.Height;
        for (int panel = 0; panel < Panels(channels); panel++)
        {
            float* to = points + ((nint)panel * rows + firstTile) * Width;
            for (int image = 0; image < images; image++)
            {
                float* map = maps + image * mapImage + panel * Width;
                for (int y = -TTransform.Before; y < sizes.Height - TTransform.Before; y += TWinograd.Outputs)
                {
                    for (int x = -TTransform.Before; x < sizes.Width - TTransform.Before; x += TWinograd.Outputs, to += Width)
                    {
                        bool inside = y >= 0 && x >= 0 && y + size <= sizes.Height && x + size <= sizes.Width;
                        for (int lane = 0; lane < Width; lane += Lanes)
                        {
                            float* from = map + y * mapRow + (nint)x * channels + lane;
                            nint row = mapRow, pixel = channels;
                            int count = channels - panel * Width - lane;
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
        nint mapRow = (nint)sizes.Width * sizes.Filters, mapImage = mapRow * sizes.Height;
        for (int panel = 0; panel < Panels(sizes.Filters); panel++)
        {
            float* tile = points + ((nint)panel * rows + firstTile) * Width;
            for (int image = 0; image < images; image++)
            {
                float* map = maps + image * mapImage + panel * Width;
                for (int y = 0; y < sizes.Height; y += size)
                {
                    for (int x = 0; x < sizes.Width; x += size, tile += Width)
                    {
                        int height = Math.Min(size, sizes.Height - y), width = Math.Min(size, sizes.Width - x);
                        for (int lane = 0; lane < Width; lane += Lanes)
                        {
                            int count = sizes.Filters - panel * Width - lane;
                            for (int column = 0; column < side; column++)
                                TWinograd.Output(tile + lane + column * pointStep, side * pointStep, half + column * Lanes, side * Lanes);
                            for (int line = 0; line < size; line++)
                                TWinograd.Output(half + line * side * Lanes, Lanes, values + line * size * Lanes, Lanes);
                            var start = bias is null ? default : Load(bias + panel * Width + lane, count);
                            float* to = map + y * mapRow + (nint)x * sizes.Filters + lane;
                            for (int i = 0; i < height; i++, to += mapRow)
                            {
                                for (int j = 0; j < width; j++)
                                    Store(Vector256.Load(values + (i * size + j) * Lanes) + start, to + (nint)j * sizes.Filters, count);
                            }
                        }
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
