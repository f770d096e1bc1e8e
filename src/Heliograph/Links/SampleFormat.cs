namespace Heliograph.Links;

/// <summary>How a datagram stores symbols: as complex samples, two symbols each.</summary>
public enum SampleFormat
{
    /// <summary>Two 32-bit floats a sample, little-endian: exact.</summary>
    Cf32 = 1,

    /// <summary>Two 16-bit integers a sample, little-endian, times the datagram's scale: half the bytes, error at most half the scale.</summary>
    Ci16 = 2,
}
