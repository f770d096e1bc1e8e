using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Edge.Protocol;

/// <summary>A request's whole body in a pooled buffer.</summary>
sealed class RequestBody : IDisposable
{
    byte[] buffer;
    int length;

    RequestBody(int size) => buffer = ArrayPool<byte>.Shared.Rent(size);

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    /// <exception cref="InferError">The body is larger than allowed.</exception>
    public static async ValueTask<RequestBody> Read(HttpRequest request, int maximum, CancellationToken cancellation)
    {
        if (request.ContentLength > maximum)
            throw TooLarge(maximum);
        var body = new RequestBody((int)(request.ContentLength ?? 4096) + 1);
        try
        {
            while (true)
            {
                int read = await request.Body.ReadAsync(body.buffer.AsMemory(body.length), cancellation);
                if (read == 0)
                    return body;
                body.length += read;
                if (body.length > maximum)
                    throw TooLarge(maximum);
                if (body.length == body.buffer.Length)
                    body.Grow();
            }
        }
        catch (InvalidDataException e)
        {
            body.Dispose();
            throw InferError.Invalid($"the body cannot be unpacked: {e.Message}");
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            body.Dispose();
            throw TooLarge(maximum);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    void Grow()
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(2 * buffer.Length);
        Bytes.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    static InferError TooLarge(int maximum) => InferError.TooLarge($"the body is larger than {maximum} bytes, the most that this server takes");
}
