namespace Heliograph.Links;

/// <summary>A frame of which some datagrams have arrived.</summary>
sealed class FrameInAssembly(in DatagramHeader first, DeviceState device, TimeSpan started)
{
    readonly FrameHeader header = first.Frame;
    readonly bool hasThumbnail = first.HasThumbnail;
    readonly float[] symbols = new float[first.SymbolCount];
    readonly Coverage samples = new((first.SymbolCount + 1) / 2);
    int arrived, erased;
    int width, height;
    byte[]? rgb;
    Coverage? pixels;

    public DeviceState Device { get; } = device;

    public TimeSpan Started { get; } = started;

    public ulong Sequence => header.Sequence;

    public bool HasSymbols => arrived > 0;

    public bool IsComplete => samples.Missing == 0 && (!hasThumbnail || pixels?.Missing == 0);

    public Refusal Add(in DatagramHeader part, ReadOnlySpan<byte> payload)
    {
        if (part.Frame != header || part.SymbolCount != symbols.Length || part.HasThumbnail != hasThumbnail)
            return Refusal.Inconsistent;
        return part.IsThumbnail ? AddPixels(part, payload) : AddSymbols(part, payload);
    }

    Refusal AddSymbols(in DatagramHeader part, ReadOnlySpan<byte> payload)
    {
        Refusal refusal = samples.Add(part.Offset / 2, (part.Count + 1) / 2);
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
        header, symbols, erased + symbols.Length - arrived, pixels?.Missing == 0 ? new Thumbnail(width, height, rgb!) : null, authenticated);
}
