using System.Runtime.Intrinsics;

namespace Heliograph.Runtime;

/// <summary>What this processor can do.</summary>
static class EncoderPaths
{
    /// <summary>The widest vectors that the processor has.</summary>
    public static EncoderPath Best =>
        Vector512.IsHardwareAccelerated ? EncoderPath.Vector512
        : Vector256.IsHardwareAccelerated ? EncoderPath.Vector256
        : Vector128.IsHardwareAccelerated ? EncoderPath.Vector128
        : EncoderPath.Scalar;
}
