using System.Numerics.Tensors;
using Heliograph.Channels;
using Heliograph.Codes;
using Heliograph.Edge.Devices;
using Heliograph.Edge.Options;
using Heliograph.Edge.Pairs;
using Heliograph.Edge.Telemetry;
using Heliograph.Links;

namespace Heliograph.Edge.Intake;

/// <summary>Puts the frames of all links into the one queue, or refuses and counts them. Never waits.</summary>
sealed class FrameIntake(EdgeOptions options, PairSet pairs, Batcher batcher, DeviceRecords devices, IFrameResults results, EdgeMetrics metrics)
{
    /// <summary>Decides whether a datagram's frame would be accepted, before anything of it is kept. A frame is counted as refused at its first datagram.</summary>
    public Refusal Admit(in DatagramHeader header, string via)
    {
        var refusal = !pairs.TryGet(header.Frame.Pair, out var pair) ? Refusal.UnknownPair
            : pair.Has(ModeOf(header.Frame, header.SymbolCount)) ? Refusal.None
            : pair.Modes is null && header.Frame.Width is null ? Refusal.WrongLength
            : Refusal.UnknownMode;
        if (refusal != Refusal.None && !header.IsThumbnail && header.Offset == header.From)
            metrics.RefusedFrame(via, refusal switch { Refusal.UnknownPair => UnknownPair, Refusal.WrongLength => WrongLength, _ => UnknownMode });
        return refusal;
    }

    /// <summary>The mode of a frame; one that names no width has the widest.</summary>
    public static Mode ModeOf(in FrameHeader header, int symbols) => new(header.Width ?? 0, symbols);

    /// <summary>Accepts a frame; false if the queue was full.</summary>
    public bool Accept(Frame frame, string via)
    {
        if (!pairs.TryUse(frame.Pair, out var pair))
            return Refuse(UnknownPair);
        float power = TensorPrimitives.SumOfSquares<float>(frame.Symbols.AsSpan(frame.Known));
        if (Fault(frame, pair, power) is { } fault)
        {
            pair.Release();
            return Refuse(fault);
        }
        var record = devices.Of(frame.Device);
        if (options.Rate is { } rate && !record.MaySend(rate))
        {
            pair.Release();
            return Refuse("rate");
        }
        var work = new FrameWork(frame, pair, record, SnrOf(frame, pair, record, power), via, results.Done);
        results.Expect();
        Admission admission;
        long lost = 0;
        // Together: the frame's result is not published before its device's record includes the frame.
        lock (record.Lock)
        {
            admission = batcher.Add(work);
            if (admission == Admission.Accepted)
                lost = record.Arrived(frame, pair.Name, power, pair.Symbols);
        }
        if (admission == Admission.Accepted)
            devices.Heard(record, frame.Authenticated);
        if (admission != Admission.Accepted)
        {
            work.Return();
            results.Expect(-1);
            return Refuse(admission == Admission.Full ? "queue-full" : "stopping");
        }
        int erased = frame.Erased - frame.KnownErased;
        metrics.Arrived(via, frame.Symbols.Length - frame.Known - erased, erased);
        if (lost > 0)
            metrics.Lost(lost);
        return true;

        bool Refuse(string reason)
        {
            metrics.RefusedFrame(via, reason);
            return false;
        }
    }

    const string UnknownPair = "unknown-pair", WrongLength = "wrong-length", UnknownMode = "unknown-mode";

    /// <summary>The SNR that an elastic pair's edge half is told; the middle of its range as long as none is known.</summary>
    static Snr SnrOf(Frame frame, EdgePair pair, DeviceRecord record, float power)
    {
        if (pair.Modes is not { } modes)
            return Snr.Infinite;
        lock (record.Lock)
            return Snr.FromDecibels(record.SnrOf(frame, pair.Name, power) ?? modes.SnrMiddleDb);
    }

    static string? Fault(Frame frame, EdgePair pair, float power) =>
        !pair.Has(ModeOf(frame.Header, frame.Symbols.Length)) ? pair.Modes is null ? WrongLength : UnknownMode
        : !float.IsFinite(power) || frame.SenderSnrDb is { } said && !float.IsFinite(said) ? "not-finite"
        : null;
}
