using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Heliograph.Networks;

namespace Heliograph.Tests.Networks;

public sealed class SafetensorsTest
{
    static readonly Weights Small = Weights.Empty
        .With("w", new WeightArray([2, 2], [1, -2, 0.5f, float.PositiveInfinity]))
        .With("b", new WeightArray([1], [3]));

    static byte[] Written(Weights weights, IReadOnlyDictionary<string, string>? metadata = null, WeightType type = WeightType.F32)
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, weights, metadata, type);
        return stream.ToArray();
    }

    /// <summary>An independent writer: a header as text and the data, as another program may put them.</summary>
    static byte[] File(string header, params byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        return [.. length, .. json, .. data];
    }

    [Fact]
    public void Writes_these_very_bytes()
    {
        const string header =
            """{"__metadata__":{"a":"1","b":"2"},"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"F32","shape":[1],"data_offsets":[16,20]}}""";
        string padded = header.PadRight((header.Length + 7) / 8 * 8);
        byte[] expected = File(padded, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0, 0x3f, 0, 0, 0x80, 0x7f, 0, 0, 0x40, 0x40);
        Assert.Equal(expected, Written(Small, new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" }));
    }

    [Fact]
    public void Pads_the_header_to_a_multiple_of_8()
    {
        for (int i = 1; i < 9; i++)
            Assert.Equal(0, Written(Weights.Empty.With(new string('n', i), new WeightArray([0], [])))[0] % 8);
    }

    [Fact]
    public void Reads_what_another_program_wrote()
    {
        // Data in another order than the entries, padding, escapes, no metadata, a scalar, an empty array, all three types.
        byte[] file = File(
            """{ "h": {"shape":[3],"dtype":"F16","data_offsets":[6,12]}, "b\u0066":{"dtype":"BF16","shape":[1,1],"data_offsets":[0,2]},""" +
            """ "s":{"dtype":"F32","shape":[],"data_offsets":[2,6]},"e":{"dtype":"F16","shape":[0,5],"data_offsets":[12,12]} }   """,
            0x80, 0x3f, 0, 0, 0x28, 0x42, 0x00, 0x3c, 0xff, 0x7b, 0x01, 0x00);
        SafetensorsFile read = Safetensors.Read(file);
        Assert.Equal(["bf", "s", "h", "e"], read.Weights.Keys);
        Assert.Equal([1f], read.Weights["bf"].Values);
        Assert.Equal([1, 1], read.Weights["bf"].Shape.ToArray());
        Assert.Equal([42f], read.Weights["s"].Values);
        Assert.Empty(read.Weights["s"].Shape);
        Assert.Equal([1f, 65504f, 5.9604645e-8f], read.Weights["h"].Values);
        Assert.Equal([0, 5], read.Weights["e"].Shape.ToArray());
        Assert.Empty(read.Metadata);
    }

    [Fact]
    public void Every_array_and_text_comes_back()
    {
        Gen<Weights> weights = Gen.Select(Gen.Int[0, 3].Array[0, 4], Gen.Int.Array[1, 200], Gen.String)
            .Select((shape, bits, name) =>
            {
                float[] values = [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b))
                    .Select(i => BitConverter.Int32BitsToSingle(bits[i % bits.Length]))];
                return KeyValuePair.Create(name, new WeightArray([.. shape], values));
            })
            .Array[0, 6]
            .Select(pairs => new Weights(pairs.DistinctBy(pair => pair.Key)));
        Gen.Select(weights, Gen.Dictionary(Gen.String, Gen.String)[0, 4]).Sample((written, metadata) =>
        {
            SafetensorsFile read = Safetensors.Read(Written(written, metadata));
            Assert.Equal(metadata.OrderBy(p => p.Key, StringComparer.Ordinal), read.Metadata);
            Assert.Equal(written.Keys.Order(StringComparer.Ordinal), read.Weights.Keys.Order(StringComparer.Ordinal));
            foreach ((string name, WeightArray array) in written)
            {
                Assert.Equal(array.Shape.ToArray(), read.Weights[name].Shape.ToArray());
                Assert.Equal(Bits(array), Bits(read.Weights[name]));
            }
        }, iter: 500);
    }

    static int[] Bits(WeightArray array) => [.. array.Values.Select(BitConverter.SingleToInt32Bits)];

    [Theory]
    [InlineData(WeightType.F16)]
    [InlineData(WeightType.BF16)]
    public void Two_byte_types_round_to_the_nearest_value_and_ties_to_even(WeightType type)
    {
        float step = type == WeightType.F16 ? MathF.ScaleB(1, -10) : MathF.ScaleB(1, -7); // the spacing above 1
        float[] values =
        [
            1 + step / 2, 1 + step * 1.5f, 1 + step * 0.51f, 1 + step * 0.49f, -1 - step / 2, 0f, -0f,
            float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.NaN, BitConverter.UInt32BitsToSingle(0xFF800001),
        ];
        float[] expected =
        [
            1, 1 + 2 * step, 1 + step, 1, -1, 0f, -0f,
            float.PositiveInfinity, float.NegativeInfinity, float.PositiveInfinity, float.NaN, float.NaN,
        ];
        float[] read = Safetensors.Read(Written(Weights.Empty.With("v", new WeightArray([values.Length], values)), type: type)).Weights["v"].Values;
        Assert.Equal(expected, read);
        Assert.True(float.IsNegative(read[6]));
    }

    [Theory]
    [InlineData(WeightType.F16)]
    [InlineData(WeightType.BF16)]
    public void Every_two_byte_value_survives_a_second_writing(WeightType type)
    {
        byte[] data = new byte[1 << 17];
        for (int i = 0; i < 1 << 16; i++)
            BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(2 * i), (ushort)i);
        Weights first = Safetensors.Read(File($$$"""{"v":{"dtype":"{{{type}}}","shape":[65536],"data_offsets":[0,131072]}}""", data)).Weights;
        Weights second = Safetensors.Read(Written(first, type: type)).Weights;
        Assert.Equal(first["v"].Values, second["v"].Values);
        if (type == WeightType.F16)
            Assert.All(Enumerable.Range(0, 1 << 16), i => Assert.Equal((float)BitConverter.UInt16BitsToHalf((ushort)i), first["v"].Values[i]));
    }

    [Fact]
    public void Arrays_longer_than_one_chunk_come_back()
    {
        float[] values = [.. Enumerable.Range(0, 150_001).Select(i => (float)(i % 2048))];
        Weights weights = Weights.Empty.With("long", new WeightArray([values.Length], values));
        Assert.Equal(values, Safetensors.Read(Written(weights)).Weights["long"].Values);
        Assert.Equal(values, Safetensors.Read(Written(weights, type: WeightType.F16)).Weights["long"].Values);
    }

    public static TheoryData<string, byte[], string> Damaged => new()
    {
        { "empty", [], "too few" },
        { "7 bytes", new byte[7], "too few" },
        { "no header", new byte[8], "does not start with '{'" },
        { "header over the limit", [0x01, 0xe1, 0xf5, 0x05, 0, 0, 0, 0, 0x7b], "100000000" },
        { "header over the file", [0x00, 0xe1, 0xf5, 0x05, 0, 0, 0, 0, 0x7b], "only 1 follow" },
        { "header length negative as a long", [0, 0, 0, 0, 0, 0, 0, 0x80, 0x7b], "not a safetensors file" },
        { "leading space", File(" {}"), "'{'" },
        { "a list", File("[]"), "'{'" },
        { "cut", File("""{"a":{"dtype":"F32","""), "JSON" },
        { "text after the header", File("{} x"), "JSON" },
        { "two objects", File("{}{}"), "JSON" },
        { "zero bytes as padding", File("{}\0\0"), "JSON" },
        { "deep", File("{\"a\":" + new string('[', 100_000)), "object" },
        { "deep shape", File("{\"a\":{\"shape\":" + new string('[', 100_000)), "whole numbers" },
        { "no surrogate pair", File("""{"\ud800":{}}"""), "JSON" },
        { "not UTF-8", [.. File("{\"?\":{}}").Select(b => b == '?' ? (byte)0xff : b)], "JSON" },
        { "trailing data", File("{}", 1), "1 follow" },
        { "I64", File("""{"ids":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""", new byte[8]), "tensor 'ids' has the dtype 'I64'" },
        { "no dtype", File("""{"a":{"shape":[1],"data_offsets":[0,4]}}""", new byte[4]), "needs dtype" },
        { "unknown key", File("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}""", new byte[4]), "unknown key 'x'" },
        { "key twice", File("""{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", new byte[4]), "'dtype' twice" },
        { "name twice", File("""{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"\u0061":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"""), "'a' twice" },
        { "metadata twice", File("""{"__metadata__":{},"__metadata__":{}}"""), "twice" },
        { "metadata key twice", File("""{"__metadata__":{"a":"","a":""}}"""), "'a' twice" },
        { "metadata with a number", File("""{"__metadata__":{"epoch":3}}"""), "__metadata__.'epoch' must be a string" },
        { "metadata a list", File("""{"__metadata__":[]}"""), "__metadata__ must be an object" },
        { "shape and offsets differ", File("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", new byte[4]), "needs 8 bytes" },
        { "offsets turned round", File("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", new byte[4]), "begin <= end" },
        { "one offset", File("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4]}}""", new byte[4]), "begin <= end" },
        { "negative offset", File("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", new byte[4]), "whole numbers" },
        { "fraction", File("""{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", new byte[4]), "whole numbers" },
        { "offset beyond a long", File("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,99999999999999999999]}}""", new byte[4]), "whole numbers" },
        { "4 TB", File("""{"a":{"dtype":"F32","shape":[1024,1024,1048576],"data_offsets":[0,4398046511104]}}""", new byte[4]), "too large" },
        { "4 GB", File("""{"a":{"dtype":"F32","shape":[1073741824],"data_offsets":[0,4294967296]}}""", new byte[4]), "4 follow" },
        { "product 2^64", File("""{"a":{"dtype":"F32","shape":[1073741824,1073741824,16],"data_offsets":[0,0]}}"""), "too large" },
        { "hole", File("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", new byte[8]), "hole" },
        { "overlap", File("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", new byte[8]), "overlap" },
        { "truncated data", File("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", new byte[7]), "7 follow" },
        { "control characters in a name", File("""{"a\nb\u001b":1}"""), "tensor 'a?b?' must be an object" },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void Damaged_content_is_refused_with_the_reason(string what, byte[] content, string reason)
    {
        string message = Assert.Throws<InvalidDataException>(() => Safetensors.Read(content)).Message;
        Assert.True(message.Contains(reason, StringComparison.Ordinal), $"{what}: {message}");
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Mutated_files_are_read_or_refused_and_take_little_memory()
    {
        byte[] seed = Written(Small, new Dictionary<string, string> { ["step"] = "prune" });
        string[] tokens = ["[", "]", "{", "}", ",", ":", "\"", "-1", "99999999999", "\"F16\"", "\\u", "null", "__metadata__", "\0"];
        Gen<byte[]> flipped = Gen.Int[0, seed.Length * 8 - 1].Array[1, 8].Select(bits =>
        {
            byte[] content = [.. seed];
            foreach (int bit in bits)
                content[bit / 8] ^= (byte)(1 << (bit % 8));
            return content;
        });
        Gen<byte[]> spliced = Gen.Select(Gen.Int[8, seed.Length], Gen.Int[0, 6], Gen.Int[0, tokens.Length - 1], (at, drop, token) =>
        {
            byte[] content = [.. seed[..at], .. Encoding.UTF8.GetBytes(tokens[token]), .. seed[Math.Min(at + drop, seed.Length)..]];
            content[0] = (byte)Math.Min(255, seed[0] + content.Length - seed.Length);
            return content;
        });
        Gen<byte[]> cut = Gen.Int[0, seed.Length].Select(length => seed[..length]);
        Gen.OneOf(flipped, spliced, cut, Gen.Byte.Array[0, 64]).Sample(content =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Safetensors.Read(content);
            }
            catch (InvalidDataException)
            {
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
        }, iter: 20_000);
    }

    [Fact]
    public void A_stream_is_read_from_where_it_stands_and_need_not_seek()
    {
        byte[] content = Written(Small);
        using var stream = new MemoryStream([9, 9, 9, .. content]) { Position = 3 };
        Assert.Equal(Small["w"].Values, Safetensors.Read(stream).Weights["w"].Values);
        using var forward = new System.IO.Compression.BrotliStream(Compressed(content), System.IO.Compression.CompressionMode.Decompress);
        Assert.Equal(Small["w"].Values, Safetensors.Read(forward).Weights["w"].Values);
    }

    static MemoryStream Compressed(byte[] content)
    {
        var compressed = new MemoryStream();
        using (var brotli = new System.IO.Compression.BrotliStream(compressed, System.IO.Compression.CompressionMode.Compress, leaveOpen: true))
            brotli.Write(content);
        compressed.Position = 0;
        return compressed;
    }

    [Fact]
    public void A_file_is_replaced_whole_and_errors_name_it()
    {
        string folder = Directory.CreateTempSubdirectory("heliograph-").FullName;
        string path = Path.Combine(folder, "weights.safetensors");
        try
        {
            Safetensors.Write(path, Small);
            Weights reserved = Small.With("__metadata__", Small["b"]);
            Assert.Throws<ArgumentException>(() => Safetensors.Write(path, reserved));
            Assert.Equal(Small["w"].Values, Safetensors.Read(path).Weights["w"].Values);
            Assert.Equal([path], Directory.GetFileSystemEntries(folder));
            System.IO.File.WriteAllBytes(path, [1, 2, 3]);
            Assert.StartsWith(path + ": ", Assert.Throws<InvalidDataException>(() => Safetensors.Read(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
