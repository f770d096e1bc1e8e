using System.Net;
using Heliograph.Pairs;

namespace Heliograph.Links;

/// <summary>The symbols of one image as they arrived, and what the sender said about them.</summary>
public sealed class Frame
{
    /// <summary>The pair whose device half made the symbols.</summary>
    public required PairId Pair { get; init; }

    /// <summary>Who sent them.</summary>
    public required ulong Device { get; init; }

    /// <summary>Identifies one start of the sender.</summary>
    public required uint Stream { get; init; }

    /// <summary>Counts the frames of a stream, from 0.</summary>
    public required ulong Sequence { get; init; }

    /// <summary>When it was sent: Unix time in microseconds (UTC, the sender's clock).</summary>
    public required long SentMicroseconds { get; init; }

    /// <summary>B symbols; those that never arrived, or arrived damaged, are 0.</summary>
    public required float[] Symbols { get; init; }

    /// <summary>How many of the symbols were erased to 0. Estimates of power average over the other B − Erased.</summary>
    public int Erased { get; init; }

    /// <summary>The SNR in dB (docs/snr.md) of noise that the sender added itself; null if it added none.</summary>
    public float? SenderSnrDb { get; init; }

    /// <summary>The true class if the sender knows it, else null.</summary>
    public int? Label { get; init; }

    /// <summary>The picture that the sender attached, if all of it arrived, else null.</summary>
    public Thumbnail? Thumbnail { get; init; }

    /// <summary>Number of the device half's width in the pair's modes; null for a pair with one mode.</summary>
    public byte? Width { get; init; }

    /// <summary>How many of the symbols an earlier delivery of the same frame already had; 0 the first time.</summary>
    public int Known { get; init; }

    /// <summary>How many of the known symbols were erased.</summary>
    public int KnownErased { get; init; }

    /// <summary>What the device asks, or null.</summary>
    public Question? Question { get; init; }

    /// <summary>Where the question came from, and the answer goes to.</summary>
    internal SocketAddress? Source { get; init; }

    /// <summary>Whether every datagram of it had the MAC of the device's key.</summary>
    public bool Authenticated { get; init; }

    /// <summary>The header: everything known about the symbols.</summary>
    public FrameHeader Header => new(Pair, Device, Stream, Sequence, SentMicroseconds, SenderSnrDb, Label, Width);

    /// <summary>Combines a header and symbols. The frame keeps the array.</summary>
    public static Frame Create(in FrameHeader header, float[] symbols, int erased = 0, Thumbnail? thumbnail = null, bool authenticated = false) =>
        Create(header, symbols, erased, thumbnail, authenticated, known: null, question: null, source: null);

    internal static Frame Create(
        in FrameHeader header, float[] symbols, int erased, Thumbnail? thumbnail, bool authenticated, Frame? known, Question? question, SocketAddress? source) => new()
        {
            Pair = header.Pair,
            Device = header.Device,
            Stream = header.Stream,
            Sequence = header.Sequence,
            SentMicroseconds = header.SentMicroseconds,
            SenderSnrDb = header.SenderSnrDb,
            Label = header.Label,
            Width = header.Width,
            Symbols = symbols,
            Erased = erased,
            Thumbnail = thumbnail,
            Authenticated = authenticated,
            Known = known?.Symbols.Length ?? 0,
            KnownErased = known?.Erased ?? 0,
            Question = question,
            Source = source,
        };
}
