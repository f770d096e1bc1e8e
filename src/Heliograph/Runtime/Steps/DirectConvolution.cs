using Heliograph.Networks;
using Heliograph.Runtime.Lanes;

namespace Heliograph.Runtime.Steps;

/// <summary>
/// A convolution of any kernel, stride and padding as a product of matrices that gathers its rows from the map itself: four pixels of the
/// output are the rows, the taps are the segments.
/// </summary>
sealed unsafe class DirectConvolution<TLanes, TVector> : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    readonly FeatureMap input;
    readonly FeatureMap output;
    readonly Convolution layer;
    readonly Epilogue epilogue;
    readonly bool alone;
    readonly int groups;
    readonly int* rows;
    readonly int* targets;
    readonly int* starts;
    readonly int segmentCount;
    readonly int* segments;
    readonly int depth;
    readonly float* bias;
    readonly float* panels;

    public DirectConvolution(Arena weights, Arena buffers, FeatureMap input, FeatureMap output, Convolution layer, ReadOnlySpan<float> kernel,
        ReadOnlySpan<float> bias, Epilogue epilogue, bool alone)
    {
        (this.input, this.output, this.layer, this.epilogue, this.alone) = (input, output, layer, epilogue, alone);

        var (_, height, width) = output.Shape;
        groups = (height * width + Tile<TLanes, TVector>.Rows - 1) / Tile<TLanes, TVector>.Rows;
        rows = buffers.AllocateIntegers(groups * Tile<TLanes, TVector>.Rows);
        targets = buffers.AllocateIntegers(groups * Tile<TLanes, TVector>.Rows);
        for (int i = 0; i < groups * Tile<TLanes, TVector>.Rows; i++)
        {
            // The last group is padded with the last pixel, computed again and stored where nothing reads.
            int pixel = Math.Min(i, height * width - 1), y = pixel / width, x = pixel % width;
            rows[i] = (int)(input.At(y * layer.Stride - layer.Padding, x * layer.Stride - layer.Padding) - input.Origin);
            targets[i] = (int)((pixel == i ? output.At(y, x) : output.Spare) - output.Origin);
        }

        // Every row's sums begin with the bias.
        starts = buffers.AllocateIntegers(Tile<TLanes, TVector>.Rows);

        // If pixels have no gaps between them, a row of taps is one segment.
        int channels = input.Shape.Channels, size = layer.Kernel;
        int merged = input.Stride == channels ? size : 1;
        segmentCount = size * size / merged;
        depth = channels * merged;
        segments = buffers.AllocateIntegers(segmentCount);
        for (int s = 0; s < segmentCount; s++)
            segments[s] = (int)(input.At(s * merged / size, s * merged % size) - input.Origin);

        this.bias = weights.Allocate(output.Stride);
        bias.CopyTo(new Span<float>(this.bias, output.Stride));
        panels = weights.Allocate((long)size * size * channels * output.Stride);
        Pack(layer, channels, kernel);
    }

    /// <summary>From [filter][channel][tap] to panels of [tap][channel][filter of the panel].</summary>
    void Pack(Convolution layer, int channels, ReadOnlySpan<float> kernel)
    {
        int taps = layer.Kernel * layer.Kernel;
        float* to = panels;
        for (int first = 0, width; first < output.Stride; first += width)
        {
            width = Tile<TLanes, TVector>.PanelWidth((output.Stride - first) / TLanes.Count, alone) * TLanes.Count;
            for (int tap = 0; tap < taps; tap++)
                for (int channel = 0; channel < channels; channel++)
                    for (int filter = first; filter < first + width; filter++)
                        *to++ = filter < layer.Filters ? kernel[(filter * channels + channel) * taps + tap] : 0;
        }
    }

    public override string Description => $"{layer.Name} direct {input.Shape} → {output.Shape}";

    public override void Run()
    {
        var work = new TileWork
        {
            Groups = groups,
            A = input.Origin,
            Rows = rows,
            Segments = segments,
            SegmentCount = segmentCount,
            Depth = depth,
            Starts = starts,
            Epilogue = epilogue,
            Targets = targets,
        };
        float* panel = panels;
        for (int first = 0, width; first < output.Stride; first += width * TLanes.Count)
        {
            width = Tile<TLanes, TVector>.PanelWidth((output.Stride - first) / TLanes.Count, alone);
            work.B = work.Ahead = panel;
            work.Start = bias + first;
            work.C = output.Origin + first;
            Tile<TLanes, TVector>.Multiply(width, work);
            panel += (long)segmentCount * depth * width * TLanes.Count;
        }
    }
}
