using System.Runtime.InteropServices;
using Heliograph.Networks;
using Heliograph.Training.Data;
using static TorchSharp.torch;

namespace Heliograph.Training.Modules;

/// <summary>From arrays to tensors and back.</summary>
static class Tensors
{
    /// <summary>A batch's images as [N, C, H, W], laid out channels-last.</summary>
    public static Tensor Images(Batch batch, Shape shape, Device device)
    {
        using var nhwc = FromSpan<float>(batch.Pixels.AsSpan(0, batch.Count * shape.Elements), [batch.Count, shape.Height, shape.Width, shape.Channels], ScalarType.Float32);
        using var there = nhwc.to(device);
        return there.permute(0, 3, 1, 2);
    }

    /// <summary>A batch's labels as [N].</summary>
    public static Tensor Labels(Batch batch, Device device)
    {
        using var labels = FromSpan<long>(batch.Labels.AsSpan(0, batch.Count), [batch.Count], ScalarType.Int64);
        return labels.to(device);
    }

    /// <summary>The share of each class in a batch's mixed images as [N, classes].</summary>
    public static Tensor Shares(Batch batch, long classes, Device device)
    {
        var shares = new float[batch.Count * classes];
        for (int i = 0; i < batch.Count; i++)
        {
            shares[i * classes + batch.Labels[i]] += batch.Shares[i];
            shares[i * classes + batch.OtherLabels[i]] += 1 - batch.Shares[i];
        }
        return tensor(shares, [batch.Count, classes], device: device);
    }

    /// <summary>A copy of a tensor's values, row-major.</summary>
    public static float[] ToArray(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
    }

    /// <summary>A copy of the values as a tensor on the CPU.</summary>
    public static Tensor FromSpan<T>(ReadOnlySpan<T> values, long[] shape, ScalarType type) where T : unmanaged
    {
        var tensor = empty(shape, dtype: type);
        MemoryMarshal.AsBytes(values).CopyTo(tensor.bytes);
        return tensor;
    }
}
