using System.Buffers;
using System.Text.Json;
using Heliograph.Edge.Intake;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.ObjectPool;

namespace Heliograph.Edge.Protocol;

/// <summary>Writes answers to inference requests. Pooled with its buffer.</summary>
sealed class RestAnswer : IDisposable
{
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
            answer.buffer.ResetWrittenCount();
            answer.json.Reset();
            Pool.Return(answer);
        }
    }

    public void Dispose() => json.Dispose();

    /// <summary>Writes the JSON and the binary outputs after it; returns the length of the JSON.</summary>
    int Compose(RestRequest request, RequestWork work)
    {
        var pair = work.Pair;
        int count = work.Rows * pair.ClassCount;
        float[] probabilities = ArrayPool<float>.Shared.Rent(count);
        try
        {
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
                json.WriteStartObject();
                json.WriteString("name"u8, name);
                json.WriteString("datatype"u8, Inference.Datatype);
                json.WriteStartArray("shape"u8);
                json.WriteNumberValue(work.Rows);
                json.WriteNumberValue(pair.ClassCount);
                json.WriteEndArray();
                if (binary)
                {
                    json.WriteStartObject("parameters"u8);
                    json.WriteNumber("binary_data_size"u8, sizeof(float) * count);
                    json.WriteEndObject();
                }
                else
                {
                    json.WriteStartArray("data"u8);
                    foreach (float value in Output(name))
                        json.WriteNumberValue(value);
                    json.WriteEndArray();
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
            json.Flush();
            int headerLength = buffer.WrittenCount;
            foreach (var (name, binary) in request.Outputs)
            {
                if (!binary)
                    continue;
                LittleEndian.Write(Output(name), buffer.GetSpan(sizeof(float) * count));
                buffer.Advance(sizeof(float) * count);
            }
            return headerLength;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(probabilities);
        }

        ReadOnlySpan<float> Output(string name)
        {
            if (name == Inference.LogitsName)
                return work.Answer;
            for (int row = 0; row < work.Rows; row++)
                Values.Softmax(work.Answer.Slice(row * pair.ClassCount, pair.ClassCount), work.Temperature, probabilities.AsSpan(row * pair.ClassCount));
            return probabilities.AsSpan(0, count);
        }
    }
}
