using System.Runtime.InteropServices;
using Heliograph.Links;

namespace Heliograph.Zmq;

/// <summary>
/// Cuts a stream that has pilots: looks for one sample by sample, hands over the frames that follow, and looks again where the next is not at its
/// place. So a stream that is joined in its middle, or loses samples, is in step again with the next pilot.
/// </summary>
/// <param name="stream">What is on the stream; it has pilots.</param>
/// <param name="wholeFrames">Whether a message must hold whole frames.</param>
/// <param name="deliver">Receives a frame's symbols, how many of them were erased, and which frame it is: the number of the pilot before it and its position after that.</param>
sealed class PilotCutter(SampleStream stream, bool wholeFrames, Action<float[], int, (int Pilot, int Place)> deliver) : ISampleCutter
{
    readonly Pilot pilot = new(stream.Pair, stream.FrameBytes / SampleStream.SampleBytes);
    readonly List<float> values = [];
    int number, place;
    long searched;

    public StreamState State { get; private set; } = new(StreamStep.Searching);

    int FrameValues => stream.FrameBytes / sizeof(float);

    public string? Add(ReadOnlySpan<byte> message)
    {
        if (SampleCutter.Check(stream, wholeFrames, message.Length) is { } reason)
        {
            Clear();
            return reason;
        }
        values.AddRange(MemoryMarshal.Cast<byte, float>(message));
        int at = 0;
        while (State.Step == StreamStep.InStep ? Follow(ref at) : Search(ref at))
        {
        }
        values.RemoveRange(0, at);
        if (searched != State.Searched)
            State = State with { Searched = searched };
        return null;
    }

    public void Clear()
    {
        values.Clear();
        searched = 0;
        State = State with { Step = StreamStep.Searching, Searched = 0 };
    }

    /// <summary>Takes a frame or the pilot that is due; false when more samples are needed.</summary>
    bool Follow(ref int at)
    {
        var rest = CollectionsMarshal.AsSpan(values)[at..];
        if (place < stream.PilotEvery)
        {
            if (rest.Length < FrameValues)
                return false;
            var symbols = new float[stream.SymbolCount];
            int erased = FrameFormat.ReadFloats(MemoryMarshal.AsBytes(rest[..FrameValues]), symbols);
            deliver(symbols, erased, (number, place++));
            at += FrameValues;
            return true;
        }
        if (rest.Length < pilot.Compared)
            return false;
        int next = (number + 1) % Pilot.Numbers;
        if (pilot.Compare(next, rest) is var match && match.Correlation >= pilot.Kept)
            return Begin(next, match, rest.Length, ref at);
        searched = 0;
        State = State with { Step = StreamStep.Searching, Slips = State.Slips + 1, Searched = 0 };
        return true;
    }

    /// <summary>Looks for a pilot at the next sample; false when more samples are needed.</summary>
    bool Search(ref int at)
    {
        var rest = CollectionsMarshal.AsSpan(values)[at..];
        if (rest.Length < pilot.Compared)
            return false;
        if (pilot.Find(rest) is { } found)
            return Begin(found.Number, found.Match, rest.Length, ref at);
        searched++;
        at += 2;
        return true;
    }

    /// <summary>Passes over a pilot; false when it is not whole yet, and is looked at again when it is.</summary>
    bool Begin(int found, PilotMatch match, int available, ref int at)
    {
        int length = pilot.Frames * FrameValues;
        if (available < length)
            return false;
        (number, place, searched) = (found, 0, 0);
        at += length;
        State = State with
        {
            Step = StreamStep.InStep,
            Pilots = State.Pilots + 1,
            Searched = 0,
            Correlation = match.Correlation,
            Gain = match.Gain,
            PhaseDegrees = match.PhaseDegrees,
        };
        return true;
    }
}
