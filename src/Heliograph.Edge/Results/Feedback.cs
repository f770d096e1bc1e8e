using Heliograph.Edge.Intake;
using Heliograph.Edge.Telemetry;
using Heliograph.Links;
using Heliograph.Pairs;

namespace Heliograph.Edge.Results;

/// <summary>Answers the devices that ask (docs/frame-format.md): the measured SNR, and, if the best class is not sure enough and more symbols can be expected to help, the wish for the next symbols of the frame.</summary>
/// <param name="send">Sends an answer: the frame, the wish, the SNR in dB, the confidence; gives whether it was sent.</param>
/// <param name="metrics">The counters.</param>
sealed class Feedback(Func<Frame, int, float?, float, bool> send, EdgeMetrics metrics)
{
    /// <summary>Answers if the frame asks.</summary>
    /// <param name="work">A computed frame.</param>
    /// <param name="confidence">The probability of the best class.</param>
    /// <param name="snrDb">At which the confidence is meant; null if unknown.</param>
    public void Answer(FrameWork work, float confidence, double? snrDb)
    {
        if (work.Frame.Question is not { } question)
            return;
        double? measured;
        lock (work.Device.Lock)
            measured = work.Device.Measured?.Db;
        int wish = Calibration.WantsMore(confidence, question.Confidence, work.Pair.Correctable(snrDb, work.Mode)) ? work.Pair.Modes?.Beyond(work.Frame.Symbols.Length) ?? 0 : 0;
        float? snr = measured is { } db ? (float)Math.Clamp(db, -FrameFormat.MaxSnrDb, FrameFormat.MaxSnrDb) : null;
        if (send(work.Frame, wish, snr, Math.Clamp(confidence, 0, 1)))
            metrics.Answer(wish > 0);
    }
}
