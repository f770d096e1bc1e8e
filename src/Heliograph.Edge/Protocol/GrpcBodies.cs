using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Pipelines;
using Grpc.Core;
using Heliograph.Edge.Answers;
using Heliograph.Edge.Options;
using Heliograph.Edge.Protocol.Grpc;
using Heliograph.Edge.Security;
using Heliograph.Edge.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Heliograph.Edge.Protocol;

/// <summary>
/// Reads complete messages of gRPC calls, within the budget for all bodies, and checks an inference request before the library makes objects of it:
/// a few bytes can request many.
/// </summary>
sealed partial class GrpcBodies(EdgeOptions options, MemoryBudget budget, EdgeMetrics metrics)
{
    // Before each message: whether it is compressed, and its length.
    const int PrefixBytes = 5;

    static readonly PathString Service = "/" + GRPCInferenceService.Descriptor.FullName;
    static readonly PathString ModelInfer = Service + "/ModelInfer";

    /// <summary>Where refused messages are reported.</summary>
    public ILogger? Log { get; set; }

    public async Task Invoke(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (!request.Path.StartsWithSegments(Service) || !HttpMethods.IsPost(request.Method) || !Refusals.IsGrpc(context))
        {
            await next(context);
            return;
        }
        RequestBody? body = null, unpacked = null;
        try
        {
            body = await RequestBody.Read(context, options.MaximumRequestBytes + PrefixBytes, budget);
            bool compressed = IsCompressed(body.Bytes);
            if (compressed)
                unpacked = await Unpack(context, body.Memory[PrefixBytes..]);
            var message = unpacked?.Memory ?? body.Memory[PrefixBytes..];
            if (request.Path == ModelInfer)
                ModelInferCheck.Check(message.Span);
            context.Features.Set<IRequestBodyPipeFeature>(new Whole(message));
            await next(context);
        }
        catch (InferError e)
        {
            if (e.Grpc == StatusCode.InvalidArgument && Log is { } log)
                Refused(log, Caller.Of(context), e.Message);
            await Refusals.Write(context, metrics, e.Reason, e.Http, e.Reason == InferError.TooLargeReason ? StatusCode.ResourceExhausted : e.Grpc, e.Message);
        }
        finally
        {
            body?.Dispose();
            unpacked?.Dispose();
        }
    }

    static bool IsCompressed(ReadOnlySpan<byte> body)
    {
        if (body.Length < PrefixBytes || body[0] > 1 || BinaryPrimitives.ReadUInt32BigEndian(body[1..]) != body.Length - PrefixBytes)
            throw InferError.Invalid("a call must have one message, with its length before it");
        return body[0] == 1;
    }

    ValueTask<RequestBody> Unpack(HttpContext context, ReadOnlyMemory<byte> packed)
    {
        var stream = new MemoryStream(packed.ToArray(), writable: false);
        string encoding = context.Request.Headers["grpc-encoding"].ToString();
        Stream unpacking = encoding switch
        {
            "gzip" => new GZipStream(stream, CompressionMode.Decompress),
            // As in HTTP: with the header of zlib.
            "deflate" => new ZLibStream(stream, CompressionMode.Decompress),
            _ => throw InferError.Invalid($"a message may be compressed with gzip or deflate, not with '{Shown.Of(encoding)}'"),
        };
        return RequestBody.Read(unpacking, options.MaximumRequestBytes, budget, Caller.Of(context), context.RequestAborted);
    }

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "a gRPC request from {Caller} was refused: {Why}")]
    static partial void Refused(ILogger log, string caller, string why);

    /// <summary>A message that has already been read, uncompressed, as a body.</summary>
    sealed class Whole : IRequestBodyPipeFeature
    {
        public Whole(ReadOnlyMemory<byte> message)
        {
            byte[] prefix = new byte[PrefixBytes];
            BinaryPrimitives.WriteUInt32BigEndian(prefix.AsSpan(1), (uint)message.Length);
            var first = new Part(prefix, 0, null);
            var last = new Part(message, PrefixBytes, first);
            Reader = PipeReader.Create(new ReadOnlySequence<byte>(first, 0, last, message.Length));
        }

        public PipeReader Reader { get; }

        sealed class Part : ReadOnlySequenceSegment<byte>
        {
            public Part(ReadOnlyMemory<byte> memory, long index, Part? before)
            {
                (Memory, RunningIndex) = (memory, index);
                before?.Next = this;
            }
        }
    }
}
