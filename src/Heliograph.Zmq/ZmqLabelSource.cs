using System.Text.Json;
using NetMQ;
using NetMQ.Sockets;

namespace Heliograph.Zmq;

/// <summary>Reads what a <see cref="ZmqLabelSink"/> tells, and finds the label of a frame by the pilot before it.</summary>
public sealed class ZmqLabelSource : IDisposable
{
    // More frames than are ever on their way through a radio.
    const int Remembered = 65_536;

    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    // Where no radio is between, a frame may overtake its label by a thread's turn; of a sender that has fallen silent nothing is waited for.
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50), Silence = TimeSpan.FromSeconds(1);

    readonly SubscriberSocket socket = new();
    readonly PartsWithoutEnd parts;
    readonly object changing = new();
    readonly (long Frame, int? Label)[] labels = new (long, int?)[Remembered];
    long stream = -1, newest = -1, told, refused, toldAt;

    /// <summary>Connects the socket.</summary>
    /// <param name="address">Where the other end is bound, such as <c>tcp://127.0.0.1:7358</c>.</param>
    /// <inheritdoc cref="ZmqSampleSource(string, ZmqPattern, SampleStream, Func{Links.Frame, bool}, ZmqSampleSourceOptions?)" path="/exception"/>
    public ZmqLabelSource(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        try
        {
            ZmqAddress.Bound(socket, longest: 1024, waiting: 1000);
            ZmqAddress.Connect(socket, address);
            socket.SubscribeToAnyTopic();
            parts = new(socket, address);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Messages taken.</summary>
    public long Told => Interlocked.Read(ref told);

    /// <summary>Messages that were none of a label.</summary>
    public long Refused => Interlocked.Read(ref refused);

    /// <summary>Reads until cancelled, on its own thread. Call it once.</summary>
    /// <param name="cancellation">Ends it; this is not an error.</param>
    public Task RunAsync(CancellationToken cancellation) =>
        Task.Factory.StartNew(() => Run(cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    void Run(CancellationToken cancellation)
    {
        var message = new Msg();
        message.InitEmpty();
        while (!cancellation.IsCancellationRequested)
        {
            if (parts.GivenUp(ref message))
                Interlocked.Increment(ref refused);
            else if (socket.TryReceive(ref message, Poll))
                Interlocked.Increment(ref Take(message.Slice().ToArray()) ? ref told : ref refused);
        }
        message.Close();
    }

    /// <summary>Takes a message; false when it is none.</summary>
    internal bool Take(byte[] message)
    {
        try
        {
            using var document = JsonDocument.Parse(message);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Whole(root, "stream") is not { } from || Whole(root, "frame") is not { } frame)
                return false;
            long? label = Whole(root, "label");
            if (label is > int.MaxValue)
                return false;
            lock (changing)
            {
                // A restarted sender counts from 0 again.
                if (from != stream)
                    Array.Fill(labels, (-1, null));
                (stream, newest) = (from, frame);
                labels[frame % Remembered] = (frame, (int?)label);
                toldAt = Environment.TickCount64;
                Monitor.PulseAll(changing);
            }
            return true;
        }
        // The latter is thrown for a name that is not Unicode.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The label of a frame, after a short wait if it is about to arrive; null if unknown.</summary>
    /// <param name="pilot">Number of the pilot before it, 0 to 15.</param>
    /// <param name="place">How many frames are between that pilot and it.</param>
    /// <param name="every">Frames between pilots.</param>
    internal int? Of(int pilot, int place, int every)
    {
        lock (changing)
        {
            if (newest < 0)
                return null;
            // The pilots' numbers repeat; of the possible frames, the one nearest to the last label is meant.
            long round = (long)Pilot.Numbers * every, within = (long)pilot * every + place;
            long frame = within + Math.Max(0, (long)Math.Round((newest - within) / (double)round)) * round;
            long end = Math.Min(Environment.TickCount64 + (long)Patience.TotalMilliseconds, toldAt + (long)Silence.TotalMilliseconds);
            for (long left; newest < frame && (left = end - Environment.TickCount64) > 0;)
                Monitor.Wait(changing, (int)left);
            var (known, label) = labels[frame % Remembered];
            return known == frame ? label : null;
        }
    }

    static long? Whole(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number is >= 0 and < 1L << 53 ? number : null;

    /// <summary>Closes the socket. End <see cref="RunAsync"/> first.</summary>
    public void Dispose() => socket.Dispose();
}
