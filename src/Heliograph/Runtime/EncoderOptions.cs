namespace Heliograph.Runtime;

/// <summary>How an <see cref="Encoder"/> computes.</summary>
public sealed record EncoderOptions
{
    /// <summary>The vector width; null chooses the widest that the processor has.</summary>
    public EncoderPath? Path { get; init; }
}

/// <summary>The widths that the encoder's kernels exist in. All agree within 1e-4 of the largest output.</summary>
public enum EncoderPath
{
    /// <summary>One float at a time: any processor.</summary>
    Scalar,

    /// <summary>4 floats: ARM NEON, SSE.</summary>
    Vector128,

    /// <summary>8 floats: AVX2 with FMA.</summary>
    Vector256,

    /// <summary>16 floats: AVX-512.</summary>
    Vector512,
}
