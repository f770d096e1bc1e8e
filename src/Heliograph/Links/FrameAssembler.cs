using System.Net;

namespace Heliograph.Links;

/// <summary>
/// Assembles frames from datagrams that may be lost, reordered, duplicated, replayed or invented. A frame is delivered when it is complete; what is
/// missing is erased to 0 once the frame has waited for <see cref="AssemblerOptions.Patience"/>, once the second newer frame of the device is
/// delivered, or when there are too many frames in assembly, those of new devices first. Each frame is delivered at most once within a window of 1,024 sequence
/// numbers, and again each time that symbols are added to it, if its device has asked about it and does so soon. Memory is bounded by the options, whatever arrives. Not thread-safe.
/// </summary>
public sealed class FrameAssembler
{
    readonly Func<Frame, bool> deliver;
    readonly AssemblerOptions options;
    readonly DeviceTable<DeviceState> devices;
    readonly List<FrameInAssembly> oldestFirst = [];
    readonly List<KeptFrame> kept = [];
    TimeSpan nextForgetting;

    /// <summary>Creates an assembler that knows no devices yet.</summary>
    /// <param name="deliver">Receives a frame and returns at once; false means that it has no room, which is counted. It must not call this assembler.</param>
    /// <param name="options">What is accepted; null for the defaults.</param>
    public FrameAssembler(Func<Frame, bool> deliver, AssemblerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(deliver);
        this.deliver = deliver;
        this.options = options ?? new();
        devices = new(this.options.MaxDevices);
        MaxSymbols = this.options.MaxSymbols;
    }

    /// <summary>The largest B that is accepted; initially that of the options. Any thread may change it.</summary>
    public int MaxSymbols { get; set; }

    /// <summary>The counters.</summary>
    public LinkCounters Counters { get; } = new();

    /// <summary>Frames that wait for datagrams.</summary>
    public int Assembling => oldestFirst.Count;

    /// <summary>Frames kept for more symbols.</summary>
    public int Kept => kept.Count;

    /// <summary>Number of devices remembered.</summary>
    public int Devices => devices.Count;

    /// <summary>Adds one datagram.</summary>
    /// <param name="datagram">What arrived; not kept.</param>
    /// <param name="now">The time on a clock that never goes back, counted from any moment.</param>
    /// <param name="source">Where it came from, for answers; not kept. Null if nobody answers.</param>
    /// <returns><see cref="Refusal.None"/>, or why it was refused.</returns>
    public Refusal Add(ReadOnlySpan<byte> datagram, TimeSpan now, SocketAddress? source = null)
    {
        Refusal refusal = FrameReader.Read(datagram, MaxSymbols, options.MaxThumbnailPixels, out DatagramHeader header, out var payload);
        if (refusal == Refusal.None)
            refusal = Admit(header, datagram);
        if (refusal == Refusal.None)
            refusal = Add(header, payload, now, source);
        Counters.Count(refusal);
        return refusal;
    }

    /// <summary>Delivers the frames that have waited long enough, and forgets devices that have fallen silent. Call it several times within the patience.</summary>
    /// <param name="now">The time on the clock of <see cref="Add(ReadOnlySpan{byte}, TimeSpan, SocketAddress?)"/>.</param>
    public void Advance(TimeSpan now)
    {
        while (oldestFirst.Count > 0 && now - oldestFirst[0].Started >= options.Patience)
            Release(oldestFirst[0], now);
        while (kept.Count > 0 && now - kept[0].Since >= options.Keeping)
            kept.RemoveAt(0);
        if (now < nextForgetting)
            return;
        nextForgetting = now + options.Memory / 8;
        foreach (DeviceState device in devices.Values.ToArray())
            if (device.Assembling.Count == 0 && now - device.LastHeard >= options.Memory)
                Forget(device);
    }

    /// <summary>Delivers every frame as far as it has arrived, when the link ends.</summary>
    public void Flush()
    {
        kept.Clear();
        while (oldestFirst.Count > 0)
            Release(oldestFirst[0], null);
    }

    /// <summary>Whether the datagram may be kept; otherwise nothing of it is.</summary>
    Refusal Admit(in DatagramHeader header, ReadOnlySpan<byte> datagram)
    {
        Refusal refusal = options.Admit?.Invoke(header) ?? Refusal.None;
        if (refusal != Refusal.None)
            return refusal;
        return KeyOf(header.Frame.Device) is { } key && !(header.HasMac && key.Signed(datagram)) ? Refusal.Unauthenticated : Refusal.None;
    }

    DeviceKey? KeyOf(ulong device) => options.Keys?.Invoke(device);

