using Microsoft.AspNetCore.Http;

namespace Heliograph.Edge.Protocol;

/// <summary>
/// Counts the requests that are not answered to their end. If the last stream of an HTTP/2 connection ends while Kestrel closes the connection,
/// Kestrel may miss it and keep the connection open for as long as the server's patience lasts, so the streams end first.
/// </summary>
sealed class OpenRequests
{
    int open;

    public Task Invoke(HttpContext context, RequestDelegate next)
    {
        Interlocked.Increment(ref open);
        context.Response.OnCompleted(() =>
        {
            Interlocked.Decrement(ref open);
            return Task.CompletedTask;
        });
        return next(context);
    }

    /// <summary>Waits until none is open, or for so long.</summary>
    public async Task Ended(TimeSpan atMost)
    {
        for (long end = Environment.TickCount64 + (long)atMost.TotalMilliseconds; Volatile.Read(ref open) > 0 && Environment.TickCount64 < end;)
            await Task.Delay(5);
    }
}
