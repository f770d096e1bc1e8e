namespace Heliograph.Training.Data;

/// <summary>A file that can be downloaded.</summary>
/// <param name="Name">The data set's name.</param>
/// <param name="FileName">Its name on the disk.</param>
/// <param name="Source">Its address.</param>
/// <param name="Md5">Its MD5, 32 lower-case hexadecimal digits.</param>
sealed record DownloadFile(string Name, string FileName, Uri Source, string Md5);