    Refusal Add(in DatagramHeader header, ReadOnlySpan<byte> payload, TimeSpan now, SocketAddress? source)
    {
        Frame? known = null;
        Refusal refusal = header.From > 0 ? FindKept(header, out DeviceState device, out known) : Find(header.Frame, now, out device);
        if (refusal != Refusal.None)
            return refusal;

        ulong sequence = header.Frame.Sequence;
        FrameInAssembly? frame = device.Assembling.Find(f => f.Sequence == sequence);
        bool isNew = frame is null;
        frame ??= new FrameInAssembly(header, device, now, source, known);
        refusal = frame.Add(header, payload);
        if (refusal != Refusal.None)
            return refusal;
        device.LastHeard = now;
        device.Note(header.Frame);
        if (isNew)
            Begin(frame, now);
        if (frame.IsComplete)
        {
            device.Standing = devices.Heard(device.Device, now, device.HasKey);
            Complete(frame, now);
        }
        return Refusal.None;
    }

    /// <summary>Finds what has been delivered of a frame that is sent again with more symbols, or refuses.</summary>
    Refusal FindKept(in DatagramHeader header, out DeviceState device, out Frame? known)
    {
        var frame = header.Frame;
        int from = header.From;
        var found = kept.Find(one => one.Frame.Device == frame.Device && one.Frame.Stream == frame.Stream && one.Frame.Sequence == frame.Sequence && one.Frame.Symbols.Length == from);
        (device, known) = (found?.Device!, found?.Frame);
        return known is null ? Refusal.NothingToRefine : known.Header != frame ? Refusal.Inconsistent : Refusal.None;
    }

    /// <summary>Finds the device and accepts a new stream from it, or refuses.</summary>
    Refusal Find(in FrameHeader header, TimeSpan now, out DeviceState device)
    {
        bool hasKey = KeyOf(header.Device) is not null;
        // What was sent before the device had a key does not count as the device's.
        if (devices.TryGet(header.Device, out var known) && known.HasKey != hasKey)
            Forget(known);
        if (devices.TryGet(header.Device, out device!))
        {
            if (header.Stream == device.Stream)
                return device.Window.Contains(header.Sequence) ? Refusal.Replayed : Refusal.None;
            if (header.SentMicroseconds <= device.NewestSent)
                return Refusal.OldStream;
            End(device);
        }
        else
        {
            device = new DeviceState(header.Device, hasKey);
            if (devices.Add(header.Device, device, now, out var forgotten))
                Forget(forgotten);
        }
        device.Begin(header.Stream);
        Counters.CountStream();
        return Refusal.None;
    }

    /// <summary>Delivers what has arrived of a device's frames and forgets the device.</summary>
    void Forget(DeviceState device)
    {
        End(device);
        devices.Remove(device.Device);
    }

    /// <summary>Delivers what has arrived of a device's frames; nothing more of them is taken.</summary>
    void End(DeviceState device)
    {
        while (device.Assembling.Count > 0)
            Release(device.Assembling[0], null);
        kept.RemoveAll(one => one.Device == device);
    }

    void Begin(FrameInAssembly frame, TimeSpan now)
    {
        frame.Device.Assembling.Add(frame);
        oldestFirst.Add(frame);
        if (frame.IsComplete)
            return;
        if (frame.Device.Assembling.Count > options.MaxFramesPerDevice)
            Release(frame.Device.Assembling[0], now);
        else if (oldestFirst.Count > options.MaxFrames)
            Release(oldestFirst.Find(waiting => waiting.Device.Standing < Standing.Established) ?? oldestFirst[0], now);
    }

    /// <summary>Delivers a complete frame, after those that it overtook by more than one.</summary>
    void Complete(FrameInAssembly frame, TimeSpan now)
    {
        bool Overtaken(FrameInAssembly other) => frame.Sequence > other.Sequence && frame.Sequence - other.Sequence > 1;
        while (frame.Device.Assembling.Find(Overtaken) is { } overtaken)
            Release(overtaken, now);
        Release(frame, now);
    }

    /// <summary>Delivers a frame; null for the time if its device is forgotten or begins again: nothing more of the frame is taken.</summary>
    void Release(FrameInAssembly assembled, TimeSpan? now)
    {
        assembled.Device.Assembling.Remove(assembled);
        oldestFirst.Remove(assembled);
        if (!assembled.HasSymbols)
            return;   // of the image itself nothing arrived
        if (assembled.From == 0)
            Counters.CountLost(assembled.Device.Window.Mark(assembled.Sequence));
        Frame frame = assembled.Finish(assembled.Device.HasKey);
        Keep(assembled.Device, frame, now);
        Counters.CountFrame(frame, assembled.NewlyErased, deliver(frame));
    }

    /// <summary>Keeps a frame about which its device has asked, in place of what was known of it; the oldest of the device, then of new devices, give way.</summary>
    void Keep(DeviceState device, Frame frame, TimeSpan? now)
    {
        kept.RemoveAll(one => one.Device == device && one.Frame.Sequence == frame.Sequence);
        if (frame.Question is null || now is not { } time || frame.Symbols.Length >= MaxSymbols || options.MaxKept < 1)
            return;
        if (kept.Count(one => one.Device == device) >= options.MaxKeptPerDevice)
            kept.RemoveAt(kept.FindIndex(one => one.Device == device));
        else if (kept.Count >= options.MaxKept)
            kept.RemoveAt(Math.Max(0, kept.FindIndex(one => one.Device.Standing < Standing.Established)));
        kept.Add(new(device, frame, time));
    }
}
