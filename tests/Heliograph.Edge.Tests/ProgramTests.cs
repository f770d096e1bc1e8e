using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Heliograph.Edge.Tests;

/// <summary>The program heliograph-edge itself.</summary>
public sealed partial class ProgramTests : IDisposable
{
    const int Sigterm = 15;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly string root = Directory.CreateTempSubdirectory("heliograph-edge-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task It_says_where_it_listens_and_asked_to_stop_answers_what_it_accepted()
    {
        var pair = EdgePairs.Write(root, "one");
        using var process = Start("--pairs", root, "--http", "0", "--grpc", "0", "--udp", "0", "--batch", "64", "--batch-wait", "60000", "--json");
        var start = JsonNode.Parse((await process.StandardOutput.ReadLineAsync())!)!;
        Assert.StartsWith("http://127.0.0.1:", (string)start["http"]!, StringComparison.Ordinal);
        Assert.StartsWith("http://127.0.0.1:", (string)start["grpc"]!, StringComparison.Ordinal);
        Assert.StartsWith("127.0.0.1:", (string)start["udp"]!, StringComparison.Ordinal);
        Assert.Equal($$"""[{"name":"one","id":"{{pair.Id}}","symbols":12,"classes":10}]""", start["pairs"]!.ToJsonString());

        using var http = new HttpClient { BaseAddress = new((string)start["http"]!) };
        using var content = new StringContent(TestServer.Request(pair, EdgePairs.Symbols(pair, 1, 1)).ToJsonString());
        var request = http.PostAsync("/v2/models/one/infer", content);
        await Wait.Until(async () => (int)JsonNode.Parse(await http.GetStringAsync("/api/status"))!["queue"]!["length"]! == 1, "the request is queued");
        Assert.Equal(0, Kill(process.Id, Sigterm));
        using var response = await request;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(0, process.ExitCode);
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync());
    }

