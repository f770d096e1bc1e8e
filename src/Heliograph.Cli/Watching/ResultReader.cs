using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Heliograph.Cli.Watching;

/// <summary>Reads a server's results (docs/edge.md, <c>/api/results</c>) and reconnects after the server was gone for a while.</summary>
/// <param name="server">Where it serves HTTP.</param>
/// <param name="key">The key for the server, or null.</param>
/// <param name="told">Called with a message when the server is gone.</param>
sealed class ResultReader(Uri server, string? key, Action<string> told) : IDisposable
{
    static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    // The server sends a sign of life every 15 seconds.
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(40);

    readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>The results as JSON texts, one each; never ends by itself.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="IOException">The server cannot be reached at first, or sends no results.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public async IAsyncEnumerable<string> Read([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        for (bool first = true; ; first = false)
        {
            using var response = await Open(first, cancellation);
            if (response is not null)
            {
                using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
                while (await Line(reader, cancellation) is { } line)
                {
                    if (line.StartsWith("data: ", StringComparison.Ordinal))
                        yield return line["data: ".Length..];
                }
                told($"{server} closed the stream of results; trying again");
            }
            await Task.Delay(Retry, cancellation);
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>The response; null if the server was there before and is gone.</summary>
    async Task<HttpResponseMessage?> Open(bool first, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, "api/results"));
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException e)
        {
            return first ? throw new IOException($"there is no server at {server}: {(e.InnerException as SocketException ?? (Exception)e).Message}", e) : null;
        }
        if (response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType == "text/event-stream")
            return response;
        using (response)
        {
            return response.StatusCode switch
            {
                HttpStatusCode.Unauthorized => throw new IOException($"{server} asks for a key" + (key is null ? ": --key FILE" : ", and this one is wrong")),
                HttpStatusCode.ServiceUnavailable when !first => null,
                HttpStatusCode.ServiceUnavailable => throw new IOException($"{server} has too many watchers or is stopping"),
                var status => throw new IOException($"{server} sends no results (HTTP {(int)status}): is this the HTTP port of heliograph serve?"),
            };
        }
    }

    /// <summary>A line; null if the stream ended, broke or fell silent.</summary>
    static async Task<string?> Line(StreamReader reader, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Silence);
        try
        {
            return await reader.ReadLineAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return null;
        }
    }
}
