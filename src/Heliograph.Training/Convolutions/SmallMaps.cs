using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Heliograph.Training.Convolutions;

/// <summary>
/// 3×3 convolutions of stride 1 and padding 1 over maps of at most 2×2 pixels, and the gradient of their weights: each pixel of the result takes each
/// pixel of the map times one tap. That makes at most 16 products, fewer than one tile of Winograd's algorithm has points, and no transforms.
/// </summary>
static unsafe class SmallMaps
{
    const int Width = PanelProduct.Width;

    // Panels of a task: with a pixel's maps they stay in the second level of the cache.
    const int TaskPanels = 4;

    /// <summary>Whether maps are small enough.</summary>
    public static bool Suits(MapSizes sizes) => sizes.Height <= 2 && sizes.Width <= 2;

    /// <inheritdoc cref="WinogradMaps.Convolve"/>
    public static void Convolve(MapSizes sizes, float* x, Taps taps, float* bias, float* y)
    {
        var plan = new Plan(sizes);
        using var memory = new Scratch(plan.Pixels * (plan.InStep + plan.OutStep) + Taps.Count * plan.TapStep);
        float* from = memory.Start, to = from + plan.Pixels * plan.InStep, weights = to + plan.Pixels * plan.OutStep;
        taps.ForEachStrip(plan.InPanels, plan.OutPanels, (rows, columns) => Arrange(taps, plan, sizes, rows, columns, weights));
        Workers.For(plan.Pixels, pixel => Arrange(x, plan, sizes, sizes.Channels, pixel, from + pixel * plan.InStep));
        ForEachTask(plan.Pixels, plan.OutPanels, (pixel, panel, panels) =>
        {
            float* result = to + pixel * plan.OutStep + (nint)panel * plan.Rows * Width;
            for (int other = 0; other < plan.Pixels; other++)
            {
                float* kernel = weights + plan.Block(plan.Tap(pixel, other), 0, panel, plan.InPanels);
                PanelProduct.Multiply(from + other * plan.InStep, plan.Rows, plan.InPanels, kernel, panels, result, add: other > 0);
            }
            for (int i = panel; i < panel + panels; i++)
                Spread(to + pixel * plan.OutStep, plan, sizes, i, pixel, bias, y);
        });
    }

    /// <inheritdoc cref="WinogradMaps.WeightGradient"/>
    public static void WeightGradient(MapSizes sizes, float* x, float* gradient, Taps taps)
    {
        var plan = new Plan(sizes);
        using var memory = new Scratch(plan.Pixels * (plan.InStep + plan.OutStep) + Taps.Count * plan.TapStep);
        float* from = memory.Start, to = from + plan.Pixels * plan.InStep, weights = to + plan.Pixels * plan.OutStep;
        Workers.For(plan.Pixels, pixel =>
        {
            Arrange(x, plan, sizes, sizes.Channels, pixel, from + pixel * plan.InStep);
            Arrange(gradient, plan, sizes, sizes.Filters, pixel, to + pixel * plan.OutStep);
        });
        ForEachTask(Taps.Count, plan.InPanels, (tap, panel, panels) =>
        {
            nint size = (nint)plan.OutPanels * Width * Width;
            float* sum = weights + tap * plan.TapStep + panel * size;
            NativeMemory.Clear(sum, (nuint)(panels * size * sizeof(float)));
            for (int pair = 0; pair < plan.Pixels * plan.Pixels; pair++)
            {
                int pixel = pair / plan.Pixels, other = pair % plan.Pixels;
                if (plan.Tap(pixel, other) != tap)
                    continue;
                PanelProduct.MultiplyTransposed(to + pixel * plan.OutStep, from + other * plan.InStep + (nint)panel * plan.Rows * Width, sizes.Images, plan.Rows,
                    plan.OutPanels, panels, sum);
            }
        });
        taps.ForEachStrip(plan.OutPanels, plan.InPanels, (rows, columns) => Collect(weights, plan, sizes, rows, columns, taps));
    }

    /// <summary>Where things lie.</summary>
    sealed class Plan(MapSizes sizes)
    {
        /// <summary>Panels of channels, of filters.</summary>
        public int InPanels { get; } = PanelProduct.Panels(sizes.Channels);

        public int OutPanels { get; } = PanelProduct.Panels(sizes.Filters);

        /// <summary>Of a map.</summary>
        public int Pixels { get; } = sizes.Height * sizes.Width;

        /// <summary>Images, padded for the products.</summary>
        public int Rows { get; } = PanelProduct.Padded(sizes.Images);

        /// <summary>Maps are [pixel][panel][row][16]; floats from pixel to pixel, in no steps of a power of two.</summary>
        public nint InStep => (nint)Rows * InPanels * Width + Width;

        public nint OutStep => (nint)Rows * OutPanels * Width + Width;

