namespace Heliograph.Links;

/// <summary>Sends recorded frames again.</summary>
public static class Replay
{
    const double LongestPause = 10e6;

    /// <summary>
    /// Sends the frames as a new stream for each device in them, stamped with the current time so that a server accepts them;
    /// symbols that were erased are sent as 0.
    /// </summary>
    /// <param name="frames">The frames, for example from <see cref="SigmfReader.Frames"/>.</param>
    /// <param name="sender">Where they go.</param>
    /// <param name="speed">1 keeps the pauses between the frames, up to 10 s, 2 halves them; infinity sends without pauses.</param>
    /// <param name="clock">The clock for the pauses and the frames' time stamps.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>How many frames were sent.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The speed is below 0.001.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static async Task<long> RunAsync(IEnumerable<Frame> frames, IFrameSender sender, double speed, TimeProvider clock, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(sender);
        ArgumentNullException.ThrowIfNull(clock);
        if (!(speed >= 1e-3))
            throw new ArgumentOutOfRangeException(nameof(speed), speed, "The speed of a replay must be at least 0.001.");
        var stampers = new Dictionary<ulong, FrameStamper>();
        long start = clock.GetTimestamp(), sent = 0;
        TimeSpan due = default;
        long? last = null;
        foreach (Frame frame in frames)
        {
            cancellation.ThrowIfCancellationRequested();
            double pause = Math.Clamp(frame.SentMicroseconds - (double)(last ?? frame.SentMicroseconds), 0, LongestPause);
            due += TimeSpan.FromMicroseconds(pause / speed);
            last = frame.SentMicroseconds;
            TimeSpan wait = due - clock.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, clock, cancellation).ConfigureAwait(false);
            if (!stampers.TryGetValue(frame.Device, out FrameStamper? stamper))
                stampers.Add(frame.Device, stamper = new FrameStamper(frame.Device, clock));
            sender.Send(stamper.Next(frame.Pair, frame.SenderSnrDb, frame.Label, frame.Width), frame.Symbols, frame.Thumbnail);
            sent++;
        }
        return sent;
    }
}