    [Fact]
    public async Task What_a_pair_says_of_itself_cannot_steer_the_terminal()
    {
        EdgePairs.Write(root, "one");
        string path = Path.Combine(root, "one", "pair.json");
        var pair = JsonNode.Parse(File.ReadAllText(path))!;
        pair["split"] = "pool\u001b[2J\u202e";
        File.WriteAllText(path, pair.ToJsonString());
        using var process = Start("--pairs", root, "--http", "0");
        string line = (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience))!;
        Assert.Contains(@"split at pool\u001b[2J\u202e, 12 symbols, 10 classes", line, StringComparison.Ordinal);
        Assert.Equal(0, Kill(process.Id, Sigterm));
        await process.WaitForExitAsync().WaitAsync(Patience);
    }

    [Theory]
    [InlineData(2, "there is no folder", "--pairs", "ROOT/none")]
    [InlineData(2, "--pairs", "--http", "0")]
    [InlineData(2, "write [HOST:]PORT", "--pairs", "ROOT", "--udp", "70000")]
    [InlineData(2, "--batch must be a whole number", "--pairs", "ROOT", "--batch", "many")]
    [InlineData(2, "--bind must be an address", "--pairs", "ROOT", "--bind", "somewhere")]
    [InlineData(2, "did you mean", "--pairz", "ROOT")]
    [InlineData(2, "--batch-wait must be 0 to 60000 ms", "--pairs", "ROOT", "--batch-wait", "60001")]
    [InlineData(1, "cannot listen on http://192.0.2.1:0: ", "--pairs", "ROOT", "--http", "0", "--bind", "192.0.2.1")]
    [InlineData(2, "--api-keys: there is no file ROOT/keys", "--pairs", "ROOT", "--http", "0", "--api-keys", "ROOT/keys")]
    [InlineData(2, "--devices: there is no file ROOT/ids", "--pairs", "ROOT", "--http", "0", "--devices", "ROOT/ids")]
    [InlineData(2, "--device-keys: there is no file ROOT/keys", "--pairs", "ROOT", "--http", "0", "--device-keys", "ROOT/keys")]
    [InlineData(1, "chmod o-w ROOT/writable", "--pairs", "ROOT", "--http", "0", "--api-keys", "ROOT/writable")]
    [InlineData(1, "chmod o-w ROOT/writable", "--pairs", "ROOT", "--http", "0", "--devices", "ROOT/writable")]
    [InlineData(1, "chmod 600 ROOT/readable", "--pairs", "ROOT", "--http", "0", "--device-keys", "ROOT/readable")]
    [InlineData(2, "--memory must be at least twice --max-request", "--pairs", "ROOT", "--http", "0", "--memory", "1000")]
    [InlineData(2, "--cert: there is no file ROOT/edge.pem", "--pairs", "ROOT", "--http", "0", "--cert", "ROOT/edge.pem")]
    [InlineData(2, "--cert-key: there is no file ROOT/edge.key", "--pairs", "ROOT", "--http", "0", "--cert", "ROOT/one/pair.json", "--cert-key", "ROOT/edge.key")]
    [InlineData(2, "--allow-host must be a name", "--pairs", "ROOT", "--http", "0", "--allow-host", "http://edge:8080")]
    [InlineData(1, "--cuda", "--pairs", "ROOT", "--http", "0", "--cuda")]
    public async Task What_is_wrong_is_told_in_one_line(int code, string said, params string[] arguments)
    {
        EdgePairs.Write(root, "one");
        File.WriteAllText(Path.Combine(root, "writable"), "garden " + new string('0', 64));
        File.SetUnixFileMode(Path.Combine(root, "writable"), (UnixFileMode)0b110_110_110);
        File.WriteAllText(Path.Combine(root, "readable"), "1 " + new string('0', 64));
        File.SetUnixFileMode(Path.Combine(root, "readable"), (UnixFileMode)0b110_100_100);
        using var process = Start([.. arguments.Select(argument => argument.Replace("ROOT", root, StringComparison.Ordinal))]);
        string error = await process.StandardError.ReadToEndAsync().WaitAsync(Patience);
        await process.WaitForExitAsync();
        Assert.Equal(code, process.ExitCode);
        string line = Assert.Single(error.Split('\n'), line => line.StartsWith("error: ", StringComparison.Ordinal));
        Assert.Contains(said.Replace("ROOT", root, StringComparison.Ordinal), line, StringComparison.Ordinal);
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync());
    }

    [Theory]
    [InlineData("http://", "--http 0", "--http", "PORT")]
    [InlineData("http://", "--grpc 0", "--http", "0", "--grpc", "PORT")]
    [InlineData("udp://", "port 0", "--http", "0", "--udp", "PORT")]
    public async Task A_port_that_is_taken_is_told_with_the_way_out_and_nothing_else(string scheme, string wayOut, params string[] arguments)
    {
        EdgePairs.Write(root, "one");
        using var other = new Socket(SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        int port = ((IPEndPoint)other.LocalEndPoint!).Port;
        using var datagrams = new UdpClient(new IPEndPoint(IPAddress.Loopback, port));
        using var process = Start(["--pairs", root, .. arguments.Select(argument => argument == "PORT" ? $"{port}" : argument)]);
        string[] error = (await process.StandardError.ReadToEndAsync().WaitAsync(Patience)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync();
        Assert.Equal(1, process.ExitCode);
        string line = Assert.Single(error);
        Assert.StartsWith("error: ", line, StringComparison.Ordinal);
        Assert.Contains($"{scheme}127.0.0.1:{port}", line, StringComparison.Ordinal);
        Assert.Contains(wayOut, line, StringComparison.Ordinal);
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync());
    }

    [Fact]
    public async Task Each_pair_is_announced_once()
    {
        EdgePairs.Write(root, "one");
        using var process = Start("--pairs", root, "--http", "0");
        var lines = new List<string>();
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line && line != "Ctrl-C stops it.")
            lines.Add(line);
        Assert.Equal(0, Kill(process.Id, Sigterm));
        lines.AddRange((await process.StandardError.ReadToEndAsync().WaitAsync(Patience)).Split('\n'));
        Assert.Single(lines, line => line.Contains("pair one", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("bound to 127.0.0.1: only this machine can reach it", "0")]
    [InlineData("open to the network for frames; everything else is bound to 127.0.0.1: only this machine can reach it", "0.0.0.0:0")]
    public async Task It_says_who_can_reach_it(string said, string udp)
    {
        EdgePairs.Write(root, "one");
        using var process = Start("--pairs", root, "--http", "0", "--udp", udp);
        var lines = new List<string>();
        try
        {
            while (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line && line != "Ctrl-C stops it.")
                lines.Add(line);
        }
        finally
        {
            process.Kill();
        }
        Assert.StartsWith(said, lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_version_needs_no_pairs()
    {
        using var process = Start("--version");
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\r?\n$", await process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task A_new_key_is_one_that_its_line_lets_in()
    {
        using var process = Start("new-key", "garden");
        string[] lines = (await process.StandardOutput.ReadToEndAsync()).Split('\n');
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        string file = Path.Combine(root, "keys");
        File.WriteAllText(file, lines[1]["line: ".Length..]);
        Assert.Equal("garden", Edge.Security.ApiKeys.Read(file).NameOf(lines[0]["key:  ".Length..]));

        using var other = Start("new-key", "roof", "--json");
        var made = JsonNode.Parse(await other.StandardOutput.ReadToEndAsync())!;
        File.WriteAllText(file, (string)made["line"]!);
        Assert.Equal("roof", (string)made["name"]!);
        Assert.Equal("roof", Edge.Security.ApiKeys.Read(file).NameOf((string)made["key"]!));
    }

    static Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Heliograph.Edge.dll"), .. arguments])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;

    [LibraryImport("libc", EntryPoint = "kill")]
    internal static partial int Kill(int process, int signal);
}
