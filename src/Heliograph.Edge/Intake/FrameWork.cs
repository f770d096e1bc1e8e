using System.Buffers;
using Heliograph.Channels;
using Heliograph.Codes;
using Heliograph.Edge.Devices;
using Heliograph.Edge.Pairs;
using Heliograph.Links;

namespace Heliograph.Edge.Intake;

/// <summary>The vector of one frame.</summary>
sealed class FrameWork : Work
{
    readonly Action<FrameWork, Exception?> done;

    /// <param name="frame">The frame.</param>
    /// <param name="pair">Its pair, in use until <see cref="Return"/>.</param>
    /// <param name="device">What is known of its device.</param>
    /// <param name="snr">The SNR at which an elastic pair decodes it.</param>
    /// <param name="via">The link by which it came.</param>
    /// <param name="done">Called when it is computed.</param>
    public FrameWork(Frame frame, EdgePair pair, DeviceRecord device, Snr snr, string via, Action<FrameWork, Exception?> done)
    {
        (Frame, Device, Via, this.done) = (frame, device, via, done);
        Pair = pair;
        Flow = new(via, frame.Authenticated || device.Standing >= Standing.Established ? device : Flow.NewDevices);
        Rows = 1;
        Input = frame.Symbols;
        if (pair.Modes is { } modes)
            modes.WriteEdgeInput(frame.Symbols, Mode, snr, Input = new float[pair.InputLength]);
        Output = ArrayPool<float>.Shared.Rent(pair.OutputLength);
    }

    public Frame Frame { get; }

    public DeviceRecord Device { get; }

    /// <summary>The frame's mode.</summary>
    public Mode Mode => FrameIntake.ModeOf(Frame.Header, Frame.Symbols.Length);

    /// <summary>The link by which it came.</summary>
    public string Via { get; }

    /// <summary>The logits or the embedding, once done and until <see cref="Return"/>.</summary>
    public ReadOnlySpan<float> Answer => Output.AsSpan(0, Pair.OutputLength);

    public override void Done(Exception? failure) => done(this, failure);

    public void Return()
    {
        ArrayPool<float>.Shared.Return(Output);
        Output = [];
        Pair.Release();
    }
}
