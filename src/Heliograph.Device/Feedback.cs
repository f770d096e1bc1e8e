using System.Diagnostics;
using Heliograph.Channels;
using Heliograph.Links;

namespace Heliograph.Device;

/// <summary>What became of a frame about which the edge was asked.</summary>
/// <param name="Symbols">How many were sent in all.</param>
/// <param name="Bytes">Sent on the link, headers included.</param>
/// <param name="Answer">The last answer, or null if none came.</param>
readonly record struct Exchange(int Symbols, int Bytes, Answer? Answer);

/// <summary>Sends the first symbols of a frame, and more of them as long as the edge wishes for them. Without an answer the device goes on with its next frame.</summary>
/// <param name="link">To the edge.</param>
/// <param name="steps">Numbers of symbols that may be sent in all, ascending.</param>
/// <param name="confidence">The probability of the best class below which more symbols are wanted.</param>
/// <param name="patience">How long an answer is waited for.</param>
/// <param name="interrupt">Ends the waiting, and sends no more of the frame.</param>
sealed class Feedback(UdpFrameSender link, int[] steps, double confidence, TimeSpan patience, Interrupt interrupt)
{
    /// <summary>After so many questions in a row without an answer none is waited for, until one comes.</summary>
    public const int MostMissed = 3;

    // How soon an interrupt is noticed.
    static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(100);

    int missed;
    (FrameHeader Frame, Question Question)? asked;

    /// <summary>Whether the edge seems not to answer at all.</summary>
    public bool IsUnheard => missed >= MostMissed;

    /// <summary>The SNR that the edge's last answer reported; null if it reported none, or has not answered yet.</summary>
    public Snr? Reported { get; private set; }

    public Exchange Send(in FrameHeader header, ReadOnlySpan<float> symbols, Thumbnail? thumbnail)
    {
        if (IsUnheard && asked is { } before && link.Hear(before.Frame, before.Question, TimeSpan.Zero) is { } late)
            Learn(late);
        int sent = 0, bytes = 0, step = 0;
        Answer? answer = null;
        do
        {
            // Of the most symbols nothing more can be wanted.
            Question? question = step < steps.Length - 1 ? Question.New(confidence) : null;
            bytes += link.Send(header, symbols[..steps[step]], sent == 0 ? thumbnail : null, sent, question);
            sent = steps[step];
            if (question is null)
                break;
            answer = Hear(header, question.Value) ?? answer;
            while (step < steps.Length && steps[step] < answer?.Wish)
                step++;
            // A wish beyond what may be sent is granted as far as it may.
            step = Math.Min(step, steps.Length - 1);
        }
        while (steps[step] > sent && !interrupt.Requested);
        return new(sent, bytes, answer);
    }

    Answer? Hear(in FrameHeader header, in Question question)
    {
        asked = (header, question);
        if (IsUnheard)
            return null;
        var answer = Wait(header, question);
        if (answer is { } heard)
            Learn(heard);
        else
            missed++;
        return answer;
    }

    Answer? Wait(in FrameHeader header, in Question question)
    {
        long start = Stopwatch.GetTimestamp(), refused = link.Refused;
        // Where nobody listens nothing is waited for.
        for (var left = patience; left > TimeSpan.Zero && link.Refused == refused && !interrupt.Requested; left = patience - Stopwatch.GetElapsedTime(start))
        {
            if (link.Hear(header, question, left < Slice ? left : Slice) is { } answer)
                return answer;
        }
        return null;
    }

    void Learn(in Answer answer)
    {
        missed = 0;
        Reported = answer.SnrDb is { } decibels ? Snr.FromDecibels(decibels) : null;
    }
}
