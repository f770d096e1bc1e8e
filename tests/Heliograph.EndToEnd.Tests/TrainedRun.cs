using System.Text.Json;
using System.Text.Json.Nodes;

namespace Heliograph.EndToEnd.Tests;

/// <summary>The tiny experiment trained once without interruption, and once killed in the middle of the first step; shared by all tests.</summary>
public static class TrainedRun
{
    static readonly Lazy<(string Path, ProgramResult Result)> Whole = new(() =>
    {
        string folder = NewFolder();
        return (Path.Combine(folder, "run"), HeliographProgram.Run(folder, "train", "tiny.yaml", "--run", "run", "--json").Succeeded());
    });

    static readonly Lazy<string> Half = new(() =>
    {
        string folder = NewFolder(), checkpoints = Path.Combine(folder, "run", "checkpoints");
        using var program = HeliographProgram.StartIn(folder, "train", "tiny.yaml", "checkpoint.minutes=0.00001", "--run", "run");
        Assert.True(program.WaitUntil(() => Directory.Exists(checkpoints) && Directory.GetFiles(checkpoints, "pretrain*4.safetensors").Length > 0));
        program.Kill();
        // A third checkpoint is there when the kill came before its removal.
        foreach (string old in Directory.GetFiles(checkpoints).Order(StringComparer.Ordinal).SkipLast(2))
            File.Delete(old);
        return Path.Combine(folder, "run");
    });

    static readonly Lazy<string> Written = new(() =>
    {
        string folder = NewFolder();
        HeliographProgram.Run(folder, "export", Finished, "--to", "pair").Succeeded();
        return Path.Combine(folder, "pair");
    });

    /// <summary>Folder of the finished run's pair.</summary>
    public static string Exported => Written.Value;

    /// <summary>Folder of the finished run.</summary>
    public static string Finished => Whole.Value.Path;

    /// <summary>What the command that trained it printed.</summary>
    public static ProgramResult Result => Whole.Value.Result;

    /// <summary>Folder of a run that was killed in step pretrain and has two checkpoints.</summary>
    public static string Interrupted => Half.Value;

    /// <summary>Asserts that a run has come to the same weights, bit for bit, the same metrics and the same evaluation.</summary>
    public static void AssertSameAsFinished(string run)
    {
        string[] weights = [.. Directory.EnumerateFiles(Path.Combine(Finished, "steps"), "*.safetensors", SearchOption.AllDirectories)];
        Assert.Equal(6, weights.Length);
        foreach (string file in weights)
        {
            string other = Path.Combine(run, Path.GetRelativePath(Finished, file));
            Assert.True(File.ReadAllBytes(file).AsSpan().SequenceEqual(File.ReadAllBytes(other)), $"{other} differs from the uninterrupted run's");
        }
        Assert.Equal(Metrics(Finished), Metrics(run));
        foreach (string file in (string[])["evaluation.json", "evaluation.csv"])
            Assert.Equal(File.ReadAllText(Path.Combine(Finished, file)), File.ReadAllText(Path.Combine(run, file)));
        foreach (string file in Directory.EnumerateFiles(Finished, "*.hits", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Finished, file)))
            Assert.Equal(File.ReadAllBytes(Path.Combine(Finished, file)), File.ReadAllBytes(Path.Combine(run, file)));
    }

    /// <summary>The lines of metrics.jsonl without what depends on the clock.</summary>
    static string[] Metrics(string run) => [.. File.ReadLines(Path.Combine(run, "metrics.jsonl")).Select(line =>
    {
        var record = JsonNode.Parse(line)!.AsObject();
        Assert.True(record.Remove("imagesPerSecond") && record.Remove("seconds"), line);
        return record.ToJsonString();
    })];

    static string NewFolder()
    {
        // Deleted when the test process ends: there is no fixture for a whole assembly.
        var place = new Place();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => place.Dispose();
        return place.Path;
    }
}

/// <summary>Short words for JSON in tests.</summary>
static class JsonTestExtensions
{
    /// <summary>Standard output as the one JSON object that it must be.</summary>
    public static JsonElement Json(this ProgramResult result) => JsonDocument.Parse(result.Output).RootElement;

    /// <summary>Names of an object's fields, in order.</summary>
    public static string Fields(this JsonElement element) => string.Join(' ', element.EnumerateObject().Select(field => field.Name));

    public static JsonElement At(this JsonElement element, string name) => element.GetProperty(name);

    public static double Number(this JsonElement element, string name) => element.GetProperty(name).GetDouble();
}
