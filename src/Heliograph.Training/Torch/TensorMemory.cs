using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Heliograph.Training.Torch;

/// <summary>Where the values of tensors lie. The memory is libtorch's: it does not move, and lives as long as the tensor.</summary>
static unsafe class TensorMemory
{
    /// <summary>The first value of a contiguous 32-bit tensor on the processor.</summary>
    public static float* Pointer(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
