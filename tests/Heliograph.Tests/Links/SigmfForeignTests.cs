using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Heliograph.Links;

namespace Heliograph.Tests.Links;

/// <summary>Recordings as other programs write, cut and pack them: each field that changes what samples mean is honoured, or refused by its name.</summary>
public sealed class SigmfForeignTests : IDisposable
{
    // Frames of another length than a chunk between headers, the last with an odd B.
    static readonly int[] Lengths = [8, 8, 12, 7];

    readonly string folder = Directory.CreateTempSubdirectory("heliograph-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string In(string name) => Path.Combine(folder, name);

    static string Case(string name) => Path.Combine(AppContext.BaseDirectory, "Links", "sigmf", name);

    static float[] Symbols(int frame) => [.. Frames.Symbols(Lengths[frame], frame).Select(symbol => Math.Clamp(symbol, -3.9f, 3.9f))];

    /// <summary>A recording of four frames, as a tree to be changed and its samples.</summary>
    (JsonObject Meta, byte[] Data) Recorded()
    {
        using (var recorder = new SigmfRecorder(In("made.sigmf-meta")))
        {
            for (int i = 0; i < Lengths.Length; i++)
                recorder.Send(Frames.Header((ulong)i, device: ulong.MaxValue - 1, label: 10 + i), Symbols(i));
        }
        return (JsonNode.Parse(File.ReadAllText(In("made.sigmf-meta")))!.AsObject(), File.ReadAllBytes(In("made.sigmf-data")));
    }

    string Write(JsonObject meta, byte[] data, string name = "b")
    {
        File.WriteAllBytes(In(name + ".sigmf-data"), data);
        File.WriteAllText(In(name + ".sigmf-meta"), meta.ToJsonString());
        return In(name + ".sigmf-meta");
    }

    static void AssertFrames(SigmfReader reader, IEnumerable<int> frames, float tolerance = 0)
    {
        var read = reader.Frames().ToArray();
        Assert.Equal(frames.Select(i => (ulong)i), read.Select(frame => frame.Sequence));
        foreach (Frame frame in read)
        {
            Assert.Equal(10 + (int)frame.Sequence, frame.Label);
            Assert.Equal(ulong.MaxValue - 1, frame.Device);
            float[] expected = Symbols((int)frame.Sequence);
            Assert.Equal(expected.Length, frame.Symbols.Length);
            Assert.All(expected.Zip(frame.Symbols), pair => Assert.InRange(pair.Second, pair.First - tolerance, pair.First + tolerance));
        }
    }

    /// <summary>Written by the rules of the datatype's name, and not by the reader's code.</summary>
    static byte[] Stored(float value, string type)
    {
        byte[] bytes = type[1..].Split('_')[0] switch
        {
            "f32" => BitConverter.GetBytes(value),
            "f64" => BitConverter.GetBytes((double)value),
            "i32" => BitConverter.GetBytes((int)Math.Round(value / 4 * 2147483648.0)),
            "i16" => BitConverter.GetBytes((short)Math.Round(value / 4 * 32768)),
            "i8" => [(byte)(sbyte)Math.Round(value / 4 * 128)],
            "u32" => BitConverter.GetBytes((uint)(2147483648.0 + Math.Round(value / 4 * 2147483648.0))),
            "u16" => BitConverter.GetBytes((ushort)(32768 + Math.Round(value / 4 * 32768))),
            "u8" => [(byte)(128 + Math.Round(value / 4 * 128))],
            _ => throw new ArgumentException(type),
        };
        return type.EndsWith("_be", StringComparison.Ordinal) ? [.. bytes.Reverse()] : bytes;
    }

    public static TheoryData<string> Datatypes => [.. from complex in "cr"
        from type in new[] { "f32_le", "f32_be", "f64_le", "f64_be", "i32_le", "i32_be", "i16_le", "i16_be", "u32_le", "u32_be", "u16_le", "u16_be", "i8", "u8" }
        select complex + type];

    [Theory]
    [MemberData(nameof(Datatypes))]
    public void Every_datatype_of_the_core_is_read(string type)
    {
        bool complex = type[0] == 'c', integer = type[1] != 'f';
        var (meta, _) = Recorded();
        meta["global"]!["core:datatype"] = type;
        if (integer)
            meta["global"]!["heliograph:scale"] = 4;
        var data = new List<byte>();
        int values = 0;
        for (int i = 0; i < Lengths.Length; i++)
        {
            var annotation = meta["annotations"]![i]!;
            annotation["core:sample_start"] = complex ? values / 2 : values;
            float[] symbols = complex && Lengths[i] % 2 == 1 ? [.. Symbols(i), 0] : Symbols(i);
            annotation["core:sample_count"] = complex ? symbols.Length / 2 : symbols.Length;
            data.AddRange(symbols.SelectMany(symbol => Stored(symbol, type)));
            values += symbols.Length;
        }
        SigmfReader reader = SigmfReader.Open(Write(meta, [.. data]));
        Assert.Equal((type, true), (reader.Datatype, reader.SaysScale));
        float step = integer ? 4 / MathF.Pow(2, type.Contains('8') ? 7 : type.Contains("16", StringComparison.Ordinal) ? 15 : 31) : 0;
        AssertFrames(reader, [0, 1, 2, 3], step == 0 ? 0 : 0.51f * step + 1e-6f);

        // Without the field integers have no unit: the mean power is taken for what was sent.
        if (!integer)
            return;
        meta["global"]!.AsObject().Remove("heliograph:scale");
        reader = SigmfReader.Open(Write(meta, [.. data]));
        Assert.False(reader.SaysScale);
        Assert.Equal(1, reader.MeanPower(), 1e-3);
    }

    [Fact]
    public void A_split_recording_gives_the_frames_that_are_there()
    {
        string[] whole = [.. SigmfReader.Open(Case("whole.sigmf-meta")).Frames().Select(Text)];
        Assert.Equal(6, whole.Length);
        Assert.Equal(whole[1..], SigmfReader.Open(Case("offset.sigmf-meta")).Frames().Select(Text));

        // The first part of the same, with all annotations kept.
        var (meta, data) = Recorded();
        SigmfReader first = SigmfReader.Open(Write(meta, data[..^40]));
        Assert.Equal(2, first.Missing);
        AssertFrames(first, [0, 1]);
        // And the rest.
        meta["global"]!["core:offset"] = 4;
        SigmfReader rest = SigmfReader.Open(Write(meta, data[32..]));
        Assert.Equal(1, rest.Missing);
        AssertFrames(rest, [1, 2, 3]);
        meta["global"]!["core:offset"] = ulong.MaxValue;
        Assert.Equal(4, SigmfReader.Open(Write(meta, data)).Missing);

        static string Text(Frame frame) => $"{frame.Header} {string.Join(' ', frame.Symbols)}";
    }

    [Fact]
    public void Header_and_trailing_bytes_are_passed_over_also_within_a_frame()
    {
        Assert.Equal(
            SigmfReader.Open(Case("whole.sigmf-meta")).Frames().Select(frame => string.Join(' ', frame.Symbols)),
            SigmfReader.Open(Case("header.sigmf-meta")).Frames().Select(frame => string.Join(' ', frame.Symbols)));

        // A radio's packets: 5 samples each behind 16 bytes; the frames have 4, 4, 6 and 4 samples.
        var (meta, data) = Recorded();
        var captures = new JsonArray();
        var packed = new List<byte>();
        for (int at = 0; at < data.Length / 8; at += 5)
        {
            captures.Add(new JsonObject { ["core:sample_start"] = at, ["core:header_bytes"] = 16 });
            packed.AddRange(Enumerable.Repeat((byte)0x7f, 16));
            packed.AddRange(data[(8 * at)..Math.Min(8 * at + 40, data.Length)]);
        }
        meta["captures"] = captures;
        meta["global"]!["core:trailing_bytes"] = 24;
        SigmfReader reader = SigmfReader.Open(Write(meta, [.. packed, .. new byte[24]]));
        Assert.Equal(0, reader.Missing);
        AssertFrames(reader, [0, 1, 2, 3]);
        // What is said to be no samples is none.
        meta["global"]!["core:trailing_bytes"] = 25;
        Assert.Equal(1, SigmfReader.Open(Write(meta, [.. packed, .. new byte[24]])).Missing);
    }

    [Fact]
    public void A_hash_is_checked()
    {
        var (meta, data) = Recorded();
        meta["global"]!["core:sha512"] = Convert.ToHexStringLower(SHA512.HashData(data));
        AssertFrames(SigmfReader.Open(Write(meta, data)), [0, 1, 2, 3]);
        data[3] ^= 1;
        Assert.Contains("core:sha512", Assert.Throws<InvalidDataException>(() => SigmfReader.Open(Write(meta, data))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_is_read()
    {
        var (meta, data) = Recorded();
        meta["global"]!["core:sha512"] = Convert.ToHexStringLower(SHA512.HashData(data));
        foreach (var format in Enum.GetValues<TarEntryFormat>().Except([TarEntryFormat.Unknown]))
        {
            SigmfReader reader = SigmfReader.Open(Archive(format, ("sky", meta, data)));
            AssertFrames(reader, [0, 1, 2, 3]);
        }
        string two = Archive(TarEntryFormat.Pax, ("sky", meta, data), ("sea", meta, data));
        Assert.Contains("several recordings (sea/sea, sky/sky", Assert.Throws<InvalidDataException>(() => SigmfReader.Open(two)).Message, StringComparison.Ordinal);
        string cut = Archive(TarEntryFormat.Pax, ("sky", meta, data));
        foreach (int length in new[] { 0, 100, 700, 2600 })
        {
            byte[] bytes = File.ReadAllBytes(cut)[..length];
            File.WriteAllBytes(In("cut.sigmf"), bytes);
            Assert.StartsWith(In("cut.sigmf"), Assert.Throws<InvalidDataException>(() => SigmfReader.Open(In("cut.sigmf"))).Message, StringComparison.Ordinal);
        }
        File.WriteAllText(In("cut.sigmf"), new string('x', 3000));
        Assert.Throws<InvalidDataException>(() => SigmfReader.Open(In("cut.sigmf")));
    }

    string Archive(TarEntryFormat format, params (string Name, JsonObject Meta, byte[] Data)[] recordings)
    {
        using var file = File.Create(In("archive.sigmf"));
        using var tar = new TarWriter(file, format);
        foreach (var (name, meta, data) in recordings)
        {
            foreach (var (ending, content) in new[] { ("data", data), ("meta", Encoding.UTF8.GetBytes(meta.ToJsonString())) })
            {
                string path = $"{name}/{name}.sigmf-{ending}";
                TarEntry entry = format switch
                {
                    TarEntryFormat.V7 => new V7TarEntry(TarEntryType.V7RegularFile, path),
                    TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, path),
                    TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, path),
                    _ => new PaxTarEntry(TarEntryType.RegularFile, path),
                };
                entry.DataStream = new MemoryStream(content);
                tar.WriteEntry(entry);
            }
        }
        return In("archive.sigmf");
    }

    [Theory]
    [InlineData("global core:num_channels", "2", "core:num_channels is 2")]
    [InlineData("global core:num_channels", "0", "core:num_channels is 0")]
    [InlineData("global core:metadata_only", "true", "core:metadata_only")]
    [InlineData("global core:offset", "-1", "core:offset is not a whole number")]
    [InlineData("global core:trailing_bytes", "18446744073709551615", "core:trailing_bytes is 18446744073709551615")]
    [InlineData("global core:sha512", "\"00\"", "core:sha512 does not match the data file")]
    [InlineData("global core:dataset", "\"../b.sigmf-data\"", "not the name of a file in the same folder")]
    [InlineData("global core:dataset", "\"..\"", "not the name of a file in the same folder")]
    [InlineData("global core:version", "\"2.0.0\"", "core:version is '2.0.0'")]
    [InlineData("global core:version", "\"0.0.2\"", "core:version is '0.0.2'")]
    [InlineData("global core:datatype", "\"cf16_le\"", "core:datatype is 'cf16_le'")]
    [InlineData("global core:datatype", "\"cf32\"", "core:datatype is 'cf32'")]
    [InlineData("global core:datatype", "\"ci8_le\"", "core:datatype is 'ci8_le'")]
    [InlineData("global core:extensions", """[{"name":"compressed","version":"1.0.0","optional":false}]""", "the extension 'compressed'")]
    [InlineData("global core:extensions", """[{"name":"compressed","version":"1.0.0"}]""", "the extension 'compressed'")]
    [InlineData("global core:extensions", """[{"name":"heliograph","version":"2.0.0","optional":true}]""", "version '2.0.0' of heliograph")]
    [InlineData("global core:extensions", """{"compressed":"v1"}""", "'core:extensions' is not an array")]
    [InlineData("global heliograph:scale", "0", "heliograph:scale")]
    [InlineData("captures", """[{"core:header_bytes":8}]""", "capture 1 lacks core:sample_start")]
    [InlineData("captures", """[{"core:sample_start":8},{"core:sample_start":4}]""", "capture 2 begins before")]
    [InlineData("captures", """[{"core:sample_start":0,"core:header_bytes":-8}]""", "core:header_bytes")]
    [InlineData("captures", """[{"core:sample_start":0,"core:header_bytes":4611686018427387903},{"core:sample_start":1,"core:header_bytes":4611686018427387903},{"core:sample_start":2,"core:header_bytes":4611686018427387903}]""", "core:header_bytes: no file is that long")]
    public void What_cannot_be_honoured_is_refused_by_its_name(string field, string value, string said)
    {
        var (meta, data) = Recorded();
        string[] path = field.Split(' ');
        JsonNode parent = path.Length > 1 ? meta[path[0]]! : meta;
        parent[path[^1]] = JsonNode.Parse(value);
        string written = Write(meta, data);
        var e = Assert.Throws<InvalidDataException>(() => SigmfReader.Open(written));
        Assert.StartsWith($"{written}: ", e.Message);
        Assert.Contains(said, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void What_changes_nothing_is_read()
    {
        var (meta, data) = Recorded();
        meta["global"]!["core:num_channels"] = 1;
        meta["global"]!["core:sample_rate"] = 1e6;
        meta["global"]!["core:extensions"] = JsonNode.Parse("""[{"name":"antenna","version":"1.0.0","optional":true}]""");
        meta["global"]!["core:dataset"] = "radio.bin";
        meta["captures"] = JsonNode.Parse("""[{"core:sample_start":0,"core:frequency":1e9},{"core:sample_start":9},{"core:sample_start":12345}]""");
        string written = Write(meta, []);
        Assert.Contains("core:dataset names 'radio.bin'", Assert.Throws<FileNotFoundException>(() => SigmfReader.Open(written)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(In("radio.bin"), data);
        AssertFrames(SigmfReader.Open(written), [0, 1, 2, 3]);
        // Large recordings often lie elsewhere.
        File.Move(In("radio.bin"), In("elsewhere.bin"));
        File.CreateSymbolicLink(In("radio.bin"), "elsewhere.bin");
        AssertFrames(SigmfReader.Open(written), [0, 1, 2, 3]);
    }

    /// <summary>Programs that hold numbers as doubles read whole numbers exactly up to 2⁵³.</summary>
    [Fact]
    public void Integers_beyond_2_to_53_are_written_as_text_and_read_either_way()
    {
        const ulong exact = 1UL << 53;
        using (var recorder = new SigmfRecorder(In("a.sigmf-meta")))
        {
            recorder.Send(Frames.Header(exact, device: exact + 1, sent: long.MinValue), [1]);
            recorder.Send(Frames.Header(exact + 1, device: exact, sent: 5), [1]);
        }
        var annotations = JsonNode.Parse(File.ReadAllText(In("a.sigmf-meta")))!["annotations"]!;
        Assert.Equal("\"9007199254740993\"", annotations[0]!["heliograph:device"]!.ToJsonString());
        Assert.Equal("9007199254740992", annotations[0]!["heliograph:sequence"]!.ToJsonString());
        Assert.Equal("\"-9223372036854775808\"", annotations[0]!["heliograph:sent_microseconds"]!.ToJsonString());
        Assert.Equal("9007199254740992", annotations[1]!["heliograph:device"]!.ToJsonString());
        Assert.Equal("\"9007199254740993\"", annotations[1]!["heliograph:sequence"]!.ToJsonString());
        var read = SigmfReader.Open(In("a.sigmf-meta")).Frames().Select(frame => (frame.Device, frame.Sequence, frame.SentMicroseconds));
        Assert.Equal([(exact + 1, exact, long.MinValue), (exact, exact + 1, 5)], read);
        // As versions before wrote them.
        Assert.Equal(634786578730900460UL, SigmfReader.Open(Case("whole.sigmf-meta")).Frames().First().Device);
    }
}
