using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Heliograph.Links;
using Heliograph.Pairs;
using Microsoft.Extensions.Time.Testing;

namespace Heliograph.Tests.Links;

public sealed class SigmfTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("heliograph-").FullName;

    string Meta => Path.Combine(folder, "a.sigmf-meta");

    string Data => Path.Combine(folder, "a.sigmf-data");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static Frame[] Some => [
        Frame.Create(Frames.Header(0, device: ulong.MaxValue, snr: 14.5f, label: 3), Frames.Symbols(8)),
        Frame.Create(Frames.Header(1, stream: uint.MaxValue, sent: -5), Frames.Symbols(7), erased: 2),
        Frame.Create(Frames.Header(ulong.MaxValue) with { Pair = new PairId(1) }, Frames.Symbols(1)),
        Frame.Create(Frames.Header(3, label: 0, snr: -3), Frames.Symbols(1000)),
    ];

    void Record(bool complex, IEnumerable<Frame> frames)
    {
        using var recorder = new SigmfRecorder(Meta, complex);
        foreach (Frame frame in frames)
            recorder.Add(frame);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_recorded_is_read(bool complex)
    {
        Record(complex, Some);
        Assert.Equal(4 * (complex ? 8 + 8 + 2 + 1000 : 8 + 7 + 1 + 1000), new FileInfo(Data).Length);
        foreach (string path in new[] { Meta, Data })
        {
            SigmfReader reader = SigmfReader.Open(path);
            Assert.Equal((4, 0, false), (reader.Count, reader.Missing, reader.WasTorn));
            AssertSame(Some, reader.Frames());
        }
    }

    [Fact]
    public void Samples_are_little_endian_floats_in_order()
    {
        using (var recorder = new SigmfRecorder(Meta))
            recorder.Send(Frames.Header(), [1, -0.5f, 0.25f]);
        Assert.Equal(Convert.FromHexString("0000803F000000BF0000803E00000000"), File.ReadAllBytes(Data));
    }

    /// <summary>The rules of the schema and the text of SigMF 1.2, written out.</summary>
    [Theory]
    [InlineData(true, 4)]
    [InlineData(false, 4)]
    [InlineData(true, 0)]
    public void The_meta_file_keeps_the_rules_of_SigMF(bool complex, int frames)
    {
        Record(complex, Some.Take(frames));
        JsonElement root = JsonDocument.Parse(File.ReadAllBytes(Meta)).RootElement;
        Assert.Equal(["global", "captures", "annotations"], root.EnumerateObject().Select(p => p.Name));
        JsonElement global = root.GetProperty("global");
        string datatype = global.GetProperty("core:datatype").GetString()!;
        Assert.Matches(@"^(c|r)(f32|f64|i32|i16|u32|u16|i8|u8)(_le|_be)?$", datatype);
        Assert.Matches(@"^1\.2\.\d$", global.GetProperty("core:version").GetString()!);
        Assert.Equal(JsonValueKind.String, global.GetProperty("core:recorder").ValueKind);
        Assert.Equal(JsonValueKind.String, global.GetProperty("core:description").ValueKind);
        JsonElement extension = Assert.Single(global.GetProperty("core:extensions").EnumerateArray());
        Assert.Equal(["name", "version", "optional"], extension.EnumerateObject().Select(p => p.Name));
        Assert.Equal("heliograph", extension.GetProperty("name").GetString());
        Assert.Matches(@"^\d+\.\d+\.\d+$", extension.GetProperty("version").GetString()!);
        Assert.Equal(JsonValueKind.True, extension.GetProperty("optional").ValueKind);

        JsonElement capture = Assert.Single(root.GetProperty("captures").EnumerateArray());
        Assert.Equal(0, capture.GetProperty("core:sample_start").GetInt64());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$", capture.GetProperty("core:datetime").GetString()!);

        long end = 0;
        foreach (JsonElement annotation in root.GetProperty("annotations").EnumerateArray())
        {
            Assert.Equal(end, annotation.GetProperty("core:sample_start").GetInt64());   // ascending, and without gaps
            end += annotation.GetProperty("core:sample_count").GetInt64();
        }
        Assert.Equal(new FileInfo(Data).Length, end * (datatype == "cf32_le" ? 8 : 4));
        // Every key has a namespace, ours or the core, and no key comes twice.
        IEnumerable<JsonElement> objects = [global, capture, .. root.GetProperty("annotations").EnumerateArray()];
        Assert.All(objects, o => Assert.All(o.EnumerateObject(), p => Assert.Matches("^(core|heliograph):[a-z_0-9]+$", p.Name)));
        Assert.All(objects, o => Assert.Equal(o.EnumerateObject().Count(), o.EnumerateObject().Select(p => p.Name).Distinct().Count()));
    }

    [Fact]
    public void At_every_moment_the_files_are_a_whole_recording()
    {
        Frame[] frames = [.. Some, .. Some];
        using var recorder = new SigmfRecorder(Meta);
        for (int i = 0; i <= frames.Length; i++)
        {
            using (JsonDocument.Parse(Encoding.UTF8.GetString(ReadShared(Meta))))
            {
            }
            SigmfReader reader = Copy(ReadShared(Meta), ReadShared(Data));
            Assert.False(reader.WasTorn);
            AssertSame(frames.Take(i), reader.Frames());
            if (i < frames.Length)
                recorder.Add(frames[i]);
        }
    }

    [Fact]
    public void A_recording_that_was_torn_anywhere_gives_the_frames_before()
    {
        Record(true, Some);
        byte[] meta = File.ReadAllBytes(Meta), data = File.ReadAllBytes(Data);
        int head = Encoding.UTF8.GetString(meta).IndexOf('\n', StringComparison.Ordinal);
        int most = 0;
        for (int cut = head; cut < meta.Length; cut++)
        {
            // A system that failed leaves zeros, or nothing.
            SigmfReader reader = Copy(cut % 2 == 0 ? meta[..cut] : [.. meta[..cut], 0, 0, 0], data);
            Assert.InRange(reader.Count, most, most + 1);
            Assert.True(reader.WasTorn || cut == meta.Length - 1);
            AssertSame(Some.Take(reader.Count), reader.Frames());
            most = reader.Count;
        }
        Assert.Equal(4, most);
        SigmfReader shorter = Copy(meta, data[..^1]);
        Assert.Equal((3, 1), (shorter.Count, shorter.Missing));
        AssertSame(Some.Take(3), shorter.Frames());
    }

    [Fact]
    public void An_existing_recording_is_not_overwritten()
    {
        Record(true, Some);
        byte[] before = File.ReadAllBytes(Data);
        Assert.Contains(Meta, Assert.Throws<UsageException>(() => new SigmfRecorder(Meta)).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Data));
    }

    [Theory]
    [InlineData("a.json")]
    [InlineData(".sigmf-meta")]
    [InlineData(".sigmf")]
    public void Other_names_are_told(string name)
    {
        string path = Path.Combine(folder, name);
        Assert.Throws<UsageException>(() => new SigmfRecorder(path));
        Assert.Throws<UsageException>(() => SigmfReader.Open(path));
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Theory]
    [InlineData("cf32_le", "ci24_le", "core:datatype is 'ci24_le'")]
    [InlineData("\"annotations\":[", "\"annotation\":[", "'annotations' is missing")]
    [InlineData("\"heliograph:sequence\":1,", "\"heliograph:sequence\":-1,", "annotation 2 ")]
    [InlineData("\"heliograph:symbols\":7,", "\"heliograph:symbols\":9,", "annotation 2 ")]
    [InlineData("\"heliograph:symbols\":7,", "\"heliograph:symbols\":\"seven\",", "annotation 2 ")]
    [InlineData("\"heliograph:label\":3", "\"heliograph:label\":4294967296", "annotation 1 ")]
    [InlineData("\"heliograph:sender_snr_db\":14.5", "\"heliograph:sender_snr_db\":1e99", "annotation 1 ")]
    [InlineData("\"heliograph:sender_snr_db\":14.5", "\"heliograph:sender_snr_db\":100.1", "annotation 1 ")]
    [InlineData("\"heliograph:symbols\":1000,", "\"heliograph:symbols\":1048577,", "annotation 4 ")]
    [InlineData("\"global\":{", "\"global\":7,\"x\":{", "'global' is missing")]
    [InlineData("\"captures\"", "captures", "more than its end is damaged")]
    [InlineData("\"cf32_le\"", "\"\\ud800\"", "not Unicode")]
    [InlineData("\"heliograph:pair\":\"0", "\"heliograph:pair\":\"\u00ff", "not Unicode")]
    public void Damage_is_told(string text, string damaged, string message)
    {
        Record(true, Some);
        string meta = File.ReadAllText(Meta);
        Assert.Contains(text, meta, StringComparison.Ordinal);
        // Latin-1 writes the one letter that is no ASCII as a byte that is no UTF-8.
        File.WriteAllText(Meta, meta.Replace(text, damaged, StringComparison.Ordinal), Encoding.Latin1);
        var e = Assert.Throws<InvalidDataException>(() => SigmfReader.Open(Meta));
        Assert.StartsWith($"{Meta}: ", e.Message);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Annotations_of_others_are_passed_over_and_bad_samples_erased()
    {
        Record(true, Some);
        File.WriteAllText(Meta, File.ReadAllText(Meta).Replace(
            "\"annotations\":[", "\"annotations\":[{\"core:sample_start\":0,\"core:label\":\"theirs\"},", StringComparison.Ordinal));
        byte[] data = File.ReadAllBytes(Data);
        BinaryPrimitives.WriteSingleLittleEndian(data, float.NaN);
        File.WriteAllBytes(Data, data);
        Frame first = SigmfReader.Open(Meta).Frames().First();
        Assert.Equal((0f, 1, 4), (first.Symbols[0], first.Erased, SigmfReader.Open(Meta).Count));
    }

    [Fact]
    public async Task A_replay_is_a_new_stream_at_the_old_pace()
    {
        Frame[] recorded = [.. Enumerable.Range(0, 6).Select(i => Frame.Create(
            Frames.Header((ulong)i, sent: Frames.Sent + i * 40_000, label: i), Frames.Symbols(8, i)))];
        var frames = new List<Frame>();
        using var link = new MemoryLink(frame => { frames.Add(frame); return true; });
        foreach (Frame frame in recorded)
            link.Send(frame.Header, frame.Symbols);
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var replay = Replay.RunAsync(recorded, link, speed: 2, clock, CancellationToken.None);
        int passed = 0;
        for (; !replay.IsCompleted; passed++)
        {
            // The next frame is due at every 20th millisecond, and not before.
            Assert.InRange(frames.Count, 1, 6 + 1 + passed / 20);
            clock.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }
        Assert.Equal(6, await replay);
        Assert.True(passed >= 100, $"{passed} ms");
        // A new stream is later than all that the device has sent.
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(6, await Replay.RunAsync(recorded, link, double.PositiveInfinity, clock, CancellationToken.None));
        Assert.Equal(18, frames.Count);
        Assert.Equal(3, frames.Select(frame => frame.Stream).Distinct().Count());
        Assert.All(frames, frame => Assert.Equal(recorded[frame.Label!.Value].Symbols, frame.Symbols));
    }

    [Fact]
    public void A_recording_is_dated()
    {
        new SigmfRecorder(Meta, clock: new FakeTimeProvider(new(2026, 3, 4, 6, 6, 7, 89, TimeSpan.FromHours(1)))).Dispose();
        Assert.Contains("\"core:datetime\":\"2026-03-04T05:06:07.089Z\"", File.ReadAllText(Meta), StringComparison.Ordinal);
    }

    [Fact]
    public void Recording_allocates_nothing_a_frame()
    {
        using var recorder = new SigmfRecorder(Meta);
        float[] symbols = Frames.Symbols(64);
        FrameHeader header = Frames.Header(snr: 3, label: 5);
        recorder.Send(header, symbols);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            recorder.Send(header, symbols);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 * 64);   // the pair id's text
    }

    SigmfReader Copy(byte[] meta, byte[] data)
    {
        string path = Path.Combine(folder, "copy.sigmf-meta");
        File.WriteAllBytes(path, meta);
        File.WriteAllBytes(Path.ChangeExtension(path, ".sigmf-data"), data);
        return SigmfReader.Open(path);
    }

    static byte[] ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    static void AssertSame(IEnumerable<Frame> expected, IEnumerable<Frame> actual) => Assert.Equal(
        expected.Select(frame => (frame.Header, frame.Erased, string.Join(' ', frame.Symbols))),
        actual.Select(frame => (frame.Header, frame.Erased, string.Join(' ', frame.Symbols))));
}
