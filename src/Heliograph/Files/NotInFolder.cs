namespace Heliograph.Files;

/// <summary>The error for a folder that is the wrong kind, or does not exist.</summary>
static class NotInFolder
{
    /// <summary>Names the folder if it is missing, else what it lacks.</summary>
    /// <param name="folder">As the user gave it.</param>
    /// <param name="what">What it does not hold, after "holds": <c>no run (no experiment.yaml)</c>.</param>
    public static UsageException Error(string folder, string what) =>
        new(Directory.Exists(folder) ? $"{folder} holds {what}" : File.Exists(folder) ? $"{folder} is a file; a folder is expected" : $"there is no folder {folder}");
}
