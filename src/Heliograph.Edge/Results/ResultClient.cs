using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Heliograph.Edge.Options;
using Heliograph.Edge.Telemetry;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Heliograph.Edge.Results;

/// <summary>One client of the event stream: a buffer that drops its oldest events, and the connection to which it is written.</summary>
sealed class ResultClient
{
    // So that a lost client is noticed, and proxies keep the connection.
    static readonly TimeSpan LongestBeat = TimeSpan.FromSeconds(15);
    static readonly ReadOnlyMemory<byte> Opening = "retry: 1000\n\n"u8.ToArray(), KeepAlive = ": still here\n\n"u8.ToArray();

    // The system would buffer megabytes for a client that does not read before this could be noticed.
    const int SendBufferBytes = 64 << 10;

    // Linux's constant: data that are not acknowledged for that long end the connection.
    const int TcpProtocol = 6, TcpUserTimeout = 18;

    readonly HttpContext context;
    readonly Channel<byte[]> events;
    readonly TimeSpan timeout, beat;
    readonly TimeProvider clock;
    readonly long opened;

    public ResultClient(HttpContext context, EdgeOptions options, EdgeMetrics metrics)
    {
        this.context = context;
        Address = context.Connection.RemoteIpAddress is { } remote ? remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote : IPAddress.None;
        clock = options.Clock;
        opened = clock.GetTimestamp();
        timeout = options.ResultTimeout;
        beat = timeout / 2 < LongestBeat ? timeout / 2 : LongestBeat;
        events = Channel.CreateBounded<byte[]>(
            new BoundedChannelOptions(options.ResultBuffer) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => metrics.DroppedEvent());
    }

    /// <summary>Where it is.</summary>
    public IPAddress Address { get; }

    /// <summary>How long it has been there.</summary>
    public TimeSpan Age => clock.GetElapsedTime(opened);

    /// <summary>Queues an event; never waits.</summary>
    public void Add(byte[] data) => events.Writer.TryWrite(data);

    /// <summary>Ends its stream after the events that it still has.</summary>
    public void End() => events.Writer.TryComplete();

    /// <summary>Sends the headers, even to clients that request nothing more.</summary>
    public static void WriteHead(HttpResponse response)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
    }

    /// <summary>Sends its events until it leaves, reads nothing for too long, or its stream is ended.</summary>
    public async Task Serve()
    {
        try
        {
            Limit(context.Features.Get<IConnectionSocketFeature>()?.Socket);
            WriteHead(context.Response);
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await Send(Opening);
            while (await Next())
            {
                while (events.Reader.TryRead(out byte[]? data))
                    await Send(data);
            }
        }
        catch (OperationCanceledException)
        {
            // The client is gone, or read nothing for too long: nothing more can be sent to it.
            context.Abort();
        }
    }

    /// <summary>Waits for events, and sends signs of life meanwhile; false when there will be no more.</summary>
    async ValueTask<bool> Next()
    {
        while (true)
        {
            using var passed = new CancellationTokenSource(beat, clock);
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, passed.Token);
            try
            {
                return await events.Reader.WaitToReadAsync(pause.Token);
            }
            catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
            {
                await Send(KeepAlive);
            }
        }
    }

    async ValueTask Send(ReadOnlyMemory<byte> data)
    {
        using var passed = new CancellationTokenSource(timeout, clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, passed.Token);
        await context.Response.Body.WriteAsync(data, patience.Token);
        await context.Response.Body.FlushAsync(patience.Token);
    }

    void Limit(Socket? socket)
    {
        if (socket is null)
            return;
        try
        {
            socket.SendBufferSize = SendBufferBytes;
            if (OperatingSystem.IsLinux())
                socket.SetRawSocketOption(TcpProtocol, TcpUserTimeout, BitConverter.GetBytes((int)timeout.TotalMilliseconds));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection is already closed, or has no such option.
        }
    }
}
