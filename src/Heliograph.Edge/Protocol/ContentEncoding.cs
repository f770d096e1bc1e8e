using Heliograph.Edge.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Edge.Protocol;

/// <summary>Compressed bodies: unpacked, or refused with a list of known encodings. The unpacked size is bounded like that of a body.</summary>
static class ContentEncoding
{
    const string Understood = "gzip, deflate, br";

    public static void Add(IServiceCollection services) => services.AddRequestDecompression();

    public static void Use(IApplicationBuilder web)
    {
        // It removes the header from what it unpacks.
        web.UseRequestDecompression();
        web.Use((context, next) =>
        {
            string encoding = context.Request.Headers.ContentEncoding.ToString();
            if (encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
                return next(context);
            context.Response.Headers.AcceptEncoding = Understood;
            return JsonAnswer.WriteError(context, StatusCodes.Status415UnsupportedMediaType,
                $"Content-Encoding must be one of {Understood} or absent, not '{Shown.Of(encoding)}'");
        });
    }
}
