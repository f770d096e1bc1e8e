using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Edge.Answers;

/// <summary>Why a request is refused, in words for its sender, with the status in either protocol.</summary>
sealed class InferError : Exception
{
    /// <summary>The reason of <see cref="TooLarge"/>.</summary>
    public const string TooLargeReason = "too-large";

    InferError(string message, string reason, int http, StatusCode grpc) : base(message) => (Reason, Http, Grpc) = (reason, http, grpc);

    /// <summary>A short word for the count of refusals.</summary>
    public string Reason { get; }

    /// <summary>Status of HTTP.</summary>
    public int Http { get; }

    /// <summary>Status of gRPC.</summary>
    public StatusCode Grpc { get; }

    /// <summary>Seconds after which to try again, or null if that is useless.</summary>
    public int? RetryAfter { get; private init; }

    /// <summary>The request is invalid.</summary>
    public static InferError Invalid(string message) => new(message, "invalid", StatusCodes.Status400BadRequest, StatusCode.InvalidArgument);

    /// <summary>There is no such pair, or version of it.</summary>
    public static InferError Unknown(string message) => new(message, "unknown-pair", StatusCodes.Status404NotFound, StatusCode.NotFound);

    /// <summary>The request is too large to be accepted at any time.</summary>
    public static InferError TooLarge(string message) => new(message, TooLargeReason, StatusCodes.Status413PayloadTooLarge, StatusCode.InvalidArgument);

    /// <summary>Valid, but not possible now.</summary>
    public static InferError Busy(string message, string reason) =>
        new(message, reason, StatusCodes.Status503ServiceUnavailable, StatusCode.Unavailable) { RetryAfter = 1 };

    /// <summary>The server's own fault.</summary>
    public static InferError Failed(string message) => new(message, "failed", StatusCodes.Status500InternalServerError, StatusCode.Internal);
}
