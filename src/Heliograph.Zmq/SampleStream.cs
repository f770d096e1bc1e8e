using Heliograph.Pairs;

namespace Heliograph.Zmq;

/// <summary>What both ends of a bare stream of samples must agree on, since the stream does not describe itself.</summary>
/// <param name="Pair">The pair whose symbols are on the stream.</param>
/// <param name="SymbolCount">B: an image takes ⌈B/2⌉ complex samples, with an odd B the last Q is 0.</param>
/// <param name="PilotEvery">How many frames follow each pilot, known symbols by which the reader stays in step; 0 for a stream without pilots.</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1711", Justification = "A stream of samples, not of bytes.")]
public sealed record SampleStream(PairId Pair, int SymbolCount, int PilotEvery = 0)
{
    /// <summary>The default number of frames between pilots.</summary>
    public const int DefaultPilotEvery = 64;

    const int MostPilotEvery = 65_536;

    /// <summary>Bytes of a complex sample: two 32-bit floats, I and Q.</summary>
    public const int SampleBytes = 8;

    /// <summary>The greatest B: what a frame has at most by default (<see cref="Links.AssemblerOptions.MaxSymbols"/>).</summary>
    public const int MaximumSymbols = 65_536;

    /// <summary>B, from 1 to <see cref="MaximumSymbols"/>.</summary>
    /// <exception cref="UsageException">It is out of that range.</exception>
    public int SymbolCount { get; } = SymbolCount is >= 1 and <= MaximumSymbols ? SymbolCount
        : throw new UsageException($"a stream of samples carries 1 to {MaximumSymbols} symbols an image, not {SymbolCount}");

    /// <summary>Frames between pilots, 0 to 65,536.</summary>
    /// <exception cref="UsageException">It is out of that range.</exception>
    public int PilotEvery { get; } = PilotEvery is >= 0 and <= MostPilotEvery ? PilotEvery
        : throw new UsageException($"there must be 1 to {MostPilotEvery} frames between pilots, or 0 for no pilots, not {PilotEvery}");

    /// <summary>Bytes of one image's samples.</summary>
    public int FrameBytes => (SymbolCount + 1) / 2 * SampleBytes;
}
