using System.Net;

namespace Heliograph.Links;

/// <summary>A frame of which some datagrams have arrived.</summary>
sealed class FrameInAssembly
{
    readonly FrameHeader header;
    readonly bool hasThumbnail;
    readonly Question? question;
    readonly SocketAddress? source;
    readonly Frame? known;
    readonly float[] symbols;
    readonly Coverage samples;
    int arrived, erased;
    int width, height;
    byte[]? rgb;
    Coverage? pixels;

    /// <param name="first">Of the first of its datagrams.</param>
    /// <param name="device">Who sends it.</param>
    /// <param name="started">When that datagram arrived.</param>
    /// <param name="source">Where it came from; copied if it asks something.</param>
    /// <param name="known">What was delivered of the frame before, to which this adds symbols; else null.</param>
    public FrameInAssembly(in DatagramHeader first, DeviceState device, TimeSpan started, SocketAddress? source, Frame? known)
    {
        (Device, Started, this.known) = (device, started, known);
        (header, hasThumbnail, question) = (first.Frame, first.HasThumbnail, first.Question);
        symbols = new float[first.SymbolCount];
        known?.Symbols.CopyTo(symbols, 0);
        samples = new((first.SymbolCount - first.From + 1) / 2);
        if (question is null || source is null)
            return;
        this.source = new(source.Family, source.Size);
        source.Buffer.CopyTo(this.source.Buffer);
    }

    public DeviceState Device { get; }

    public TimeSpan Started { get; }

    /// <summary>The first symbol that is sent this time.</summary>
    public int From => known?.Symbols.Length ?? 0;

    /// <summary>Symbols that did not arrive this time, or damaged.</summary>
    public int NewlyErased => erased + symbols.Length - From - arrived;

    public ulong Sequence => header.Sequence;

    public bool HasSymbols => arrived > 0;

    public bool IsComplete => samples.Missing == 0 && (!hasThumbnail || pixels?.Missing == 0);

    public Refusal Add(in DatagramHeader part, ReadOnlySpan<byte> payload)
    {
        if (part.Frame != header || part.SymbolCount != symbols.Length || part.HasThumbnail != hasThumbnail || part.Question != question)
            return Refusal.Inconsistent;
        return part.IsThumbnail ? AddPixels(part, payload) : AddSymbols(part, payload);
    }

    Refusal AddSymbols(in DatagramHeader part, ReadOnlySpan<byte> payload)
    {
        Refusal refusal = samples.Add((part.Offset - From) / 2, (part.Count + 1) / 2);
        if (refusal != Refusal.None)
            return refusal;
        erased += FrameReader.ReadSymbols(part, payload, symbols.AsSpan(part.Offset, part.Count));
        arrived += part.Count;
        return Refusal.None;
    }

    Refusal AddPixels(in DatagramHeader part, ReadOnlySpan<byte> payload)
    {
        if (rgb is null)
        {
            (width, height) = (part.Width, part.Height);
            rgb = new byte[width * height * FrameFormat.RgbBytes];
            pixels = new Coverage(width * height);
        }
        else if (part.Width != width || part.Height != height)
        {
            return Refusal.Inconsistent;
        }
        Refusal refusal = pixels!.Add(part.Offset, part.Count);
        if (refusal == Refusal.None)
            payload.CopyTo(rgb.AsSpan(part.Offset * FrameFormat.RgbBytes));
        return refusal;
    }

    /// <summary>The frame as far as it has arrived; a thumbnail only if it is complete.</summary>
    public Frame Finish(bool authenticated) => Frame.Create(
        header, symbols, NewlyErased + (known?.Erased ?? 0), pixels?.Missing == 0 ? new Thumbnail(width, height, rgb!) : known?.Thumbnail, authenticated, known, question, source);
}
