using System.Buffers;
using Heliograph.Edge.Answers;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Edge.Security;

/// <summary>A request's whole body in a pooled buffer, which grows as bytes arrive: the length that a request declares takes no memory.</summary>
sealed class RequestBody : IDisposable
{
    const int FirstBytes = 4096;

    readonly MemoryBudget budget;
    readonly string caller;
    byte[] buffer = [];
    int length;

    RequestBody(MemoryBudget budget, string caller) => (this.budget, this.caller) = (budget, caller);

    public ReadOnlyMemory<byte> Memory => buffer.AsMemory(0, length);

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    /// <summary>Reads the body of a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="maximum">The largest body, in bytes.</param>
    /// <param name="budget">The budget for its memory.</param>
    /// <exception cref="InferError">The body is larger than allowed, cannot be unpacked, or there is no memory for it now.</exception>
    public static async ValueTask<RequestBody> Read(HttpContext context, int maximum, MemoryBudget budget)
    {
        try
        {
            return context.Request.ContentLength > maximum ? throw TooLarge(maximum)
                : await Read(context.Request.Body, maximum, budget, Caller.Of(context), context.RequestAborted);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLarge(maximum);
        }
    }

    /// <summary>Reads the rest of a stream for a caller.</summary>
    /// <inheritdoc cref="Read(HttpContext, int, MemoryBudget)" path="/exception"/>
    public static async ValueTask<RequestBody> Read(Stream stream, int maximum, MemoryBudget budget, string caller, CancellationToken cancellation)
    {
        var body = new RequestBody(budget, caller);
        try
        {
            body.Grow(Math.Min(FirstBytes, maximum));
            while (true)
            {
                // One byte more than the maximum is too many.
                int room = Math.Min(body.buffer.Length, maximum) - body.length;
                byte[] one = room == 0 ? new byte[1] : [];
                int read = await stream.ReadAsync(room == 0 ? one : body.buffer.AsMemory(body.length, room), cancellation);
                if (read == 0)
                    return body;
                if (room == 0)
                    throw TooLarge(maximum);
                body.length += read;
                if (body.length == body.buffer.Length && body.length < maximum)
                    body.Grow(Math.Min(2 * body.length, maximum));
            }
        }
        // zlib's own error, which has no public type, is an IOException, like that of a client that has gone.
        catch (Exception e) when (e is InvalidDataException || e.GetType().Namespace == "System.IO.Compression")
        {
            body.Dispose();
            throw InferError.Invalid($"the body cannot be unpacked: {e.Message}");
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Release(buffer);
        buffer = [];
    }

    void Grow(int size)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(size);
        if (!budget.TryTake(caller, larger.Length))
        {
            ArrayPool<byte>.Shared.Return(larger);
            throw InferError.Busy("the memory for requests is full; try again later, or send less at a time", "memory");
        }
        Bytes.CopyTo(larger);
        Release(buffer);
        buffer = larger;
    }

    void Release(byte[] rented)
    {
        if (rented.Length == 0)
            return;
        ArrayPool<byte>.Shared.Return(rented);
        budget.Return(caller, rented.Length);
    }

    static InferError TooLarge(int maximum) => InferError.TooLarge($"the body is larger than {maximum} bytes, the maximum on this server");
}
