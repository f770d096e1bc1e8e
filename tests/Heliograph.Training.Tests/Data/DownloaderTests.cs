using System.Security.Cryptography;
using Heliograph.Statistics;
using Heliograph.Training.Data;

namespace Heliograph.Training.Tests.Data;

public sealed class DownloaderTests : IDisposable
{
    static readonly byte[] Content = MakeContent();

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    string Final => Path.Combine(folder.Path, "file.bin");

    string Part => Final + ".part";

    static byte[] MakeContent()
    {
        var random = new RandomStream(1, "download");
        return [.. Enumerable.Range(0, 300_000).Select(_ => (byte)random.NextInt(256))];
    }

    Downloader Downloader(CuttingServer server, IProgress<DownloadProgress>? progress = null) =>
#pragma warning disable CA5351
        new(new DownloadFile("file", "file.bin", server.Address, Convert.ToHexStringLower(MD5.HashData(Content))), folder.Path, progress)
#pragma warning restore CA5351
        {
            FirstDelay = TimeSpan.FromMilliseconds(1),
            Attempts = 3,
        };

    void AssertArrived()
    {
        Assert.Equal(Content, File.ReadAllBytes(Final));
        Assert.False(File.Exists(Part));
    }

    [Fact]
    public async Task Goes_on_after_every_cut()
    {
        using var server = new CuttingServer(Content);
        foreach (int cut in (int[])[100_000, 0, 0, 50_000, 0, 0])
            server.Cuts.Enqueue(cut);
        var progress = new Recorder();
        Assert.Equal(Final, await Downloader(server, progress).GetAsync(default));
        AssertArrived();
        Assert.Equal(
            [null, "bytes=100000-", "bytes=100000-", "bytes=100000-", "bytes=150000-", "bytes=150000-", "bytes=150000-"], server.Ranges);
        Assert.Contains(progress.Reports, report => report is { Bytes: 300_000, Total: 300_000 });
        Assert.Contains(progress.Reports, report => report.Note?.Contains("trying again") == true);

        // It is there: no further request.
        await Downloader(server).GetAsync(default);
        Assert.Equal(7, server.Ranges.Count);
    }

    [Fact]
    public async Task Keeps_what_has_arrived_for_the_next_time()
    {
        using var server = new CuttingServer(Content);
        foreach (int cut in (int[])[70_000, 0, 0, 0])
            server.Cuts.Enqueue(cut);
        string message = (await Assert.ThrowsAsync<IOException>(() => Downloader(server).GetAsync(default))).Message;
        Assert.Contains("3 attempts", message);
        Assert.DoesNotContain('\n', message);
        Assert.Equal(70_000, new FileInfo(Part).Length);
        Assert.False(File.Exists(Final));
        await Downloader(server).GetAsync(default);
        AssertArrived();
        Assert.Equal("bytes=70000-", server.Ranges[^1]);
    }

    [Fact]
    public async Task Starts_again_when_the_server_ignores_the_range()
    {
        using var server = new CuttingServer(Content) { IgnoresRange = true };
        server.Cuts.Enqueue(1000);
        await Downloader(server).GetAsync(default);
        AssertArrived();
    }

    [Fact]
    public async Task A_whole_part_needs_no_more_bytes()
    {
        using var server = new CuttingServer(Content);
        File.WriteAllBytes(Part, Content);
        await Downloader(server).GetAsync(default);
        AssertArrived();
        Assert.Equal(["bytes=300000-"], server.Ranges);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(400_000)]
    public async Task A_part_that_does_not_fit_is_fetched_again(int length)
    {
        using var server = new CuttingServer(Content);
        File.WriteAllBytes(Part, new byte[length]);
        await Downloader(server).GetAsync(default);
        AssertArrived();
    }

    [Fact]
    public async Task Wrong_bytes_never_get_the_name()
    {
        using var server = new CuttingServer([.. Content.Reverse()]);
        string message = (await Assert.ThrowsAsync<InvalidDataException>(() => Downloader(server).GetAsync(default))).Message;
        Assert.Contains("MD5", message);
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public async Task Tries_again_when_busy_but_not_when_refused()
    {
        using var server = new CuttingServer(Content);
        server.Refusals.Enqueue("503 Service Unavailable");
        await Downloader(server).GetAsync(default);
        AssertArrived();
        File.Delete(Final);
        server.Refusals.Enqueue("404 Not Found");
        Assert.Contains("404 Not Found", (await Assert.ThrowsAsync<IOException>(() => Downloader(server).GetAsync(default))).Message);
        Assert.Equal(3, server.Ranges.Count);
    }

    [Fact]
    public async Task Unknown_names_are_refused()
    {
        Assert.Contains("needs no download", (await Assert.ThrowsAsync<UsageException>(() => DataDownload.GetAsync("signs", folder.Path))).Message);
        await Assert.ThrowsAsync<UsageException>(() => DataDownload.GetAsync("cifar1000", folder.Path));
    }

    sealed class Recorder : IProgress<DownloadProgress>
    {
        public List<DownloadProgress> Reports { get; } = [];

        public void Report(DownloadProgress value) => Reports.Add(value);
    }
}
