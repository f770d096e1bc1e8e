using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Heliograph.Experiments.Records;
using Heliograph.Networks;

namespace Heliograph.Experiments.Tests.Records;

/// <summary>The hash that results, networks and checkpoints carry of themselves.</summary>
public sealed class SealTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    string Path => System.IO.Path.Combine(folder.Path, "file");

    public static TheoryData<string> Kinds => ["result", "network", "checkpoint"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_flipped_bit_is_found_wherever_it_is(string kind)
    {
        Action read = Write(kind);
        read();
        byte[] whole = File.ReadAllBytes(Path);
        var random = new Random(5);
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = [.. whole];
            // Half of them in the header, which is short.
            int at = random.Next(i % 2 == 0 ? whole.Length : Math.Min(400, whole.Length));
            damaged[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(Path, damaged);
            // A key that is not the seal's any more is one that nobody knows: all else is as it was.
            bool isKey = Encoding.Latin1.GetString(whole).IndexOf("\"fileSha256\"", StringComparison.Ordinal) is var key && at >= key && at < key + 14;
            var error = Record.Exception(read);
            Assert.True(error is InvalidDataException || isKey && error is null, $"bit of byte {at} in a {kind}: {error}");
            Assert.Contains(Path, error?.Message ?? Path, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_hash_is_that_of_the_file_with_zeros_in_its_place(string kind)
    {
        Write(kind);
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(Path));
        string stated = System.Text.RegularExpressions.Regex.Match(text, "\"fileSha256\": ?\"([0-9a-f]{64})\"").Groups[1].Value;
        byte[] blank = Encoding.Latin1.GetBytes(text.Replace(stated, new string('0', 64), StringComparison.Ordinal));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(blank)), stated);
    }

    [Fact]
    public void Files_of_earlier_versions_carry_none_and_are_read()
    {
        var network = JointCode.Encoder((3, 4, 4), 2);
        new Model(network, Drawn.Weights(network, 1)).Save(Path);
        Assert.Equal(network.ToJson(), SealedModel.Load(Path).Network.ToJson());
        File.WriteAllText(Path, JsonSerializer.Serialize(new StepResult("joint", 50, 90, 1), Json.Compact));
        Assert.Equal(new StepResult("joint", 50, 90, 1), Json.ReadFile<StepResult>(Path));
    }

    // Writes such a file; returns what reads it.
    Action Write(string kind)
    {
        switch (kind)
        {
            case "result":
                Json.WriteSealed(Path, new StepResult("joint", 50.25, 90, 1.5, "a \"note\"") { Metrics = new(9, new string('a', 64)) });
                return () => Json.ReadFile<StepResult>(Path);
            case "network":
                var network = JointCode.Encoder((3, 4, 4), 2);
                SealedModel.Save(new(network, Drawn.Weights(network, 1)), Path, new Dictionary<string, string> { ["about"] = "\"fileSha256\":\"x\"" });
                return () => SealedModel.Load(Path);
            default:
                CheckpointTests.Content(CheckpointTests.Make()).Save(Path);
                return () => Checkpoint.Load(Path);
        }
    }
}
