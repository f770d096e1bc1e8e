using Heliograph.Networks;
using Heliograph.Runtime.Lanes;

namespace Heliograph.Runtime.Steps;

/// <summary>
/// A convolution of a small map, tap by tap: each tap visits only the pixels for which it sees the map rather than its padding (of nine taps
/// on 2×2 pixels, four a pixel). The weights, which are far larger than the map, are read once; while one block of them multiplies, the next is prefetched.
/// </summary>
sealed unsafe class TapConvolution<TLanes, TVector> : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Channels in a block of weights: with a panel of 3 × 8 filters 12 KiB, so that it stays in the first-level cache for all pixels.</summary>
    const int BlockChannels = 128;

    readonly string name;
    readonly FeatureMap input;
    readonly FeatureMap output;
    readonly Epilogue epilogue;
    readonly bool alone;

    /// <summary>The pixels of one tap, in groups of four rows: addresses of the offsets at which they read and of those of the sums they add to.</summary>
    sealed record Tap(int Index, int Groups, nint Rows, nint Targets);

    readonly Tap[] taps;
    readonly int* segment;
    readonly float* bias;
    readonly float* panels;

    // [pixel][filter of the panel].
    float* sums;

    public TapConvolution(Arena weights, Arena buffers, FeatureMap input, FeatureMap output, Convolution layer, ReadOnlySpan<float> kernel,
        ReadOnlySpan<float> bias, Epilogue epilogue, bool alone)
    {
        name = layer.Name;
        (this.input, this.output, this.epilogue, this.alone) = (input, output, epilogue, alone);
        taps = [.. Enumerable.Range(0, layer.Kernel * layer.Kernel).Select(tap => MakeTap(buffers, layer, tap)).Where(tap => tap.Groups > 0)];
        segment = buffers.AllocateIntegers(1);
        this.bias = weights.Allocate(output.Stride);
        bias.CopyTo(new Span<float>(this.bias, output.Stride));
        panels = weights.Allocate((long)taps.Length * input.Shape.Channels * output.Stride);
        Pack(layer, kernel);
    }

    public override string Description => $"{name} taps {input.Shape} → {output.Shape}";

    public override long ScratchFloats => (long)output.Shape.Height * output.Shape.Width * Tile<TLanes, TVector>.Widest * TLanes.Count;

    public override void Bind(float* scratch) => sums = scratch;

    Tap MakeTap(Arena buffers, Convolution layer, int tap)
    {
        var (_, height, width) = output.Shape;
        List<int> from = [], to = [];
        for (int pixel = 0; pixel < height * width; pixel++)
        {
            int y = pixel / width * layer.Stride - layer.Padding + tap / layer.Kernel, x = pixel % width * layer.Stride - layer.Padding + tap % layer.Kernel;
            if (y < 0 || y >= input.Shape.Height || x < 0 || x >= input.Shape.Width)
                continue;
            from.Add((int)(input.At(y, x) - input.Origin));
            to.Add(pixel * Tile<TLanes, TVector>.Widest * TLanes.Count);
        }
        // The last group is padded with its last pixel: the padded rows compute the same sum and store it in the same place.
        while (from.Count % Tile<TLanes, TVector>.Rows > 0)
        {
            from.Add(from[^1]);
            to.Add(to[^1]);
        }
        int* rows = buffers.AllocateIntegers(from.Count), targets = buffers.AllocateIntegers(from.Count);
        for (int i = 0; i < from.Count; i++)
            (rows[i], targets[i]) = (from[i], to[i]);
        return new(tap, from.Count / Tile<TLanes, TVector>.Rows, (nint)rows, (nint)targets);
    }

    /// <summary>From [filter][channel][tap] to panels of [block of channels][tap][channel][filter of the panel].</summary>
    void Pack(Convolution layer, ReadOnlySpan<float> kernel)
    {
        int channels = input.Shape.Channels, size = layer.Kernel * layer.Kernel;
        float* to = panels;
        for (int first = 0, width; first < output.Stride; first += width)
        {
            width = Tile<TLanes, TVector>.PanelWidth((output.Stride - first) / TLanes.Count, alone) * TLanes.Count;
            for (int block = 0; block < channels; block += BlockChannels)
                foreach (var tap in taps)
                    for (int channel = block; channel < Math.Min(block + BlockChannels, channels); channel++)
                        for (int filter = first; filter < first + width; filter++)
                            *to++ = filter < layer.Filters ? kernel[(filter * channels + channel) * size + tap.Index] : 0;
        }
    }

    public override void Run()
    {
        // Made once: there are hundreds of products, some of one group alone.
        var work = new TileWork
        {
            Segments = segment,
            SegmentCount = 1,
            Start = sums,
            StartsStep = Tile<TLanes, TVector>.Rows,
            Epilogue = Epilogue.None,
            C = sums,
            B = panels,
        };
        for (int first = 0, width; first < output.Stride; first += width * TLanes.Count)
        {
            width = Tile<TLanes, TVector>.PanelWidth((output.Stride - first) / TLanes.Count, alone);
            Begin(first, width);
            for (int block = 0; block < input.Shape.Channels; block += BlockChannels)
            {
                work.A = input.Origin + block;
                work.Depth = Math.Min(BlockChannels, input.Shape.Channels - block);
                work.AheadStep = work.Depth * 8;
                foreach (var tap in taps)
                {
                    work.Groups = tap.Groups;
                    work.Rows = (int*)tap.Rows;
                    work.Starts = work.Targets = (int*)tap.Targets;
                    work.Ahead = work.B + work.Depth * width * TLanes.Count;
                    Tile<TLanes, TVector>.Multiply(width, work);
                    work.B = work.Ahead;
                }
            }
            End(first, width);
        }
    }

    void Begin(int first, int width)
    {
        for (int pixel = 0; pixel < output.Shape.Height * output.Shape.Width; pixel++)
            for (int v = 0; v < width; v++)
                TLanes.Store(TLanes.Load(bias + first + v * TLanes.Count), sums + (pixel * Tile<TLanes, TVector>.Widest + v) * TLanes.Count);
    }

    void End(int first, int width)
    {
        var finish = new Finish<TLanes, TVector>(epilogue);
        for (int pixel = 0; pixel < output.Shape.Height * output.Shape.Width; pixel++)
        {
            float* to = output.At(pixel / output.Shape.Width, pixel % output.Shape.Width) + first;
            for (int v = 0; v < width; v++)
                finish.Put(TLanes.Load(sums + (pixel * Tile<TLanes, TVector>.Widest + v) * TLanes.Count), to + v * TLanes.Count);
        }
    }
}
