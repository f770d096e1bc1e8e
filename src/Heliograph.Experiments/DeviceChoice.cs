namespace Heliograph.Experiments;

/// <summary>Where training computes.</summary>
public enum DeviceChoice
{
    /// <summary>The first CUDA device if there is one, else the CPU.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>The first CUDA device.</summary>
    Cuda,
}
