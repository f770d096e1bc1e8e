using System.Text;
using System.Threading.RateLimiting;
using Grpc.Core;
using Heliograph.Edge.Options;
using Heliograph.Edge.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Edge.Security;

/// <summary>
/// Lets in anyone who has a key, at no more than the allowed rate. A key is sent as <c>Authorization: Bearer KEY</c>, or as the password of
/// <c>Basic</c>, which browsers ask for by themselves. Health checks need no key.
/// </summary>
sealed class Guard : IDisposable
{
    const string Bearer = "Bearer ";

    readonly WatchedFile<ApiKeys>? keys;
    readonly PartitionedRateLimiter<string>? limiter;
    readonly EdgeMetrics metrics;
    CancellationTokenSource changed = new();

    public Guard(EdgeOptions options, EdgeMetrics metrics)
    {
        keys = options.ApiKeys is { } file ? new(file, ApiKeys.Read) : null;
        keys?.Changed += () => Interlocked.Exchange(ref changed, new()).Cancel();
        limiter = options.Rate is { } rate ? PartitionedRateLimiter.Create<string, string>(caller =>
            RateLimitPartition.GetTokenBucketLimiter(caller, _ => new()
            {
                // A second's worth may arrive at once; new tokens are added every tenth of a second.
                TokenLimit = rate,
                TokensPerPeriod = Math.Max(1, rate / 10),
                ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(1, rate / 10) / (double)rate),
            })) : null;
        this.metrics = metrics;
    }

    /// <summary>The file of keys, or null.</summary>
    public IWatchedFile? Keys => keys;

    public async Task Invoke(HttpContext context, RequestDelegate next)
    {
        if (IsHealth(context.Request.Path))
        {
            await next(context);
            return;
        }
        // Long requests, such as the event stream, end with their key.
        using var revoked = keys is null ? default : changed.Token.Register(() => AbortWhenRevoked(context));
        if (keys is not null)
        {
            string? key = Key(context.Request), name = key is null ? null : keys.Current.NameOf(key);
            if (name is null)
            {
                await RefuseUnknown(context, key is null
                    ? "a key is needed: Authorization: Bearer KEY, or KEY as the password of Basic"
                    : "this key is not, or is no longer, valid on this server");
                return;
            }
            Caller.Is(context, name);
        }
        // With keys, each key has its own rate wherever it is used; without, each address has one.
        using var lease = limiter?.AttemptAcquire(Caller.Of(context));
        if (lease is { IsAcquired: false })
        {
            double seconds = lease.TryGetMetadata(MetadataName.RetryAfter, out var retry) ? retry.TotalSeconds : 1;
            await Refusals.Write(context, metrics, "rate", StatusCodes.Status429TooManyRequests, StatusCode.ResourceExhausted,
                "too many requests; send fewer each second", Math.Max(1, (int)Math.Ceiling(seconds)));
            return;
        }
        await next(context);
    }

    public void Dispose()
    {
        limiter?.Dispose();
        changed.Dispose();
    }

    void AbortWhenRevoked(HttpContext context)
    {
        if (Key(context.Request) is not { } key || keys!.Current.NameOf(key) is null)
            context.Abort();
    }

    /// <summary>True for the health checks, which are open to everyone.</summary>
    public static bool IsHealth(PathString path) =>
        path.StartsWithSegments("/health") || path.StartsWithSegments("/v2/health") || path.StartsWithSegments("/grpc.health.v1.Health")
        || path == "/inference.GRPCInferenceService/ServerLive" || path == "/inference.GRPCInferenceService/ServerReady";

    /// <summary>True if the request carries a key in a way that a browser does not use by itself.</summary>
    public static bool HasBearer(HttpRequest request) => request.Headers.Authorization.ToString().StartsWith(Bearer, StringComparison.OrdinalIgnoreCase);

    static string? Key(HttpRequest request)
    {
        string? header = request.Headers.Authorization;
        if (header is null || header.Length > 1024)
            return null;
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return header[Bearer.Length..].Trim();
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            return null;
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header["Basic ".Length..].Trim(), bytes, out int length))
            return null;
        string pair = Encoding.UTF8.GetString(bytes, 0, length);
        return pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }

    Task RefuseUnknown(HttpContext context, string message)
    {
        context.Response.Headers.Append("WWW-Authenticate", "Bearer realm=\"heliograph\"");
        context.Response.Headers.Append("WWW-Authenticate", "Basic realm=\"heliograph\", charset=\"UTF-8\"");
        return Refusals.Write(context, metrics, "key", StatusCodes.Status401Unauthorized, StatusCode.Unauthenticated, message);
    }
}
