using static Heliograph.Training.Torch.TensorMemory;
using static TorchSharp.torch;

namespace Heliograph.Training.Optimisers;

/// <summary>The memory of a parameter, its gradient and its momentum, where all three are 32-bit floats on the processor in one order without gaps.</summary>
readonly unsafe struct DenseFloats
{
    DenseFloats(Tensor value, Tensor gradient, Tensor momentum)
    {
        Value = Pointer(value);
        Gradient = Pointer(gradient);
        Momentum = Pointer(momentum);
        Count = (nint)value.numel();
    }

    public float* Value { get; }

    public float* Gradient { get; }

    public float* Momentum { get; }

    public nint Count { get; }

    /// <summary>The memory, or null if it is not of that kind.</summary>
    public static DenseFloats? Of(Tensor value, Tensor gradient, Tensor momentum)
    {
        if (!IsFloat(value) || !IsFloat(gradient) || !IsFloat(momentum))
            return null;
        if (value.is_contiguous() && gradient.is_contiguous() && momentum.is_contiguous())
            return new(value, gradient, momentum);
        if (value.dim() != 4)
            return null;
        Tensor v = value.permute(0, 2, 3, 1), g = gradient.permute(0, 2, 3, 1), m = momentum.permute(0, 2, 3, 1);
        return v.is_contiguous() && g.is_contiguous() && m.is_contiguous() ? new(v, g, m) : null;
    }

    static bool IsFloat(Tensor tensor) => tensor.device_type == TorchSharp.DeviceType.CPU && tensor.dtype == ScalarType.Float32;
}
