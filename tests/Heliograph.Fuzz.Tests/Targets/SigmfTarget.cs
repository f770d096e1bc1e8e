using System.Formats.Tar;
using System.Text;
using Heliograph.Links;
using Heliograph.Statistics;
using Heliograph.Tests.Links;

namespace Heliograph.Fuzz.Tests.Targets;

/// <summary>What of a recording is changed.</summary>
enum SigmfPart
{
    Meta,
    Data,
    Archive,
}

/// <summary>SigMF recordings: the meta file, the data file, or an archive of both.</summary>
sealed class SigmfTarget : FileTarget
{
    const int MostFrames = 64;

    readonly SigmfPart part;
    readonly byte[] meta, data;

    public SigmfTarget(SigmfPart part)
    {
        this.part = part;
        (meta, data) = Record("a", complex: true);
        (byte[] Meta, byte[] Data) real = Record("b", complex: false);
        Corpus = part switch
        {
            SigmfPart.Meta =>
            [
                meta,
                Text(meta, "\"core:datatype\":\"cf32_le\"", "\"core:datatype\":\"ci16_be\""),
                Text(meta, "\"core:version\"", "\"core:offset\":0,\"core:trailing_bytes\":0,\"core:num_channels\":1,\"core:metadata_only\":false,\"heliograph:scale\":0.5,\"core:version\""),
            ],
            SigmfPart.Data => [data, new byte[data.Length]],
            _ => [Archived(meta, data, TarEntryFormat.Ustar), Archived(real.Meta, real.Data, TarEntryFormat.Pax), Archived(meta, data, TarEntryFormat.Gnu)],
        };
        // In place for the part that is not changed.
        System.IO.File.WriteAllBytes(Path.Combine(Folder, "r.sigmf-meta"), meta);
        System.IO.File.WriteAllBytes(Path.Combine(Folder, "r.sigmf-data"), data);
    }

    public override string Name => part switch { SigmfPart.Meta => "sigmf-meta", SigmfPart.Data => "sigmf-data", _ => "sigmf-archive" };

    public override IReadOnlyList<byte[]> Corpus { get; }

    protected override string File => part switch { SigmfPart.Meta => "r.sigmf-meta", SigmfPart.Data => "r.sigmf-data", _ => "r.sigmf" };

    public override byte[] Change(byte[] origin, IReadOnlyList<byte[]> pool, RandomStream random) =>
        part == SigmfPart.Meta ? TextChanges.Change(origin, pool, random) : ByteChanges.Change(origin, pool, random);

    public override byte[] Pack(byte[] changed, RandomStream random) => part == SigmfPart.Archive && random.NextInt(8) > 0 ? TarTarget.Summed(changed) : changed;

    public override void Read(byte[] input)
    {
        var reader = SigmfReader.Open(Input);
        foreach (Frame frame in reader.Frames().Take(MostFrames))
        {
            if (frame.Symbols.Any(symbol => !(MathF.Abs(symbol) <= FrameFormat.MaxMagnitude)))
                throw new InvalidOperationException("a symbol is out of its range");
        }
    }

    // A data file that the meta file names and that is not there is an IOException.
    public override bool Refuses(Exception error) => error is InvalidDataException or FileNotFoundException;

    (byte[] Meta, byte[] Data) Record(string name, bool complex)
    {
        string path = Path.Combine(Folder, name + ".sigmf-meta"), dataPath = Path.ChangeExtension(path, "sigmf-data");
        using (var recorder = new SigmfRecorder(path, complex))
        {
            for (int i = 0; i < 3; i++)
                recorder.Add(Frames.Header((ulong)i, snr: 10, label: i == 1 ? 4 : null), Frames.Symbols(5 + i), erased: i);
        }
        (byte[], byte[]) files = (System.IO.File.ReadAllBytes(path), System.IO.File.ReadAllBytes(dataPath));
        System.IO.File.Delete(path);
        System.IO.File.Delete(dataPath);
        return files;
    }

    static byte[] Text(byte[] origin, string old, string now)
    {
        string text = Encoding.UTF8.GetString(origin).Replace("\": \"", "\":\"", StringComparison.Ordinal);
        string changed = text.Replace(old, now, StringComparison.Ordinal);
        return changed != text ? Encoding.UTF8.GetBytes(changed) : throw new InvalidOperationException($"{old} is not in {text}");
    }

    static byte[] Archived(byte[] meta, byte[] data, TarEntryFormat format) =>
        TarTarget.Archive(format, ("r/r.sigmf-meta", meta), ("r/r.sigmf-data", data));
}
