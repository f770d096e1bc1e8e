using System.Runtime.Versioning;
using System.Text.Json.Nodes;

namespace Heliograph.EndToEnd.Tests;

/// <summary>Files and names from others, where a user would meet them: one line, soon, and nothing that steers the terminal.</summary>
public sealed class HostileFilesTest
{
    sealed record Case(int Code, string Says, string[] Arguments, Action<Place>? Prepare = null);

    static readonly Dictionary<string, Case> Cases = new()
    {
        ["a pair without end"] = new(1, "pair.json: longer than 4,194,304 bytes", ["pair", "info", "pair"], place => Endless(place, "pair/pair.json")),
        ["an experiment without end"] = new(2, "zero.yaml is not an experiment: it has more than 1048576 bytes", ["train", "zero.yaml"], place => Endless(place, "zero.yaml")),
        ["a recording without end"] = new(1, "r.sigmf-meta: ", ["replay", "r.sigmf-meta", "--to", "udp://127.0.0.1:9"], place => Endless(place, "r.sigmf-meta")),
        ["a pair of 60,000 layers"] = new(1, "a network may have at most 10,000 layers, not 60,000", ["pair", "info", "pair"], place => Change(place, json =>
            json["device"]!["layers"] = new JsonArray([.. Enumerable.Range(0, 60_000).Select(i => JsonNode.Parse($$"""{"type":"relu","name":"l{{i}}","inputs":["{{(i == 0 ? "input" : $"l{i - 1}")}}"]}"""))]))),
        ["a layer's name that steers the terminal"] = new(1, "there is no layer of type 'a\\u001b[2Jb\\u202ec'", ["pair", "info", "pair"], place => Change(place, json =>
            json["device"]!["layers"]![0]!["type"] = "a\u001b[2Jb\u202ec")),
        ["an argument that does"] = new(2, "there is no network 'vgg\\u001b[31m'", ["costs", "vgg\u001b[31m"]),
        ["a folder's name that does"] = new(2, "there is no folder a\\u0007b", ["pair", "info", "a\u0007b"]),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [SkippableTheory]
    [MemberData(nameof(Names))]
    [UnsupportedOSPlatform("windows")]
    public void Gets_one_clear_line(string name)
    {
        Skip.If(OperatingSystem.IsWindows(), "there is no /dev/zero");
        Case what = Cases[name];
        using var place = new Place();
        what.Prepare?.Invoke(place);
        ProgramResult result = place.Run(what.Arguments);
        Assert.True(result.ExitCode == what.Code, result.ToString());
        Assert.Contains(what.Says, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.DoesNotContain(result.Error + result.Output, letter => char.IsControl(letter) && letter != '\n' || letter == '\u202e');
    }

    static void Endless(Place place, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(place.In(name))!);
        File.CreateSymbolicLink(place.In(name), "/dev/zero");
    }

    static void Change(Place place, Action<JsonObject> change)
    {
        place.Copy(Path.Combine(Repository.Root, "pairs", "signs"), "pair");
        var json = JsonNode.Parse(File.ReadAllText(place.In("pair", "pair.json")))!.AsObject();
        change(json);
        place.Write("pair/pair.json", json.ToJsonString());
    }
}
