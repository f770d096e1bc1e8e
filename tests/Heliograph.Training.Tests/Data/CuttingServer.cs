using System.Net;
using System.Net.Sockets;
using System.Text;
using Heliograph.Training.Convolutions;

namespace Heliograph.Training.Tests.Data;

/// <summary>A small HTTP server on the loopback address that can be made to misbehave.</summary>
sealed class CuttingServer : IDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly byte[] content;

    public CuttingServer(byte[] content)
    {
        this.content = content;
        listener.Start();
        _ = ServeAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/file.bin");

    /// <summary>Bytes of the body after which a connection is cut, for one connection after the other; whole when there are no more.</summary>
    public Queue<int> Cuts { get; } = new();

    /// <summary>Always sends the whole file.</summary>
    public bool IgnoresRange { get; init; }

    /// <summary>Answers with this status and nothing else, for one connection after the other.</summary>
    public Queue<string> Refusals { get; } = new();

    /// <summary>The Range header of every request, null for none.</summary>
    public List<string?> Ranges { get; } = [];

    async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync();
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Disposed.
        }
    }

    async Task AnswerAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        string? range = null;
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            if (line.StartsWith("Range: ", StringComparison.OrdinalIgnoreCase))
                range = line["Range: ".Length..];
        }
        Ranges.Add(range);
        if (Refusals.TryDequeue(out string? status))
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            return;
        }
        int from = range == null || IgnoresRange ? 0 : int.Parse(range["bytes=".Length..].TrimEnd('-'));
        if (from >= content.Length)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */{content.Length}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            return;
        }
        string head = from == 0 && (range == null || IgnoresRange)
            ? "HTTP/1.1 200 OK\r\n"
            : $"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{content.Length - 1}/{content.Length}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{head}Content-Length: {content.Length - from}\r\nConnection: close\r\n\r\n"));
        int length = Cuts.TryDequeue(out int cut) ? Math.Min(cut, content.Length - from) : content.Length - from;
        await stream.WriteAsync(content.AsMemory(from, length));
    }

    public void Dispose() => listener.Dispose();
}
