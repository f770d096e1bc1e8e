using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Heliograph.Tests;

namespace Heliograph.EndToEnd.Tests;

/// <summary>The commands of docs/gnuradio.md, as they are written there but for the ports and the build's configuration.</summary>
public sealed partial class GnuRadioDocumentTest : IDisposable
{
    readonly Place place = new();
    readonly List<RunningProgram> terminals = [];

    public void Dispose()
    {
        foreach (var terminal in terminals)
            terminal.Dispose();
        place.Dispose();
    }

    [SkippableFact]
    public async Task The_document_runs_as_written()
    {
        GnuRadioChannel.SkipWithout();
        Skip.If(Programs.Find("grcc") is null, "GNU Radio's grcc is not installed (Debian: apt install gnuradio)");
        // What a clone has, and what is made in it stays here.
        foreach (string folder in new[] { "pairs", "src" })
            Directory.CreateSymbolicLink(place.In(folder), Path.Combine(Repository.Root, folder));
        var ports = new[] { "7355", "7356", "7357", "7358", "8080" }.ToDictionary(port => port, _ => FreePort());
        string text = OnPorts("gnuradio.md");
        place.Write("docs/gnuradio/channel.grc", OnPorts("gnuradio/channel.grc"));
        string[] blocks = [.. Block().Matches(text).Select(match => match.Groups[1].Value)];
        Assert.Equal(7, blocks.Length);
        Assert.Equal("dotnet build -c Release", blocks[0].Trim());
        string path = blocks[1].Replace("Release", Programs.Configuration, StringComparison.Ordinal);

        // The server binds its page where it does by default.
        string page = Page().Match(text).Groups[1].Value;
        foreach (string commands in blocks[2..6])
            Terminal(commands.Contains("heliograph serve", StringComparison.Ordinal) ? commands.TrimEnd() + $" --http {new Uri(page).Port}" : commands);
        using var http = new HttpClient { BaseAddress = new(page) };
        var status = await Until(http, now => now.At("devices").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } device && device.At("labelled").GetInt32() >= 100);
        var samples = status.At("samples");
        Assert.Equal(("in-step", 0, JsonValueKind.Null), (samples.At("step").GetString(), samples.At("slips").GetInt32(), samples.At("warning").ValueKind));
        Assert.InRange(samples.At("pilot").Number("correlation"), 0.9, 1);
        var known = status.At("devices")[0];
        // At 14.5 dB 90 % of the test set are right; in the wrong place, or with others' labels, it would be 4 %.
        Assert.InRange(known.Number("correct") / known.Number("labelled"), 0.75, 1);
        Assert.InRange(known.At("snr").Number("measuredDb"), 12, 17);

        var watching = Terminal(blocks[6]);
        Assert.Matches(@"ms  \d+\.\d % of \d+ +(right|wrong, it is )", await watching.FirstLine());

        // A channel that starts anew has lost what was in it: at the next pilots the server falls into step again, and labels are those of their frames.
        long pilots = (await Until(http, _ => true)).At("samples").At("pilots").GetInt64();
        terminals[0].Dispose();
        terminals.RemoveAt(0);
        Terminal(blocks[2]);
        status = await Until(http, now => now.At("samples").At("pilots").GetInt64() >= pilots + 2 && now.At("samples").At("step").GetString() == "in-step");
        var before = status.At("devices")[0];
        var after = (await Until(http, now => now.At("devices")[0].Number("labelled") >= before.Number("labelled") + 80)).At("devices")[0];
        Assert.InRange((after.Number("correct") - before.Number("correct")) / (after.Number("labelled") - before.Number("labelled")), 0.75, 1);
        Assert.DoesNotContain(terminals, terminal => terminal.HasExited);

        string OnPorts(string document) => ports.Aggregate(File.ReadAllText(Path.Combine(Repository.Root, "docs", document)),
            (written, port) => written.Replace(port.Key, port.Value, StringComparison.Ordinal));

        RunningProgram Terminal(string commands)
        {
            // Where several Pythons are installed, GNU Radio belongs to the system's.
            var terminal = Programs.Start(place.Path, ["bash", "-ec", $"export PATH=/usr/bin:$PATH\n{path}\n{commands}"]);
            terminals.Add(terminal);
            return terminal;
        }
    }

    static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"{((IPEndPoint)listener.LocalEndpoint).Port}";
    }

    async Task<JsonElement> Until(HttpClient http, Func<JsonElement, bool> holds)
    {
        var deadline = DateTime.UtcNow + TimeSpan.FromMinutes(2);
        string last = "";
        while (true)
        {
            try
            {
                last = await http.GetStringAsync("api/status");
                var status = JsonDocument.Parse(last).RootElement;
                if (holds(status))
                    return status;
            }
            catch (HttpRequestException)
            {
                // Not started yet.
            }
            Assert.True(DateTime.UtcNow < deadline, $"{last}\n{string.Join('\n', terminals.Where(terminal => terminal.HasExited).Select(terminal => terminal.Wait().ToString()))}");
            await Task.Delay(100);
        }
    }

    [GeneratedRegex(@"^ *```sh\n(.*?)^ *```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("<(http://127\\.0\\.0\\.1:[0-9]+)>")]
    private static partial Regex Page();
}
