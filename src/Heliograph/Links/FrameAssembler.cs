namespace Heliograph.Links;

/// <summary>
/// Assembles frames from datagrams that may be lost, reordered, duplicated, replayed or invented. A frame is delivered when it is complete; what is
/// missing is erased to 0 once the frame has waited for <see cref="AssemblerOptions.Patience"/>, once the second newer frame of the device is
/// delivered, or when there are too many frames in assembly, those of new devices first. Each frame is delivered at most once within a window of 1,024 sequence
/// numbers. Memory is bounded by the options, whatever arrives. Not thread-safe.
/// </summary>
public sealed class FrameAssembler
{
    readonly Func<Frame, bool> deliver;
    readonly AssemblerOptions options;
    readonly DeviceTable<DeviceState> devices;
    readonly List<FrameInAssembly> oldestFirst = [];
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

    /// <summary>Number of devices remembered.</summary>
    public int Devices => devices.Count;

    /// <summary>Adds one datagram.</summary>
    /// <param name="datagram">What arrived; not kept.</param>
    /// <param name="now">The time on a clock that never goes back, counted from any moment.</param>
    /// <returns><see cref="Refusal.None"/>, or why it was refused.</returns>
    public Refusal Add(ReadOnlySpan<byte> datagram, TimeSpan now)
    {
        Refusal refusal = FrameReader.Read(datagram, MaxSymbols, options.MaxThumbnailPixels, out DatagramHeader header, out var payload);
        if (refusal == Refusal.None)
            refusal = Admit(header, datagram);
        if (refusal == Refusal.None)
            refusal = Add(header, payload, now);
        Counters.Count(refusal);
        return refusal;
    }

    /// <summary>Delivers the frames that have waited long enough, and forgets devices that have fallen silent. Call it several times within the patience.</summary>
    /// <param name="now">The time on the clock of <see cref="Add(ReadOnlySpan{byte}, TimeSpan)"/>.</param>
    public void Advance(TimeSpan now)
    {
        while (oldestFirst.Count > 0 && now - oldestFirst[0].Started >= options.Patience)
            Release(oldestFirst[0]);
        if (now < nextForgetting)
            return;
        nextForgetting = now + options.Memory / 8;
        foreach (DeviceState device in devices.Values.ToArray())
            if (device.Assembling.Count == 0 && now - device.LastHeard >= options.Memory)
                devices.Remove(device.Device);
    }

    /// <summary>Delivers every frame as far as it has arrived, when the link ends.</summary>
    public void Flush()
    {
        while (oldestFirst.Count > 0)
            Release(oldestFirst[0]);
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

    Refusal Add(in DatagramHeader header, ReadOnlySpan<byte> payload, TimeSpan now)
    {
        Refusal refusal = Find(header.Frame, now, out DeviceState device);
        if (refusal != Refusal.None)
            return refusal;

        ulong sequence = header.Frame.Sequence;
        FrameInAssembly? frame = device.Assembling.Find(f => f.Sequence == sequence);
        bool isNew = frame is null;
        frame ??= new FrameInAssembly(header, device, now);
        refusal = frame.Add(header, payload);
        if (refusal != Refusal.None)
            return refusal;
        device.LastHeard = now;
        device.Note(header.Frame);
        if (isNew)
            Keep(frame);
        if (frame.IsComplete)
        {
            device.Standing = devices.Heard(device.Device, now, device.HasKey);
            Complete(frame);
        }
        return Refusal.None;
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
            while (device.Assembling.Count > 0)
                Release(device.Assembling[0]);
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
        while (device.Assembling.Count > 0)
            Release(device.Assembling[0]);
        devices.Remove(device.Device);
    }

    void Keep(FrameInAssembly frame)
    {
        frame.Device.Assembling.Add(frame);
        oldestFirst.Add(frame);
        if (frame.IsComplete)
            return;
        if (frame.Device.Assembling.Count > options.MaxFramesPerDevice)
            Release(frame.Device.Assembling[0]);
        else if (oldestFirst.Count > options.MaxFrames)
            Release(oldestFirst.Find(waiting => waiting.Device.Standing < Standing.Established) ?? oldestFirst[0]);
    }

    /// <summary>Delivers a complete frame, after those that it overtook by more than one.</summary>
    void Complete(FrameInAssembly frame)
    {
        bool Overtaken(FrameInAssembly other) => frame.Sequence > other.Sequence && frame.Sequence - other.Sequence > 1;
        while (frame.Device.Assembling.Find(Overtaken) is { } overtaken)
            Release(overtaken);
        Release(frame);
    }

    void Release(FrameInAssembly assembled)
    {
        assembled.Device.Assembling.Remove(assembled);
        oldestFirst.Remove(assembled);
        if (!assembled.HasSymbols)
            return;   // of the image itself nothing arrived
        Counters.CountLost(assembled.Device.Window.Mark(assembled.Sequence));
        Frame frame = assembled.Finish(assembled.Device.HasKey);
        Counters.CountFrame(frame, deliver(frame));
    }
}
