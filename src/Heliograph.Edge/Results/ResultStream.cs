using System.Threading.Channels;
using Heliograph.Edge.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Heliograph.Edge.Results;

/// <summary>
/// Results as server-sent events. Every client has a buffer of its own in which the oldest events give way; one that takes nothing for too long
/// is dropped. Whoever publishes never waits.
/// </summary>
sealed class ResultStream(EdgeOptions options, EdgeMetrics metrics)
{
    // So that a client that is gone is found, and proxies keep the connection.
    static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);
    static readonly ReadOnlyMemory<byte> Opening = "retry: 1000\n\n"u8.ToArray(), KeepAlive = ": still here\n\n"u8.ToArray();

    readonly Lock changing = new();
    volatile Channel<byte[]>[] clients = [];
    bool ended;

    /// <summary>Clients that listen.</summary>
    public int Count => clients.Length;

    /// <summary>Gives an event to every client.</summary>
    /// <param name="data">The event: <c>data: …</c> and an empty line.</param>
    public void Publish(byte[] data)
    {
        foreach (var client in clients)
            client.Writer.TryWrite(data);
    }

    /// <summary>Ends every client's stream after the events that it still has.</summary>
    public void End()
    {
        lock (changing)
        {
            ended = true;
            foreach (var client in clients)
                client.Writer.TryComplete();
        }
    }

    /// <summary>Serves one client until it goes, takes nothing for too long, or the server stops; false when there are too many.</summary>
    public async Task<bool> Serve(HttpContext context)
    {
        var events = Channel.CreateBounded<byte[]>(
            new BoundedChannelOptions(options.ResultBuffer) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => metrics.DroppedEvent());
        if (!Join(events))
            return false;
        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-store";
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await Send(context, Opening);
            while (true)
            {
                using var beat = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
                beat.CancelAfter(Beat);
                try
                {
                    if (!await events.Reader.WaitToReadAsync(beat.Token))
                        return true;
                }
                catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
                {
                    await Send(context, KeepAlive);
                    continue;
                }
                while (events.Reader.TryRead(out byte[]? data))
                    await Send(context, data);
            }
        }
        catch (OperationCanceledException)
        {
            // The client is gone, or took nothing for too long: nothing more can be said to it.
            context.Abort();
            return true;
        }
        finally
        {
            Leave(events);
        }
    }

    async ValueTask Send(HttpContext context, ReadOnlyMemory<byte> data)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(options.ResultTimeout);
        await context.Response.Body.WriteAsync(data, patience.Token);
        await context.Response.Body.FlushAsync(patience.Token);
    }

    bool Join(Channel<byte[]> client)
    {
        lock (changing)
        {
            if (ended || clients.Length >= options.ResultClients)
                return false;
            clients = [.. clients, client];
            return true;
        }
    }

    void Leave(Channel<byte[]> client)
    {
        lock (changing)
            clients = [.. clients.Where(other => other != client)];
    }
}
