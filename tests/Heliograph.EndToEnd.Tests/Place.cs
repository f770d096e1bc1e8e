using System.Security.Cryptography;
using System.Text;

namespace Heliograph.EndToEnd.Tests;

/// <summary>A temporary folder with a tiny experiment in it, deleted in the end.</summary>
public sealed class Place : IDisposable
{
    /// <summary>All four steps in about three seconds. One thread: the numbers do not depend on the machine's load or cores.</summary>
    public const string TinyExperiment = """
        threads: 1
        precision: fp32
        data:
          name: signs
          train: 256
          test: 64
        network:
          name: vgg11
          width: 0.125
        split: pool3
        code:
          channels: 4
        pretrain:
          epochs: 2
          batch: 32
        prune:
          ratio: 0.3
          images: 64
          epochs: 1
          batch: 32
        autoencoder:
          epochs: 2
          batch: 32
        joint:
          epochs: 1
          batch: 32
        evaluation:
          snr: "0,10"
          draws: 2
          batch: 64

        """;

    public Place() => Write("tiny.yaml", TinyExperiment);

    public string Path { get; } = Directory.CreateTempSubdirectory("heliograph-test-").FullName;

    public string In(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public ProgramResult Run(params string[] arguments) => HeliographProgram.Run(Path, arguments);

    public RunningProgram Start(params string[] arguments) => HeliographProgram.StartIn(Path, arguments);

    public void Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public void Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(In(name))!);
        File.WriteAllBytes(In(name), bytes);
    }

    /// <summary>Copies a run here, under the name <c>run</c>.</summary>
    public void CopyRun(string from) => Copy(from, "run");

    /// <summary>Copies the finished run's pair here, under the name <c>pair</c>.</summary>
    public void CopyPair() => Copy(TrainedRun.Exported, "pair");

    /// <summary>Cuts a file to its first bytes.</summary>
    public void Cut(string name, long length)
    {
        using var file = File.OpenWrite(In(name));
        file.SetLength(length);
    }

    /// <summary>Changes one bit in the middle of a file.</summary>
    public void Flip(string name)
    {
        byte[] bytes = File.ReadAllBytes(In(name));
        bytes[bytes.Length / 2] ^= 8;
        File.WriteAllBytes(In(name), bytes);
    }

    /// <summary>Replaces a text in a file, where it must be.</summary>
    public void Replace(string name, string old, string now)
    {
        string text = File.ReadAllText(In(name));
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(In(name), text.Replace(old, now, StringComparison.Ordinal));
    }

    /// <summary>What a JSON file says, without the hash of itself.</summary>
    public string Record(string name)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(In(name)))!.AsObject();
        Assert.True(json.Remove("fileSha256"), $"{name} carries no hash");
        return json.ToJsonString(new(System.Text.Json.JsonSerializerOptions.Default) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <summary>The names of a run's checkpoints, the newest last; only one step's are expected.</summary>
    public string[] Checkpoints(string step = "") => Directory.Exists(In("run", "checkpoints"))
        ? [.. Directory.EnumerateFiles(In("run", "checkpoints"), $"{step}*.safetensors").Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Every file and folder with its content's hash; a resumed run's environment says when it was resumed and is left out.</summary>
    public string[] Snapshot() =>
        [.. Directory.EnumerateFileSystemEntries(Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Where(entry => System.IO.Path.GetFileName(entry) != "environment.jsonl")
            .Select(entry => System.IO.Path.GetRelativePath(Path, entry)
                + (File.Exists(entry) ? " " + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(entry))) : "/"))
            .Order(StringComparer.Ordinal)];

    /// <summary>Copies a folder here.</summary>
    public void Copy(string from, string name)
    {
        foreach (string folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(In(name, System.IO.Path.GetRelativePath(from, folder)));
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            Write(System.IO.Path.Combine(name, System.IO.Path.GetRelativePath(from, file)), File.ReadAllBytes(file));
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
