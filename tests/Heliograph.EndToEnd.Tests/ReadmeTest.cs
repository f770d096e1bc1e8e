using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Runtime;

namespace Heliograph.EndToEnd.Tests;

/// <summary>The commands and the code of README.md, as they are written there.</summary>
public sealed partial class ReadmeTest : IDisposable
{
    const string CommandPrefix = "dotnet run -c Release --project src/Heliograph.Cli -- ";

    static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    static readonly string[] Device = Programs.Built("Heliograph.Device", "heliograph-device", "heliograph-device");

    /// <summary>Lines that no test runs, by their beginning, with the reason.</summary>
    static readonly (string Beginning, string Reason)[] NotRun =
    [
        ("dotnet build ", "a build: the tests were built before"),
        ("export PATH=", "the tests know where their programs are"),
        ("dotnet publish ", "needs a native tool chain; DevicePrograms publishes the device's program"),
        ("heliograph data get ", "downloads; DownloaderTests has a server of its own"),
    ];

    /// <summary>Lines that need CIFAR-100, and some of them hours: they are run without the data, and must fail for want of them alone.</summary>
    static readonly string[] NeedsCifar = ["heliograph data info cifar100", "heliograph data png cifar100 ", "heliograph evaluate vgg16-cifar100", "heliograph train paper/", "heliograph train cifar100/"];

    readonly Place place = new();
    readonly List<RunningProgram> running = [];

    public void Dispose()
    {
        foreach (var program in running)
            program.Dispose();
        place.Dispose();
    }

    static string[] Commands => [.. Blocks("").SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        .Select(line => Comment().Replace(line, ""))
        .Select(line => line.StartsWith(CommandPrefix, StringComparison.Ordinal) ? "heliograph " + line[CommandPrefix.Length..] : line)];

    [Fact]
    public void Every_option_is_one_that_the_help_names()
    {
        var help = new Dictionary<string, string>();
        string[] commands = [.. Commands.Where(command => command.StartsWith("heliograph", StringComparison.Ordinal))];
        Assert.True(commands.Length > 20);
        Assert.All(commands, command =>
        {
            string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string[] path = words[0] == "heliograph" && words[1] is "data" or "pair" ? words[1..3] : words[1..2];
            string key = string.Join(' ', [words[0], .. path]);
            if (!help.TryGetValue(key, out string? text))
                help[key] = text = Programs.Run(place.Path, [.. words[0] == "heliograph" ? HeliographProgram.Command : Device, .. path, "--help"]).Succeeded().Output;
            Assert.All(words.Where(word => word.StartsWith("--", StringComparison.Ordinal)), option => Assert.Matches($@"(?m)^  {option}\b(?!-)", text));
        });
    }

    [Fact]
    public async Task The_commands_run_in_their_order()
    {
        foreach (string folder in (string[])["pairs", "sweeps"])
            place.Copy(Path.Combine(Repository.Root, folder), folder);
        string page = "", udp = "";
        foreach (string command in Commands.Where(command => !NotRun.Any(line => command.StartsWith(line.Beginning, StringComparison.Ordinal))))
        {
            string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
            int run = Array.IndexOf(words, "--run");
            if (NeedsCifar.Any(beginning => command.StartsWith(beginning, StringComparison.Ordinal)))
            {
                var result = place.Run([.. words, "--data", "none"]);
                Assert.True(result.ExitCode == 1 && result.Error.Contains("cifar100 is not in none", StringComparison.Ordinal), $"{command}: {result}");
                StandIn();
            }
            else if (command.StartsWith("heliograph train quickstart ", StringComparison.Ordinal))
                StandIn();
            // Minutes; SweepTest and SchemesTest train smaller ones.
            else if (words[0] == "sweep")
                Assert.Contains(" waiting", place.Run([.. words, "--dry-run"]).Succeeded().Output, StringComparison.Ordinal);
            else if (words[0] == "demo")
                Assert.StartsWith("{\"page\":", await Start([.. words, "--http", "0", "--json"]), StringComparison.Ordinal);
            else if (words[0] == "serve")
            {
                var started = JsonDocument.Parse(await Start([.. OnFreePorts(words), "--http", "0", "--json"])).RootElement;
                (page, udp) = (started.At("http").GetString()!, started.At("udp").GetString()!);
            }
            else if (words[0] == "relay")
                Assert.StartsWith("{\"udp\":", await Start([.. OnFreePorts(words), "--json"]), StringComparison.Ordinal);
            else if (words[0] == "watch")
            {
                running.Add(Programs.Start(place.Path, [.. Device, "send", "--pair", "pairs/signs", "--to", $"udp://{udp}", "--repeat", "0", "--rate", "20", "photos"]));
                Assert.Matches("[0-9a-f]{16} ", place.Run([.. words.Select(word => word == "127.0.0.1:8080" ? page : word), "--count", "1"]).Succeeded().Output);
            }
            else
            {
                string[] program = command.StartsWith("heliograph-device ", StringComparison.Ordinal) ? Device : HeliographProgram.Command;
                Programs.Run(place.Path, [.. program, .. words.Select(word => word == "udp://edge:7355" ? $"udp://{udp}" : word)]).Succeeded();
            }

            // What the training would leave: the tiny run.
            void StandIn()
            {
                if (run >= 0)
                    place.Copy(TrainedRun.Finished, words[run + 1]);
            }
        }
        using var http = new HttpClient { BaseAddress = new(page) };
        Assert.True(JsonDocument.Parse(await http.GetStringAsync("api/status")).RootElement.At("devices")[0].At("labelled").GetInt32() > 0);
    }

    [Fact]
    public void The_code_computes_what_it_says()
    {
        byte[] rgb = new byte[3 * 32 * 32];
        string folder = Path.Combine(Repository.Root, "pairs/signs");

        var pair = Pair.Open(folder);
        var encoder = new Encoder(pair.Device);
        float[] symbols = new float[encoder.SymbolCount];
        encoder.Encode(rgb, symbols);
        Assert.Equal(1, symbols.Sum(symbol => symbol * symbol) / symbols.Length, 1e-4);

        using var output = new StringWriter();
        Network vgg = Vgg.Build(depth: 16, classes: 100, input: (3, 32, 32));
        Split split = vgg.SplitAt("pool4");
        output.WriteLine(split.Device.Cost().Macs);
        Assert.Contains($"// {output.ToString().Trim()}\n", Text, StringComparison.Ordinal);

        // What stands above is what stands in the README.
        string[] here = [.. File.ReadLines(ThisFile()).Select(line => line.Trim().Replace("output.", "Console.", StringComparison.Ordinal).Replace("(folder)", "(\"pairs/signs\")", StringComparison.Ordinal))];
        Assert.Equal(2, Blocks("csharp").Length);
        Assert.All(Blocks("csharp").SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries)), line => Assert.Contains(CodeComment().Replace(line, ""), here));
    }

    static string ThisFile([CallerFilePath] string path = "") => path;

    async Task<string> Start(string[] arguments)
    {
        var program = place.Start(arguments);
        running.Add(program);
        return await program.FirstLine();
    }

    static IEnumerable<string> OnFreePorts(string[] words) => words.Select(word => word switch
    {
        "0.0.0.0:7355" => "127.0.0.1:0",
        "tcp://127.0.0.1:7356" => "tcp://127.0.0.1:*",
        _ => word,
    });

    static string[] Blocks(string language) =>
        [.. Block().Matches(Text).Where(block => block.Groups[1].Value == language).Select(block => block.Groups[2].Value)];

    [GeneratedRegex("^```([a-z]*)\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(" +#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(" +//.*$")]
    private static partial Regex CodeComment();
}
