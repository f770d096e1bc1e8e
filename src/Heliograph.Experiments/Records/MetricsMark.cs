using System.Security.Cryptography;
using Heliograph.Files;

namespace Heliograph.Experiments.Records;

/// <summary>What <c>metrics.jsonl</c> held at a moment: later only lines at its end are new.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of these bytes, 64 lower-case hexadecimal digits; null if an earlier version noted the length alone.</param>
public sealed record MetricsMark(long Bytes, string? Sha256)
{
    /// <summary>What a file holds now.</summary>
    public static MetricsMark Of(string path)
    {
        byte[] all = Read(path);
        return new(all.Length, Hash(all));
    }

    /// <summary>One line that says what a file has lost of it; null if everything is there.</summary>
    public string? LostIn(string path)
    {
        byte[] all = Read(path);
        if (all.Length < Bytes)
            return FormattableString.Invariant($"{path} has lost lines: {all.Length} bytes instead of {Bytes}; the measurements of these epochs are lost");
        return Sha256 is null || Hash(all.AsSpan(0, (int)Bytes)) == Sha256 ? null
            : $"{path} is damaged: lines of epochs have changed since they were written";
    }

    static byte[] Read(string path) => File.Exists(path) ? BoundedFile.ReadAllBytes(path, Json.MostBytes) : [];

    static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
