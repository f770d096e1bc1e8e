using System.Formats.Tar;
using System.Security.Cryptography;
using Heliograph.Files;

namespace Heliograph.Links;

/// <summary>The two files of a recording, side by side in a folder or in an archive.</summary>
sealed class SigmfFiles
{
    // A frame's annotation takes about 300 bytes; a longer file is not a recording of frames, or should be cut into several.
    const int LongestMeta = 1 << 30;

    readonly string path;
    readonly long start;

    SigmfFiles(string metaPath, byte[] meta, string dataPath, long start, long length) =>
        (MetaPath, Meta, path, this.start, Length) = (metaPath, meta, dataPath, start, length);

    /// <summary>Where the meta text is, for messages.</summary>
    public string MetaPath { get; }

    public byte[] Meta { get; }

    /// <summary>Bytes of data.</summary>
    public long Length { get; }

    /// <summary>Opens NAME.sigmf-meta, its NAME.sigmf-data, or NAME.sigmf, an archive.</summary>
    /// <exception cref="UsageException">The name has another ending.</exception>
    /// <exception cref="InvalidDataException">The archive is damaged, or does not hold one recording.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public static SigmfFiles Open(string path)
    {
        if (SigmfFormat.IsArchive(path))
            return FromArchive(path);
        (string meta, string data) = SigmfFormat.Files(path);
        return new(meta, BoundedFile.ReadAllBytes(meta, LongestMeta), data, 0, -1);
    }

    /// <summary>This, once the data file is known; a data file with another name is beside the meta file.</summary>
    /// <param name="name"><c>core:dataset</c>, or null.</param>
    /// <exception cref="InvalidDataException">The name is not that of a file in the same folder.</exception>
    /// <exception cref="IOException">There is no such file.</exception>
    public SigmfFiles WithData(string? name)
    {
        if (Length >= 0)
        {
            return name is null || name == Path.GetFileName(MetaPath[..^SigmfFormat.MetaExtension.Length]) + SigmfFormat.DataExtension ? this
                : throw new InvalidDataException($"core:dataset names '{name}', but an archive holds only its recording's own data file");
        }
        string data = path;
        if (name is not null)
        {
            if (name.Length == 0 || name is "." or ".." || name.AsSpan().IndexOfAny('/', '\\') >= 0)
                throw new InvalidDataException($"core:dataset is '{name}', which is not the name of a file in the same folder");
            data = Path.Combine(Path.GetDirectoryName(path) ?? "", name);
            if (!File.Exists(data))
                throw new FileNotFoundException($"{MetaPath}: core:dataset names '{name}', but there is no such file beside it");
        }
        return new(MetaPath, Meta, data, 0, FileNames.Target(data).Length);
    }

    /// <summary>A stream of the file that holds the data, and where in it they begin.</summary>
    public (FileStream File, long Start) OpenData() => (File.OpenRead(path), start);

    /// <summary>SHA-512 of the data, as SigMF writes it: hexadecimal.</summary>
    public string Sha512()
    {
        var (file, begin) = OpenData();
        using (file)
        {
            file.Position = begin;
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
            byte[] buffer = new byte[1 << 16];
            for (long left = Length; left > 0;)
            {
                int read = file.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
                if (read == 0)
                    break;
                hash.AppendData(buffer, 0, read);
                left -= read;
            }
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    static SigmfFiles FromArchive(string path)
    {
        (string Name, byte[] Text)? meta = null;
        var datas = new Dictionary<string, (long Start, long Length)>(StringComparer.Ordinal);
        using var file = File.OpenRead(path);
        try
        {
            foreach (TarEntry entry in TarEntries.Read(file))
            {
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                    continue;
                if (entry.Name.EndsWith(SigmfFormat.DataExtension, StringComparison.Ordinal))
                    datas[entry.Name[..^SigmfFormat.DataExtension.Length]] = (entry.DataOffset, entry.Length);
                if (!entry.Name.EndsWith(SigmfFormat.MetaExtension, StringComparison.Ordinal))
                    continue;
                string recording = entry.Name[..^SigmfFormat.MetaExtension.Length];
                if (meta is var (other, _) && other != recording)
                    throw new InvalidDataException($"the archive holds several recordings ({string.Join(", ", new[] { other, recording }.Order(StringComparer.Ordinal))}…); take one out with tar");
                meta = (recording, Text(entry));
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
        if (meta is not var (name, text))
            throw new InvalidDataException($"{path}: the archive holds no {SigmfFormat.MetaExtension} file");
        if (!datas.TryGetValue(name, out var data))
            throw new InvalidDataException($"{path}: the archive lacks {name}{SigmfFormat.DataExtension}");
        // A file that ends within the data has no more of them.
        return new($"{path}: {name}{SigmfFormat.MetaExtension}", text, path, data.Start, Math.Clamp(file.Length - data.Start, 0, data.Length));
    }

    static byte[] Text(TarEntry entry)
    {
        if (entry.Length > LongestMeta)
            throw new InvalidDataException($"{entry.Name}: longer than {LongestMeta >> 20} MiB; cut the recording into several");
        using var text = new MemoryStream();
        entry.DataStream?.CopyTo(text);
        return text.ToArray();
    }
}
