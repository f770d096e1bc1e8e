using System.Security.Cryptography;
using System.Text.Json;
using Heliograph.Files;

namespace Heliograph.Experiments.Records;

/// <summary>
/// Hits on disk: a line of JSON, then bits. The line has <c>format</c> (heliograph-hits), <c>version</c>, <c>measuredOn</c>, <c>images</c>,
/// <c>data</c> (fingerprint of the images), <c>seed</c>, <c>points</c> (each <c>snrDb</c>, null without noise, and <c>draws</c>) and
/// <c>sha256</c> (of the bits). Then follow, point by point and draw by draw, one bit an image, 1 where it was classified correctly, the first image in
/// the lowest bit of the first byte; each draw begins a byte, and what is left of its last byte is 0.
/// </summary>
public static class HitsFile
{
    const string FormatName = "heliograph-hits";
    const int Version = 1, LongestHeader = 1 << 20, MostBytes = 1 << 30;

    sealed record Header(string Format, int Version, string MeasuredOn, int Images, string Data, ulong Seed, ValueList<Point> Points, string Sha256);

    sealed record Point(double? SnrDb, int Draws);

    /// <summary>Writes the file, whole or not at all.</summary>
    public static void Write(string path, Hits hits)
    {
        byte[] bits = [.. hits.Points.SelectMany(point => point.Draws).SelectMany(Pack)];
        var header = new Header(FormatName, Version, hits.MeasuredOn, hits.Images, hits.Data, hits.Seed,
            [.. hits.Points.Select(point => new Point(point.SnrDb, point.Draws.Count))], Hash(bits));
        AtomicFile.Write(path, stream =>
        {
            JsonSerializer.Serialize(stream, header, Json.Compact);
            stream.WriteByte((byte)'\n');
            stream.Write(bits);
        });
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or none of hits; the message names it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Hits Read(string path)
    {
        byte[] file = BoundedFile.ReadAllBytes(path, MostBytes);
        var header = ReadHeader(path, file, out int start);
        if (header.Format != FormatName)
            throw new InvalidDataException($"{path}: not a file of hits");
        if (header.Version != Version)
            throw new InvalidDataException($"{path}: hits of version {header.Version}; this program reads version {Version}");
        if (header.MeasuredOn is null || header.Data is null || header.Images < 1 || header.Points is not [_, ..] || header.Points.Any(point => point is not { Draws: >= 1 }))
            throw Damaged(path);
        byte[] bits = file[start..];
        int bytes = (header.Images + 7) / 8;
        if (bits.LongLength != header.Points.Sum(point => (long)point.Draws) * bytes || Hash(bits) != header.Sha256)
            throw Damaged(path);
        int at = 0;
        return new(header.MeasuredOn, header.Data, header.Seed, [.. header.Points.Select(point => new HitsAt(point.SnrDb, [.. Enumerable.Range(0, point.Draws).Select(_ => Next())]))]);

        bool[] Next() => Unpack(bits.AsSpan(bytes * at++, bytes), header.Images);
    }

    static Header ReadHeader(string path, byte[] file, out int start)
    {
        start = file.AsSpan(0, Math.Min(file.Length, LongestHeader)).IndexOf((byte)'\n') + 1;
        try
        {
            return JsonSerializer.Deserialize<Header>(file.AsSpan(0, start), Json.Compact) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: not a file of hits, or a damaged one", e);
        }
    }

    static InvalidDataException Damaged(string path) => new($"{path}: damaged; measure again, or use an intact copy");

    static byte[] Pack(bool[] hits)
    {
        byte[] bits = new byte[(hits.Length + 7) / 8];
        for (int i = 0; i < hits.Length; i++)
            bits[i / 8] |= (byte)((hits[i] ? 1 : 0) << (i % 8));
        return bits;
    }

    static bool[] Unpack(ReadOnlySpan<byte> bits, int count)
    {
        bool[] hits = new bool[count];
        for (int i = 0; i < count; i++)
            hits[i] = (bits[i / 8] >> (i % 8) & 1) != 0;
        return hits;
    }

    static string Hash(byte[] bits) => Convert.ToHexStringLower(SHA256.HashData(bits));
}
