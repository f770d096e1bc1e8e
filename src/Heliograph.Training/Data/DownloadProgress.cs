namespace Heliograph.Training.Data;

/// <summary>How far a download is.</summary>
/// <param name="Bytes">Bytes that are on the disk.</param>
/// <param name="Total">Bytes of the whole file, if the server says.</param>
/// <param name="Note">What has happened, when something has, such as a lost connection; else null.</param>
public readonly record struct DownloadProgress(long Bytes, long? Total, string? Note = null);
