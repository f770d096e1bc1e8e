namespace Heliograph.Training.Data;

/// <summary>Some images as the network takes them. The arrays are reused: they are valid until the next batch is requested.</summary>
public sealed class Batch
{
    internal Batch(int size, int elements)
    {
        // Pinned, so that a tensor can be made on the memory without a copy.
        Pixels = GC.AllocateUninitializedArray<float>(size * elements, pinned: true);
        Labels = GC.AllocateUninitializedArray<long>(size, pinned: true);
        OtherLabels = new long[size];
        Shares = new float[size];
    }

    /// <summary>Number of images; the arrays may be longer in the last batch of an epoch.</summary>
    public int Count { get; internal set; }

    /// <summary>Position of this batch in its epoch, from 0.</summary>
    public int Index { get; internal set; }

    /// <summary>Normalised values: N × height × width × channels (channels last), pinned.</summary>
    public float[] Pixels { get; }

    /// <summary>N class indices, pinned; where images are mixed, of the larger share.</summary>
    public long[] Labels { get; }

    /// <summary>Whether images are mixed: <see cref="OtherLabels"/> and <see cref="Shares"/> are set then.</summary>
    public bool IsMixed { get; internal set; }

    /// <summary>N class indices of what was mixed into each image; the image's own if nothing was.</summary>
    public long[] OtherLabels { get; }

    /// <summary>Share of <see cref="Labels"/> in each image, the rest is that of <see cref="OtherLabels"/>; 1 if nothing was mixed in.</summary>
    public float[] Shares { get; }
}
