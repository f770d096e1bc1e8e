using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Heliograph.Statistics;
using Heliograph.Training.Data;

namespace Heliograph.Fuzz.Tests.Targets;

/// <summary>Archives of data sets, as CIFAR's: tar within gzip.</summary>
sealed class TarTarget : FileTarget
{
    const int Block = 512, SumAt = 148, SumBytes = 8, MagicAt = 257;

    static readonly CifarLayout Tiny = CifarLayout.Cifar100 with { Classes = 2, Train = 2, Test = 1 };

    public TarTarget()
    {
        string longName = string.Concat(Enumerable.Repeat("a-long-name/", 25));
        byte[] train = new byte[2 * Tiny.RecordBytes], test = new byte[Tiny.RecordBytes];
        Corpus = [.. new[] { TarEntryFormat.V7, TarEntryFormat.Ustar, TarEntryFormat.Pax, TarEntryFormat.Gnu }.Select(format => Archive(format,
            ((format is TarEntryFormat.Pax or TarEntryFormat.Gnu ? longName : "") + "train.bin", train), ("x/test.bin", test), ("x/fine_label_names.txt", "a\nb\n"u8.ToArray())))];
    }

    public override string Name => "tar";

    public override IReadOnlyList<byte[]> Corpus { get; }

    protected override string File => "cifar.tar.gz";

    public override byte[] Change(byte[] origin, IReadOnlyList<byte[]> pool, RandomStream random)
    {
        if (origin.Length < Block || random.NextInt(3) == 0)
            return ByteChanges.Change(origin, pool, random);
        // Within one header, where a change is more than other pixels.
        int at = Block * random.NextInt(origin.Length / Block);
        if (!origin.AsSpan(at + MagicAt).StartsWith("ustar"u8))
            at = 0;
        byte[] header = ByteChanges.Change(origin[at..(at + Block)], pool, random);
        Array.Resize(ref header, Block);
        return [.. origin.AsSpan(0, at), .. header, .. origin.AsSpan(at + Block)];
    }

    public override byte[] Pack(byte[] changed, RandomStream random)
    {
        byte[] summed = random.NextInt(8) == 0 ? changed : Summed(changed);
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zip.Write(summed);
        byte[] file = packed.ToArray();
        return random.NextInt(16) == 0 ? ByteChanges.Change(file, [file], random) : file;
    }

    public override void Read(byte[] input) => CifarData.Load(Tiny, Input);

    public override bool Refuses(Exception error) => error is InvalidDataException;

    /// <summary>An archive of some files.</summary>
    internal static byte[] Archive(TarEntryFormat format, params (string Name, byte[] Content)[] files)
    {
        using var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, format, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                TarEntryType type = format == TarEntryFormat.V7 ? TarEntryType.V7RegularFile : TarEntryType.RegularFile;
                TarEntry entry = format switch
                {
                    TarEntryFormat.V7 => new V7TarEntry(type, name),
                    TarEntryFormat.Ustar => new UstarTarEntry(type, name),
                    TarEntryFormat.Pax => new PaxTarEntry(type, name),
                    _ => new GnuTarEntry(type, name),
                };
                entry.DataStream = new MemoryStream(content);
                tar.WriteEntry(entry);
            }
        }
        return archive.ToArray();
    }

    /// <summary>The archive with the right sum in every block that looks like a header.</summary>
    internal static byte[] Summed(byte[] archive)
    {
        byte[] summed = [.. archive];
        for (int at = 0; at + Block <= summed.Length; at += Block)
        {
            Span<byte> header = summed.AsSpan(at, Block);
            if (at > 0 && !header[MagicAt..].StartsWith("ustar"u8))
                continue;
            header.Slice(SumAt, SumBytes).Fill((byte)' ');
            int sum = 0;
            foreach (byte value in header)
                sum += value;
            Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header[SumAt..]);
        }
        return summed;
    }
}
