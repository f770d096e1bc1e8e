using System.Text.Json.Nodes;

namespace Heliograph.Edge.Tests;

/// <summary>A client of the event stream.</summary>
sealed class EventReader : IDisposable
{
    readonly HttpResponseMessage response;
    readonly StreamReader reader;

    EventReader(HttpResponseMessage response, Stream body) => (this.response, reader) = (response, new(body));

    public static async Task<EventReader> Open(HttpClient http)
    {
        var response = await http.GetAsync("/api/results", HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var events = new EventReader(response, await response.Content.ReadAsStreamAsync());
        // The first line comes when the client is known to the server.
        Assert.Equal("retry: 1000", await events.reader.ReadLineAsync());
        return events;
    }

    /// <summary>The next event; null when the server has ended the stream.</summary>
    public async Task<JsonNode?> Next(double seconds = 10)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        while (await reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                return JsonNode.Parse(line["data: ".Length..]);
        }
        return null;
    }

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }
}
