namespace Heliograph.Tests;

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
    public void A_missing_folder_is_an_error() =>
        Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.WriteText(Path.Combine(folder, "none", "a.txt"), "text"));
}
