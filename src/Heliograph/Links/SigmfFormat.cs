namespace Heliograph.Links;

/// <summary>Names in our SigMF recordings (docs/frame-format.md).</summary>
static class SigmfFormat
{
    public const string Version = "1.2.0";

    /// <summary>Our extension namespace and its version.</summary>
    public const string Namespace = "heliograph", NamespaceVersion = "1.2.0";

    public const string Complex = "cf32_le", Real = "rf32_le";

    public const string MetaExtension = ".sigmf-meta", DataExtension = ".sigmf-data", ArchiveExtension = ".sigmf";

    public const string Pair = "heliograph:pair", Device = "heliograph:device", Stream = "heliograph:stream", Sequence = "heliograph:sequence",
        Sent = "heliograph:sent_microseconds", Symbols = "heliograph:symbols", Erased = "heliograph:erased", Snr = "heliograph:sender_snr_db",
        Label = "heliograph:label", Width = "heliograph:width", Scale = "heliograph:scale";

    /// <summary>The ending of the meta file.</summary>
    public static ReadOnlySpan<byte> Tail => "\n]}\n"u8;

    /// <summary>Whether a path names an archive.</summary>
    public static bool IsArchive(string path) =>
        path.EndsWith(ArchiveExtension, StringComparison.Ordinal) && Path.GetFileName(path).Length > ArchiveExtension.Length;

    /// <summary>The two files of a recording, given either of them.</summary>
    public static (string Meta, string Data) Files(string path)
    {
        foreach (string extension in new[] { MetaExtension, DataExtension })
            if (path.EndsWith(extension, StringComparison.Ordinal) && Path.GetFileName(path).Length > extension.Length)
                return (Path.ChangeExtension(path, MetaExtension), Path.ChangeExtension(path, DataExtension));
        throw new UsageException($"'{path}' is not a name for a recording: write NAME{MetaExtension}.");
    }
}
