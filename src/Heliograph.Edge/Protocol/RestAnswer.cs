using System.Buffers;
using System.Text.Json;
using Heliograph.Edge.Intake;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.ObjectPool;

namespace Heliograph.Edge.Protocol;

/// <summary>Writes answers to inference requests. Pooled with its buffer.</summary>
sealed class RestAnswer : IDisposable
{
    // A larger buffer is not kept: few answers are that long, and hundreds of buffers of the longest would be much.
    const int MostKept = 64 << 10;

    static readonly ObjectPool<RestAnswer> Pool = new DefaultObjectPool<RestAnswer>(new DefaultPooledObjectPolicy<RestAnswer>(), 256);

    readonly ArrayBufferWriter<byte> buffer = new(4096);
    readonly Utf8JsonWriter json;

    public RestAnswer() => json = new(buffer, new() { SkipValidation = true });

    public static async Task Write(HttpContext context, RestRequest request, RequestWork work)
    {
        var answer = Pool.Get();
        try
        {
            int headerLength = answer.Compose(request, work);
            var response = context.Response;
            bool binary = headerLength < answer.buffer.WrittenCount;
            response.ContentType = binary ? "application/octet-stream" : "application/json";
            response.ContentLength = answer.buffer.WrittenCount;
            if (binary)
                response.Headers["Inference-Header-Content-Length"] = headerLength.ToString(System.Globalization.CultureInfo.InvariantCulture);
            await response.BodyWriter.WriteAsync(answer.buffer.WrittenMemory, context.RequestAborted);
        }
        finally
        {
            answer.Return();
        }
    }

    public void Dispose() => json.Dispose();

    void Return()
    {
        if (buffer.Capacity > MostKept)
        {
            Dispose();
            return;
        }
        buffer.ResetWrittenCount();
        json.Reset();
        Pool.Return(this);
    }

    /// <summary>Writes the JSON and the binary outputs after it; returns the length of the JSON.</summary>
    int Compose(RestRequest request, RequestWork work)
    {
        var pair = work.Pair;
        using var values = new OutputValues(work);
        json.WriteStartObject();
        json.WriteString("model_name"u8, pair.Name);
        json.WriteString("model_version"u8, Inference.Version);
        if (request.Id is not null)
            json.WriteString("id"u8, request.Id);
        if (request.Classes)
        {
            json.WriteStartObject("parameters"u8);
            json.WriteString("classes"u8, pair.ClassesJson);
            json.WriteEndObject();
        }
        json.WriteStartArray("outputs"u8);
        foreach (var (name, binary) in request.Outputs)
        {
            var output = OutputTensor.Of(pair, name);
            json.WriteStartObject();
            json.WriteString("name"u8, name);
            json.WriteString("datatype"u8, output.Datatype);
            json.WriteStartArray("shape"u8);
            json.WriteNumberValue(work.Rows);
            json.WriteNumberValue(output.Columns);
            json.WriteEndArray();
            if (binary)
            {
                json.WriteStartObject("parameters"u8);
                json.WriteNumber("binary_data_size"u8, sizeof(float) * work.Rows * output.Columns);
                json.WriteEndObject();
            }
            else
            {
                WriteData(output, values);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        int headerLength = buffer.WrittenCount;
        foreach (var (name, _) in request.Outputs.Where(output => output.Binary))
        {
            var output = OutputTensor.Of(pair, name);
            int bytes = sizeof(float) * work.Rows * output.Columns;
            values.Write(output, buffer.GetSpan(bytes)[..bytes]);
            buffer.Advance(bytes);
        }
        return headerLength;
    }

    void WriteData(OutputTensor output, OutputValues values)
    {
        json.WriteStartArray("data"u8);
        if (output.IsInteger)
        {
            foreach (int value in values.Integers(output))
                json.WriteNumberValue(value);
        }
        else
        {
            foreach (float value in values.Floats(output))
                json.WriteNumberValue(value);
        }
        json.WriteEndArray();
    }
}
