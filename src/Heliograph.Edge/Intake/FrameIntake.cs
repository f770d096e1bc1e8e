using System.Numerics.Tensors;
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
            : header.SymbolCount != pair.Symbols ? Refusal.WrongLength
            : Refusal.None;
        if (refusal != Refusal.None && header is { Offset: 0, IsThumbnail: false })
            metrics.RefusedFrame(via, refusal == Refusal.UnknownPair ? UnknownPair : WrongLength);
        return refusal;
    }

    /// <summary>Accepts a frame; false if the queue was full.</summary>
    public bool Accept(Frame frame, string via)
    {
        if (!pairs.TryUse(frame.Pair, out var pair))
            return Refuse(UnknownPair);
        float power = TensorPrimitives.SumOfSquares<float>(frame.Symbols);
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
        var work = new FrameWork(frame, pair, record, via, results.Done);
        results.Expect();
        Admission admission;
        long lost = 0;
        // Together: the frame's result is not published before its device's record includes the frame.
        lock (record.Lock)
        {
            admission = batcher.Add(work);
            if (admission == Admission.Accepted)
                lost = record.Arrived(frame, pair.Name, power);
        }
        if (admission == Admission.Accepted)
            devices.Heard(record, frame.Authenticated);
        if (admission != Admission.Accepted)
        {
            work.Return();
            results.Expect(-1);
            return Refuse(admission == Admission.Full ? "queue-full" : "stopping");
        }
        metrics.Arrived(via, frame.Symbols.Length - frame.Erased, frame.Erased);
        if (lost > 0)
            metrics.Lost(lost);
        return true;

        bool Refuse(string reason)
        {
            metrics.RefusedFrame(via, reason);
            return false;
        }
    }

    const string UnknownPair = "unknown-pair", WrongLength = "wrong-length";

    static string? Fault(Frame frame, EdgePair pair, float power) =>
        frame.Symbols.Length != pair.Symbols ? WrongLength
        : !float.IsFinite(power) || frame.SenderSnrDb is { } said && !float.IsFinite(said) ? "not-finite"
        : null;
}
