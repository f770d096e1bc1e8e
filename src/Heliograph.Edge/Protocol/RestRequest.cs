using System.Buffers;
using System.Text.Json;
using Heliograph.Edge.Answers;
using Heliograph.Edge.Intake;
using Heliograph.Edge.Pairs;

namespace Heliograph.Edge.Protocol;

/// <summary>An output that a request asks for, and its form.</summary>
readonly record struct WantedOutput(string Name, bool Binary);

/// <summary>Reads the body of an inference request: JSON, and binary data after it (the binary tensor extension).</summary>
sealed class RestRequest
{
    string? inputName, datatype;
    long[]? shape;
    long? binarySize;
    bool binaryOutputs;
    double? snr, width;
    List<(string? Name, bool? Binary)>? outputs;
    float[]? data;
    int dataCount;

    /// <summary>The request's id, to be returned; null if it has none.</summary>
    public string? Id { get; private set; }

    /// <summary>The outputs in the response, in order.</summary>
    public IReadOnlyList<WantedOutput> Outputs { get; private set; } = [];

    /// <summary>True unless the request has a parameter <c>classes</c> that is false.</summary>
    public bool Classes { get; private set; } = true;

    /// <summary>Reads a body for a pair.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="headerLength">Length of the JSON when binary data follows it, or null.</param>
    /// <param name="pair">The pair that the path names.</param>
    /// <param name="inference">Rents the work.</param>
    /// <param name="work">The symbols; the caller must return it.</param>
    /// <exception cref="InferError">The body is invalid.</exception>
    public static RestRequest Read(ReadOnlySpan<byte> body, int? headerLength, EdgePair pair, Inference inference, out RequestWork work)
    {
        if (headerLength is { } length && (length < 0 || length > body.Length))
            throw InferError.Invalid($"Inference-Header-Content-Length is {length}, but the body has {body.Length} bytes");
        var request = new RestRequest();
        try
        {
            request.ReadJson(body[..(headerLength ?? body.Length)]);
            work = request.Finish(body[(headerLength ?? body.Length)..], pair, inference);
            return request;
        }
        // The latter is thrown for a string that is not Unicode.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw InferError.Invalid($"the body is not valid JSON: {e.Message.Split('\n')[0].TrimEnd()}");
        }
        finally
        {
            if (request.data is not null)
                ArrayPool<float>.Shared.Return(request.data);
        }
    }

    void ReadJson(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        Expect(ref reader, JsonTokenType.StartObject, "the body");
        while (NextName(ref reader))
        {
            if (reader.ValueTextEquals("id"u8))
                Id = Text(ref reader, "id");
            else if (reader.ValueTextEquals("parameters"u8))
                ReadParameters(ref reader);
            else if (reader.ValueTextEquals("inputs"u8))
                ReadInputs(ref reader);
            else if (reader.ValueTextEquals("outputs"u8))
                ReadOutputs(ref reader);
            else
                Skip(ref reader);
        }
        if (reader.Read())
            throw InferError.Invalid("there is more after the JSON object");
    }

    void ReadParameters(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject, "parameters");
        while (NextName(ref reader))
        {
            if (reader.ValueTextEquals("binary_data_output"u8))
                binaryOutputs = Flag(ref reader, "binary_data_output");
            else if (reader.ValueTextEquals("classes"u8))
                Classes = Flag(ref reader, "classes");
            else if (reader.ValueTextEquals("snr"u8))
                snr = Number(ref reader, Condition.SnrParameter);
            else if (reader.ValueTextEquals("width"u8))
                width = Number(ref reader, Condition.WidthParameter);
            else
                Skip(ref reader);
        }
    }

    void ReadInputs(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartArray, "inputs");
        int count = 0;
        while (NextObject(ref reader, "inputs"))
        {
            if (++count > 1)
                throw InferError.Invalid($"a pair reads one input, '{Inference.SymbolsName}', not several");
            while (NextName(ref reader))
            {
                if (reader.ValueTextEquals("name"u8))
                    inputName = Text(ref reader, "name");
                else if (reader.ValueTextEquals("datatype"u8))
                    datatype = Text(ref reader, "datatype");
                else if (reader.ValueTextEquals("shape"u8))
                    shape = ReadShape(ref reader);
                else if (reader.ValueTextEquals("data"u8))
                    ReadData(ref reader);
                else if (reader.ValueTextEquals("parameters"u8))
                    ReadInputParameters(ref reader);
                else
                    Skip(ref reader);
            }
        }
    }

    void ReadInputParameters(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject, "parameters");
        while (NextName(ref reader))
        {
            if (reader.ValueTextEquals("binary_data_size"u8))
                binarySize = Whole(ref reader, "binary_data_size");
            else
                Skip(ref reader);
        }
    }

    static long[] ReadShape(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartArray, "shape");
        var read = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long size) || read.Count == 8)
                throw InferError.Invalid("a shape must be a list of up to 8 whole numbers");
            read.Add(size);
        }
        return [.. read];
    }

    /// <summary>Numbers, flat or nested: row-major either way.</summary>
    void ReadData(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartArray, "data");
        data ??= ArrayPool<float>.Shared.Rent(1024);
        dataCount = 0;
        for (int depth = 1; depth > 0;)
        {
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray:
                    depth++;
                    break;
                case JsonTokenType.EndArray:
                    depth--;
                    break;
                case JsonTokenType.Number:
                    if (dataCount == data.Length)
                        GrowData();
                    data[dataCount++] = reader.GetSingle();
                    break;
                default:
                    throw InferError.Invalid("data must hold numbers, flat or in nested lists");
            }
        }
    }

    // Bounded by the body: a number takes at least two of its bytes.
    void GrowData()
    {
        float[] larger = ArrayPool<float>.Shared.Rent(2 * data!.Length);
        data.AsSpan(0, dataCount).CopyTo(larger);
        ArrayPool<float>.Shared.Return(data);
        data = larger;
    }

    void ReadOutputs(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartArray, "outputs");
        outputs = [];
        while (NextObject(ref reader, "outputs"))
        {
            string? name = null;
            bool? binary = null;
            while (NextName(ref reader))
            {
                if (reader.ValueTextEquals("name"u8))
                    name = Text(ref reader, "name");
                else if (reader.ValueTextEquals("parameters"u8))
                    binary = ReadOutputParameters(ref reader);
                else
                    Skip(ref reader);
            }
            if (outputs.Count == OutputTensor.Most)
                throw InferError.Invalid("an output is requested twice, or more outputs than the pair has");
            outputs.Add((name, binary));
        }
    }

    static bool? ReadOutputParameters(ref Utf8JsonReader reader)
    {
        bool? binary = null;
        Expect(ref reader, JsonTokenType.StartObject, "parameters");
        while (NextName(ref reader))
        {
            if (reader.ValueTextEquals("binary_data"u8))
                binary = Flag(ref reader, "binary_data");
            else
                Skip(ref reader);
        }
        return binary;
    }

    RequestWork Finish(ReadOnlySpan<byte> binary, EdgePair pair, Inference inference)
    {
        if (outputs is { Count: > 0 })
        {
            foreach (var (name, _) in outputs)
                Inference.CheckOutput(pair, name);
            if (outputs.Select(output => output.Name).Distinct().Count() < outputs.Count)
                throw InferError.Invalid("an output is requested twice");
            Outputs = [.. outputs.Select(output => new WantedOutput(output.Name!, output.Binary ?? binaryOutputs))];
        }
        else
        {
            Outputs = [.. OutputTensor.NamesOf(pair).Select(name => new WantedOutput(name, binaryOutputs))];
        }
        if (inputName is null && datatype is null && shape is null)
            throw InferError.Invalid($"the request has no input '{Inference.SymbolsName}'");
        var input = inference.Check(pair, inputName, datatype, shape, new(snr, width));
        CheckData(input, binary.Length);
        var work = Inference.Rent(pair, input);
        var symbols = work.Symbols.AsSpan(0, work.SymbolCount);
        if (binarySize is null)
            data.AsSpan(0, dataCount).CopyTo(symbols);
        else
            LittleEndian.Read(binary, symbols);
        return work;
    }

    /// <summary>Checks that the input's values are there, in one form.</summary>
    void CheckData(in InputShape input, int bytes)
    {
        if (binarySize is { } size)
        {
            if (data is not null)
                throw InferError.Invalid("an input must have either data or binary data, not both");
            if (size != bytes || size != input.Bytes)
                throw InferError.Invalid($"{input} {Inference.Datatype} takes {input.Bytes} bytes; binary_data_size is {size}, but {bytes} bytes follow the JSON");
            return;
        }
        if (bytes > 0)
            throw InferError.Invalid($"{bytes} bytes follow the JSON, but no input has a binary_data_size");
        if (data is null || dataCount != input.Values)
            throw InferError.Invalid($"{input} takes {input.Values} values; data has {dataCount}");
    }

    /// <summary>Advances to the name of the object's next member; a null member counts as absent.</summary>
    static bool NextName(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var value = reader;
            if (!value.Read() || value.TokenType != JsonTokenType.Null)
                return true;
            reader = value;
        }
        return false;
    }

    static bool NextObject(ref Utf8JsonReader reader, string what)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => true,
            JsonTokenType.EndArray => false,
            _ => throw InferError.Invalid($"{what} must be a list of objects"),
        };
    }

    static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string what)
    {
        if (!reader.Read() || reader.TokenType != type)
            throw InferError.Invalid($"{what} must be {(type == JsonTokenType.StartArray ? "a list" : "a JSON object")}");
    }

    static void Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    static string Text(ref Utf8JsonReader reader, string what) =>
        reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw InferError.Invalid($"{what} must be a string");

    static bool Flag(ref Utf8JsonReader reader, string what) =>
        reader.Read() && reader.TokenType is JsonTokenType.True or JsonTokenType.False ? reader.GetBoolean() : throw InferError.Invalid($"{what} must be true or false");

    static double Number(ref Utf8JsonReader reader, string what) =>
        reader.Read() && reader.TokenType == JsonTokenType.Number ? reader.GetDouble() : throw InferError.Invalid($"{what} must be a number");

    static long Whole(ref Utf8JsonReader reader, string what) =>
        reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value) ? value : throw InferError.Invalid($"{what} must be a whole number");
}
