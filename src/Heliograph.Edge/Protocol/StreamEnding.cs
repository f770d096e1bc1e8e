using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Hosting;

namespace Heliograph.Edge.Protocol;

/// <summary>
/// Ends the requests of two-way streams when the server stops, as if the client had ended them: a client of reflection may stay forever.
/// </summary>
sealed class StreamEnding(IHostApplicationLifetime lifetime) : Interceptor
{
    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var stopping = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var end = lifetime.ApplicationStopping.Register(() => stopping.TrySetResult(false));
        await continuation(new Reader<TRequest>(requestStream, stopping.Task), responseStream, context);
    }

    sealed class Reader<T>(IAsyncStreamReader<T> inner, Task<bool> stopping) : IAsyncStreamReader<T>
    {
        public T Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken) => await await Task.WhenAny(inner.MoveNext(cancellationToken), stopping);
    }
}
