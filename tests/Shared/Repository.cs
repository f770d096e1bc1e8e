namespace Heliograph.Tests.Shared;

/// <summary>The repository that the tests belong to.</summary>
public static class Repository
{
    /// <summary>Its folder, found upwards from the tests' own.</summary>
    public static string Root { get; } = Find();

    static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Heliograph.slnx")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} is not below Heliograph.slnx");
        return folder.FullName;
    }
}
