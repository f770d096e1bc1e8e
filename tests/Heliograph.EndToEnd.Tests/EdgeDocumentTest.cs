using System.Text.Json;
using System.Text.RegularExpressions;

namespace Heliograph.EndToEnd.Tests;

/// <summary>The requests of docs/edge.md, as they are written there, to a server of the pairs that ship.</summary>
public sealed partial class EdgeDocumentTest : IDisposable
{
    readonly Place place = new();

    readonly RunningProgram server;

    // In a folder of its own: what it runs on keeps a cache where it runs.
    public EdgeDocumentTest() => server = place.Start("serve", "--pairs", Path.Combine(Repository.Root, "pairs"), "--http", "0", "--json");

    public void Dispose()
    {
        server.Dispose();
        place.Dispose();
    }

    [SkippableFact]
    public async Task Its_requests_are_answered()
    {
        Skip.IfNot(File.Exists("/bin/bash") && File.Exists("/usr/bin/curl"), "bash and curl are not installed.");
        string address = JsonDocument.Parse(await server.FirstLine()).RootElement.At("http").GetString()!;
        string[] requests = [.. CodeBlock().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "edge.md"))).Select(block => block.Groups[1].Value)
            .Where(block => block.Contains("curl -d", StringComparison.Ordinal))];
        Assert.Equal(2, requests.Length);
        string program = string.Join(' ', Programs.Built("Heliograph.Device", "heliograph-device", "heliograph-device").Select(word => $"'{word}'"));
        string device = $$"""heliograph-device() { {{program}} "$@"; }""";
        foreach (var (request, pair, classes) in requests.Zip(["pool5", "signs"], [100, 28]))
        {
            string command = request.Replace("http://127.0.0.1:8080", address, StringComparison.Ordinal).Replace("curl -d", "curl -sSd", StringComparison.Ordinal);
            var answer = HeliographProgram.RunAny(Repository.Root, "/bin/bash", "-c", $"set -euo pipefail\n{device}\n{command}").Succeeded().Json();
            Assert.Equal(pair, answer.At("model_name").GetString());
            Assert.Equal([1, classes], answer.At("outputs")[0].At("shape").EnumerateArray().Select(size => size.GetInt32()));
        }
    }

    [GeneratedRegex("^```\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CodeBlock();
}
