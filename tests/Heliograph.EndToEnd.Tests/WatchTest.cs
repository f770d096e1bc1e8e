using System.Text.Json;

namespace Heliograph.EndToEnd.Tests;

public sealed class WatchTest : IDisposable
{
    static readonly string Pair = Path.Combine(Repository.Root, "pairs", "signs");
    static readonly string[] Device = Programs.Built("Heliograph.Device", "heliograph-device", "heliograph-device");

    readonly Place place = new();

    public void Dispose() => place.Dispose();

    RunningProgram Serve(params string[] arguments) => place.Start(["serve", "--pairs", Pair, "--json", .. arguments]);

    [Fact]
    public async Task Results_are_shown_in_a_terminal_also_when_the_server_was_gone()
    {
        place.Run("data", "images", "signs", "--to", "photos", "--count", "20").Succeeded();
        using var first = Serve("--http", "0", "--udp", "0");
        var started = JsonDocument.Parse(await first.FirstLine()).RootElement;
        string http = started.At("http").GetString()!, udp = started.At("udp").GetString()!;
        using var sender = Programs.Start(place.Path, [.. Device, "send", "--pair", Pair, "--to", $"udp://{udp}", "--labels", "folders", "--repeat", "0", "--rate", "50", "photos"]);

        var text = place.Run("watch", http, "--count", "5").Succeeded();
        string[] lines = text.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, lines.Length);
        Assert.All(lines, line => Assert.Matches(@"^[0-9a-f]{16} +\d+  .+ \d+\.\d %  .+ ms  .+ % of \d+ +(right|wrong, it is .+)$", line));
        var json = place.Run("watch", http["http://".Length..], "--count", "3", "--json").Succeeded();
        var results = json.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(3, results.Length);
        Assert.All(results, result => Assert.Equal("signs", result.At("pair").GetString()));

        using var watching = place.Start("watch", http, "--json");
        await watching.FirstLine();
        first.Kill();
        using var second = Serve("--http", http[(http.LastIndexOf(':') + 1)..], "--udp", udp);
        await second.FirstLine();
        using var patience = new HttpClient { BaseAddress = new(http) };
        for (int i = 0; i < 600 && JsonDocument.Parse(await patience.GetStringAsync("api/status")).RootElement.At("resultClients").GetInt32() == 0; i++)
            await Task.Delay(50);
        watching.SendInterrupt();
        var ended = watching.Wait();
        Assert.Equal(0, ended.ExitCode);
        Assert.Contains($"{http}/ closed the stream of results; trying again", ended.ErrorLines);
        sender.SendInterrupt();
        sender.Wait();
    }

    [Fact]
    public async Task A_key_is_given_and_what_is_wrong_is_told()
    {
        var made = place.Run("serve", "new-key", "me", "--json").Succeeded().Json();
        place.Write("keys.txt", made.At("line").GetString() + "\n");
        place.Write("key.txt", made.At("key").GetString() + "\n");
        place.Write("wrong.txt", new string('A', 43) + "=\n");
        place.Write("two.txt", "two words\n");
        using var server = Serve("--http", "0", "--api-keys", "keys.txt", "--udp", "0");
        var started = JsonDocument.Parse(await server.FirstLine()).RootElement;
        string http = started.At("http").GetString()!;
        AssertRefused(1, "asks for a key: --key FILE", http);
        AssertRefused(1, "and this one is wrong", http, "--key", "wrong.txt");
        AssertRefused(1, "two.txt does not hold a key", http, "--key", "two.txt");
        AssertRefused(2, "there is no file no.txt", http, "--key", "no.txt");
        AssertRefused(1, "there is no server at http://127.0.0.1:1/", "127.0.0.1:1");
        AssertRefused(2, "'ftp://host' is not the address of a server", "ftp://host");
        AssertRefused(2, "is not the address of a server", http + "/api/results");
        AssertRefused(2, "--count must be at least 1", http, "--count", "0");

        using var watching = place.Start("watch", http, "--key", "key.txt", "--count", "1");
        place.Run("data", "images", "signs", "--to", "photos", "--count", "1").Succeeded();
        using var sender = Programs.Start(place.Path, [.. Device, "send", "--pair", Pair, "--to", $"udp://{started.At("udp").GetString()}", "--repeat", "0", "--rate", "20", "photos"]);
        Assert.Equal(0, watching.Wait().ExitCode);
        sender.SendInterrupt();
        sender.Wait();
    }

    void AssertRefused(int exitCode, string said, params string[] arguments)
    {
        var result = place.Run(["watch", .. arguments]);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(said, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }
}