        /// <summary>Weights are [tap][panel of columns][row][16]; floats from tap to tap.</summary>
        public nint TapStep => (nint)InPanels * OutPanels * Width * Width + Width;

        /// <summary>Floats to a block of 16 rows and 16 columns of a tap.</summary>
        public nint Block(int tap, int rowPanel, int columnPanel, int rowPanels) => tap * TapStep + PanelProduct.Block(rowPanel, columnPanel, rowPanels);

        /// <summary>By which a pixel of the result takes a pixel of the map.</summary>
        public int Tap(int pixel, int other) => (other / sizes.Width - pixel / sizes.Width + 1) * 3 + other % sizes.Width - pixel % sizes.Width + 1;

        /// <summary>Whether any pixel is that far from another.</summary>
        public bool Uses(int tap) => Math.Abs(tap / 3 - 1) < sizes.Height && Math.Abs(tap % 3 - 1) < sizes.Width;
    }

    /// <summary>Calls the body for some panels at a time of each part: the part, the first panel, and how many.</summary>
    static void ForEachTask(int parts, int panels, Action<int, int, int> body)
    {
        int tasks = (panels + TaskPanels - 1) / TaskPanels;
        Workers.For(parts * tasks, i => body(i / tasks, i % tasks * TaskPanels, Math.Min(TaskPanels, panels - i % tasks * TaskPanels)));
    }

    /// <summary>A pixel of all images to panels.</summary>
    static void Arrange(float* maps, Plan plan, MapSizes sizes, int channels, int pixel, float* to)
    {
        for (int panel = 0; panel < PanelProduct.Panels(channels); panel++, to += (nint)plan.Rows * Width)
        {
            for (int image = 0; image < sizes.Images; image++)
            {
                float* from = maps + ((nint)image * plan.Pixels + pixel) * channels + panel * Width;
                for (int lane = 0; lane < Width; lane += Octet.Size)
                    Octet.Load(from + lane, channels - panel * Width - lane).Store(to + image * Width + lane);
            }
        }
    }

    /// <summary>Panels of every tap's weights, with zeros beyond the channels and filters.</summary>
    static void Arrange(Taps taps, Plan plan, MapSizes sizes, Range rows, Range columns, float* weights)
    {
        foreach (var (tap, rowPanel, columnPanel) in Blocks(rows, columns))
        {
            if (!plan.Uses(tap))
                continue;
            float* to = weights + plan.Block(tap, rowPanel, columnPanel, plan.InPanels);
            for (int row = rowPanel * Width; row < (rowPanel + 1) * Width; row++)
            {
                for (int lane = 0; lane < Width; lane += Octet.Size, to += Octet.Size)
                {
                    int column = columnPanel * Width + lane;
                    taps.Load(tap, row, column, row < sizes.Channels ? sizes.Filters - column : 0).Store(to);
                }
            }
        }
    }

    /// <summary>A panel of a pixel to the maps.</summary>
    static void Spread(float* points, Plan plan, MapSizes sizes, int panel, int pixel, float* bias, float* maps)
    {
        for (int lane = 0; lane < Width; lane += Octet.Size)
        {
            int filter = panel * Width + lane, left = sizes.Filters - filter;
            var start = bias is null ? default : Octet.Load(bias + filter, left);
            float* from = points + (nint)panel * plan.Rows * Width + lane;
            for (int image = 0; image < sizes.Images; image++, from += Width)
                Octet.Store(Vector256.Load(from) + start, maps + ((nint)image * plan.Pixels + pixel) * sizes.Filters + filter, left);
        }
    }

    /// <summary>Panels of every tap's gradient to where the weights lie: rows are filters, columns channels.</summary>
    static void Collect(float* weights, Plan plan, MapSizes sizes, Range rows, Range columns, Taps taps)
    {
        foreach (var (tap, rowPanel, columnPanel) in Blocks(rows, columns))
        {
            float* from = weights + plan.Block(tap, rowPanel, columnPanel, plan.OutPanels);
            for (int row = rowPanel * Width; row < Math.Min((rowPanel + 1) * Width, sizes.Filters); row++)
            {
                for (int lane = 0; lane < Width; lane += Octet.Size, from += Octet.Size)
                {
                    int column = columnPanel * Width + lane;
                    taps.Store(Vector256.Load(from), tap, row, column, sizes.Channels - column);
                }
            }
        }
    }

    // Tap by tap: of one tap, a strip of the weights lies in 16 runs.
    static IEnumerable<(int Tap, int RowPanel, int ColumnPanel)> Blocks(Range rows, Range columns)
    {
        for (int tap = 0; tap < Taps.Count; tap++)
        {
            for (int row = rows.Start.Value; row < rows.End.Value; row++)
            {
                for (int column = columns.Start.Value; column < columns.End.Value; column++)
                    yield return (tap, row, column);
            }
        }
    }
}
