using System.Security.Cryptography;
using Heliograph.Files;
using Heliograph.Pairs;

namespace Heliograph.Cli;

/// <summary>The files of a pair folder, as commands show them.</summary>
static class PairFiles
{
    /// <summary>One file.</summary>
    public sealed record Line(string Name, long Bytes, string Sha256);

    /// <summary>Every file of the pair, its description first.</summary>
    public static IReadOnlyList<Line> Of(Pair pair)
    {
        byte[] bytes = BoundedFile.ReadAllBytes(Path.Combine(pair.Folder, Pair.DescriptionFile), Pair.MaximumDescriptionBytes);
        return
        [
            new(Pair.DescriptionFile, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))),
            .. pair.Description.Files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => new Line(file.Key, file.Value.Bytes, file.Value.Sha256)),
        ];
    }

    /// <summary>A table of them.</summary>
    public static void Print(Pair pair)
    {
        var table = new TextTable("file", "bytes");
        foreach (var file in Of(pair))
            table.AddRow(file.Name, FormattableString.Invariant($"{file.Bytes:N0}"));
        table.Print();
    }
}
