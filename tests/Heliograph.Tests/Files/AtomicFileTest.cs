using Heliograph.Files;

namespace Heliograph.Tests.Files;

public sealed class AtomicFileTest : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("heliograph-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Creates_and_replaces_a_file()
    {
        string path = Path.Combine(folder, "a.txt");
        AtomicFile.WriteText(path, "first, longer");
        AtomicFile.WriteText(path, "größer");
        Assert.Equal("größer"u8.ToArray(), File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void Takes_a_relative_path()
    {
        string path = Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(folder, "a.txt"));
        AtomicFile.WriteText(path, "text");
        Assert.Equal("text", File.ReadAllText(path));
    }

    [Fact]
    public void A_failing_writer_leaves_the_old_file_whole_and_nothing_else()
    {
        string path = Path.Combine(folder, "a.bin");
        AtomicFile.Write(path, stream => stream.Write([1, 2, 3]));
        Assert.Throws<NotSupportedException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[200_000]);
            throw new NotSupportedException();
        }));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void A_rename_that_fails_leaves_nothing_behind()
    {
        string path = Directory.CreateDirectory(Path.Combine(folder, "taken")).FullName;
        Assert.ThrowsAny<Exception>(() => AtomicFile.WriteText(path, "text"));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void What_a_kill_left_is_deleted_and_nothing_else()
    {
        string[] torn = [.. Enumerable.Range(0, 200).Select(i => AtomicFile.TemporaryPath(Path.Combine(folder, i % 2 == 0 ? "a.bin" : "result")))];
        string[] foreign = [".draft.tmp", ".a.bin.tmp", "a.bin.abcdefgh.abc.tmp", ".a.abcdefgh.abc.tmp.old", ".a.ABCDEFGH.abc.tmp", ".abcdefgh.abc.tmp", "a.bin"];
        string below = Directory.CreateDirectory(Path.Combine(folder, "below")).FullName, other = Directory.CreateTempSubdirectory("heliograph-").FullName;
        foreach (string file in (string[])[.. torn, .. foreign.Select(name => Path.Combine(folder, name)), AtomicFile.TemporaryPath(Path.Combine(below, "a")), AtomicFile.TemporaryPath(Path.Combine(other, "a"))])
            File.WriteAllText(file, "x");
        // A folder of such a name, a link to a file and a link to a folder.
        string named = Directory.CreateDirectory(AtomicFile.TemporaryPath(Path.Combine(folder, "pair"))).FullName;
        string link = AtomicFile.TemporaryPath(Path.Combine(folder, "link"));
        File.CreateSymbolicLink(link, Path.Combine(folder, "a.bin"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "linked"), other);

        AtomicFile.DeleteTorn(folder);
        AtomicFile.DeleteTorn(Path.Combine(folder, "linked"));
        AtomicFile.DeleteTorn(Path.Combine(folder, "none"));
        Assert.Equal(
            [.. foreign.Select(name => Path.Combine(folder, name)), below, named, link, Path.Combine(folder, "linked")],
            Directory.GetFileSystemEntries(folder).ToHashSet());
        Assert.Single(Directory.GetFiles(below));
        Assert.Single(Directory.GetFiles(other));
        Directory.Delete(other, recursive: true);
    }

    [Fact]
    public void A_missing_folder_is_an_error() =>
        Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.WriteText(Path.Combine(folder, "none", "a.txt"), "text"));
}
