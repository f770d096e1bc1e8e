using System.Net;
using Heliograph.Edge.Security;

namespace Heliograph.Edge.Tests.Security;

/// <summary>Files of keys that change while the server runs.</summary>
public sealed class KeyFileTests
{
    static readonly TimeSpan Often = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task A_key_that_is_taken_out_lets_nobody_in_and_ends_what_it_had_begun()
    {
        var (garden, gardenLine) = ApiKeys.Make("garden");
        var (roof, roofLine) = ApiKeys.Make("roof");
        string file = "";
        await using var server = await TestServer.Start((options, root) =>
        {
            File.WriteAllLines(file = Path.Combine(root, "keys"), [gardenLine]);
            return options with { ApiKeys = file, FilesEvery = Often };
        });
        async Task<HttpStatusCode> Get(string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v2") { Headers = { Authorization = new("Bearer", key) } };
            using var response = await server.Http.SendAsync(request);
            return response.StatusCode;
        }
        using var http = new HttpClient { BaseAddress = server.Server.Http, DefaultRequestHeaders = { Authorization = new("Bearer", garden) } };
        using var watching = await EventReader.Open(http);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (await Get(garden), await Get(roof)));

        // What cannot be read changes nothing.
        File.WriteAllText(file, "nonsense");
        await Task.Delay(4 * Often);
        Assert.Equal(HttpStatusCode.OK, await Get(garden));
        File.WriteAllLines(file, [roofLine]);
        await Wait.Until(async () => await Get(roof) == HttpStatusCode.OK, "the new key lets in");
        Assert.Equal(HttpStatusCode.Unauthorized, await Get(garden));
        await Assert.ThrowsAnyAsync<IOException>(() => watching.Next());
    }

    [Fact]
    public void A_file_that_cannot_be_read_for_a_moment_is_read_later_and_told_once()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("keys", "old"u8.ToArray());
        bool fails = false;
        var file = new WatchedFile<string>(path, from => fails ? throw new IOException("too many open files") : File.ReadAllText(from));
        using var log = new Written();
        File.WriteAllText(path, "newer");
        fails = true;
        for (int i = 0; i < 3; i++)
            file.Look(log);
        Assert.Equal("old", file.Current);
        fails = false;
        for (int i = 0; i < 3; i++)
            file.Look(log);
        Assert.Equal("newer", file.Current);
        Assert.Equal(
            [$"{path} has changed but cannot be used; its earlier content stays in force: too many open files", $"{path} has changed and was read again"], log.Lines);
    }

    [Fact]
    public async Task Devices_and_their_keys_come_and_go()
    {
        byte[] first = new byte[32], second = [.. Enumerable.Repeat((byte)1, 32)];
        string keys = "", devices = "";
        await using var server = await TestServer.Start((options, root) =>
        {
            (keys, devices) = (Path.Combine(root, "keys"), Path.Combine(root, "devices"));
            File.WriteAllText(keys, $"0x1 {Convert.ToHexString(first)}\n");
            File.SetUnixFileMode(keys, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.WriteAllText(devices, "1\n2\n");
            return options with { DeviceKeys = keys, Devices = devices, FilesEvery = Often };
        });
        float[] symbols = EdgePairs.Symbols(server.Pair, 1, 1);
        async Task<bool> Taken(ulong device, byte[]? secret)
        {
            using var sender = new Sender(server, device, secret is null ? null : new(secret));
            double? before = await server.Metric("heliograph_datagrams_total", "outcome=\"taken\"") ?? 0;
            double? refused = await Refused();
            sender.Send(server.Pair, symbols);
            bool taken = false;
            await Wait.Until(async () => (taken = await server.Metric("heliograph_datagrams_total", "outcome=\"taken\"") > before) || await Refused() > refused, "a word of it");
            return taken;
        }
        async Task<double?> Refused() => await server.Metric("heliograph_datagrams_total", "outcome=\"Unauthenticated\"") + await server.Metric("heliograph_datagrams_total", "outcome=\"UnknownDevice\"");
        Assert.True(await Taken(1, first));
        Assert.False(await Taken(1, second));
        Assert.False(await Taken(1, null));
        Assert.True(await Taken(2, null));
        Assert.False(await Taken(3, null));
        File.WriteAllText(keys, $"0x1 {Convert.ToHexString(second)}\n");
        File.WriteAllText(devices, "1\n3\n");
        await Wait.Until(async () => await Taken(1, second), "the new key");
        Assert.False(await Taken(1, first));
        Assert.False(await Taken(2, null));
        Assert.True(await Taken(3, null));
    }

    [Theory]
    [InlineData("", "holds no device's key")]
    [InlineData("1 0123", "line 1: a line must have a device id")]
    [InlineData("x 0000000000000000000000000000000000000000000000000000000000000000", "line 1: a line must have a device id")]
    [InlineData("1 0000000000000000000000000000000000000000000000000000000000000000\n0x1 0000000000000000000000000000000000000000000000000000000000000001", "line 2: there is another key")]
    public void A_damaged_file_is_told_without_a_word_of_the_keys(string text, string message)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, text);
        string said = Assert.Throws<InvalidDataException>(() => DeviceKeys.Read(file)).Message;
        Assert.Contains(message, said, StringComparison.Ordinal);
        Assert.DoesNotContain("0000", said, StringComparison.Ordinal);
        File.Delete(file);
    }
}
