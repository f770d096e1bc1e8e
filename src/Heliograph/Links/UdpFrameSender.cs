using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Heliograph.Links;

/// <summary>
/// Sends frames over UDP. An absent or returning server is not an error: what the network reports is counted and otherwise ignored.
/// Nothing is allocated by sending. Not thread-safe.
/// </summary>
public sealed class UdpFrameSender : IFrameSender
{
    const int Attempts = 3;

    readonly Socket socket;
    readonly FrameWriter writer;
    readonly byte[] datagram;
    SocketError last;

    /// <summary>Opens a socket that sends to a server.</summary>
    /// <param name="server">Where it listens.</param>
    /// <param name="writer">How frames are cut into datagrams; null for cf32 in datagrams of 1,400 bytes.</param>
    /// <exception cref="IOException">The address cannot be reached.</exception>
    public UdpFrameSender(IPEndPoint server, FrameWriter? writer = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        this.writer = writer ?? new();
        datagram = GC.AllocateUninitializedArray<byte>(this.writer.DatagramBytes, pinned: true);
        try
        {
            socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(server);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new IOException($"Cannot send to udp://{server}: {e.Message}.", e);
        }
    }

    /// <summary>Datagrams handed to the network.</summary>
    public long Sent { get; private set; }

    /// <summary>How often the network reported that nobody is listening at the server's address.</summary>
    public long Refused { get; private set; }

    /// <summary>Datagrams not sent because of other errors, such as a network that is down.</summary>
    public long Failed { get; private set; }

    /// <summary>Why the last datagram was not sent, if it is one of <see cref="Failed"/>; else null.</summary>
    internal string? Failure => last == SocketError.Success ? null : new SocketException((int)last).Message;

    /// <summary>Datagrams that arrived and were not the answer that was waited for: damaged, late, of another key, or invented.</summary>
    public long Ignored { get; private set; }

    /// <inheritdoc/>
    public int Send(in FrameHeader header, ReadOnlySpan<float> symbols, Thumbnail? thumbnail = null) => Send(header, symbols, thumbnail, 0, null);

    /// <summary>Sends the symbols of one image, or those that the edge does not have yet, with a question about it.</summary>
    /// <param name="header">The frame's header; it has a width.</param>
    /// <param name="symbols">B symbols.</param>
    /// <param name="thumbnail">A picture to go with them, or null.</param>
    /// <param name="from">The first symbol that is sent.</param>
    /// <param name="question">What is asked, or null.</param>
    /// <returns>Bytes sent, headers included.</returns>
    public int Send(in FrameHeader header, ReadOnlySpan<float> symbols, Thumbnail? thumbnail, int from, Question? question)
    {
        int bytes = 0;
        int count = writer.Count(symbols.Length - from, thumbnail, header.Width is not null);
        for (int i = 0; i < count; i++)
        {
            int length = writer.Write(header, symbols, thumbnail, i, datagram, from, question);
            if (Send(datagram.AsSpan(0, length)))
                bytes += length;
        }
        return bytes;
    }

    /// <summary>
    /// Waits for the answer to a question. The socket takes datagrams from the server's address alone; of these only the answer to this question counts, with the MAC of the device's
    /// key if there is one.
    /// </summary>
    /// <param name="header">The frame that was asked about.</param>
    /// <param name="question">What was asked.</param>
    /// <param name="patience">How long; whatever else arrives meanwhile does not prolong it. Zero only looks at what has arrived.</param>
    /// <returns>The answer, or null: it was lost, nobody listens, or the edge does not answer.</returns>
    public Answer? Hear(in FrameHeader header, in Question question, TimeSpan patience)
    {
        var key = writer.KeyOf(header.Device);
        long start = Stopwatch.GetTimestamp();
        for (var left = patience; socket.Poll(left > TimeSpan.Zero ? left : TimeSpan.Zero, SelectMode.SelectRead); left = patience - Stopwatch.GetElapsedTime(start))
        {
            int length = socket.Receive(datagram, SocketFlags.None, out SocketError error);
            if (error is SocketError.ConnectionRefused or SocketError.ConnectionReset)
            {
                Refused++;
                return null;
            }
            if (error == SocketError.Success && AnswerFormat.Read(datagram.AsSpan(0, length), key, out var answer) == Refusal.None && answer.IsTo(header, question))
                return answer;
            Ignored++;
            // A flood cannot hold the device up.
            if (left <= TimeSpan.Zero)
                return null;
        }
        return null;
    }

    bool Send(ReadOnlySpan<byte> content)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            socket.Send(content, SocketFlags.None, out SocketError error);
            switch (error)
            {
                case SocketError.Success:
                    last = error;
                    Sent++;
                    return true;
                case SocketError.ConnectionRefused or SocketError.ConnectionReset:
                    // The answer to an earlier datagram, reported instead of sending this one.
                    Refused++;
                    break;
                default:
                    last = error;
                    Failed++;
                    return false;
            }
        }
        return false;
    }

    /// <summary>
    /// Waits for the answer to the last datagram that the system hears where nobody listens: from this machine at once, from another only if it, and
    /// what lies between, tells. Silence says nothing: a frame that arrived is not answered.
    /// </summary>
    /// <param name="patience">How long; it returns as soon as there is an answer.</param>
    /// <returns>True when the last datagram was refused.</returns>
    public bool HearRefusal(TimeSpan patience)
    {
        socket.ReceiveTimeout = Math.Max(1, (int)patience.TotalMilliseconds);
        socket.Receive(datagram, SocketFlags.None, out SocketError error);
        if (error is not (SocketError.ConnectionRefused or SocketError.ConnectionReset))
            return false;
        Refused++;
        return true;
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => socket.Dispose();
}
