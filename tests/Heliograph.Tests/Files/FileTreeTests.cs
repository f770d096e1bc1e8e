using Heliograph.Files;

namespace Heliograph.Tests.Files;

public sealed class FileTreeTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("heliograph-tree-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    string Write(string name)
    {
        string path = Path.Combine(root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, name);
        return path;
    }

    void Link(string name, string target)
    {
        string path = Path.Combine(root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (Directory.Exists(Path.Combine(Path.GetDirectoryName(path)!, target)))
            Directory.CreateSymbolicLink(path, target);
        else
            File.CreateSymbolicLink(path, target);
    }

    string[] Files(string folder = "photos")
    {
        var walk = Task.Run(() => FileTree.Of(Path.Combine(root, folder)));
        Assert.True(walk.Wait(TimeSpan.FromSeconds(30)), "the walk does not end");
        return [.. walk.Result.Files.Select(path => Path.GetRelativePath(root, path).Replace('\\', '/'))];
    }

    [Fact]
    public void Files_come_in_the_order_of_their_paths()
    {
        foreach (string name in (string[])["photos/b.png", "photos/a/2.png", "photos/a/1.png", "photos/.hidden", "photos/B.png"])
            Write(name);
        Assert.Equal(["photos/.hidden", "photos/B.png", "photos/a/1.png", "photos/a/2.png", "photos/b.png"], Files());
        Assert.Throws<DirectoryNotFoundException>(() => FileTree.Of(Path.Combine(root, "nowhere")));
    }

    [SkippableFact]
    public void Each_real_file_is_there_once_and_links_in_a_circle_end()
    {
        Skip.If(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        Write("photos/a/1.png");
        Write("photos/b/2.png");
        Write("elsewhere/3.png");
        Write("elsewhere/deep/4.png");
        Write("beside.png");
        Link("photos/up", "..");
        Link("photos/itself", ".");
        Link("photos/a/to-b", "../b");
        Link("photos/b/to-a", "../a");
        Link("photos/0-same.png", "a/1.png");
        Link("photos/linked", "../elsewhere");
        Link("photos/linked-too", "../elsewhere/deep");
        Link("elsewhere/back", "../photos");
        Assert.Equal(["photos/a/1.png", "photos/b/2.png", "photos/linked/3.png", "photos/linked/deep/4.png"], Files());

        // The folder that is walked may be a link itself.
        Link("album", "photos");
        Assert.Equal(["album/a/1.png", "album/b/2.png", "album/linked/3.png", "album/linked/deep/4.png"], Files("album"));
        Assert.True(FileTree.LeadsUp(Path.Combine(root, "photos", "up")));
        Assert.False(FileTree.LeadsUp(Path.Combine(root, "photos", "linked")));
        Assert.False(FileTree.LeadsUp(Path.Combine(root, "photos", "a")));
    }

    [SkippableFact]
    public void Links_to_nothing_are_told_apart()
    {
        Skip.If(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        Write("photos/1.png");
        Link("photos/gone.png", "nowhere.png");
        Link("photos/round", "round");
        Assert.Equal(["photos/1.png"], Files());
        Assert.Equal(["gone.png", "round"], FileTree.Of(Path.Combine(root, "photos")).BrokenLinks.Select(Path.GetFileName));
    }
}
