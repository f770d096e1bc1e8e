using System.Globalization;
using System.Text.Json;

namespace Heliograph.EndToEnd.Tests;

/// <summary>The pairs that ship and their cards in pairs/README.md. The data of those that were trained on CIFAR are found through HELIOGRAPH_DATA.</summary>
public sealed class ShippedPairsTest
{
    static readonly string Folder = Path.Combine(Repository.Root, "pairs");

    public static TheoryData<string> Names => [.. Directory.GetDirectories(Folder).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_card_states_what_the_pair_states(string name)
    {
        var accuracy = Description(name).At("accuracy");
        var points = accuracy.At("points").EnumerateArray().ToDictionary(point => point.Number("snrDb"));
        var card = Card(name);
        Assert.NotEmpty(card.Points);
        Assert.All(card.Points, point =>
        {
            Assert.Equal(points[point.SnrDb].Number("top1"), point.Top1, 0.0051);
            Assert.Equal(points[point.SnrDb].Number("ci95"), point.Ci95, 0.0051);
        });
        Assert.Equal(accuracy.Number("noiselessTop1"), card.NoiselessTop1, 0.0051);
        var info = HeliographProgram.Run(Folder, "pair", "info", name, "--json").Succeeded().Json();
        Assert.Contains($"| id | `{info.At("id").GetString()}` |", card.Text, StringComparison.Ordinal);
        Assert.True(Directory.EnumerateFiles(Path.Combine(Folder, name)).Sum(file => new FileInfo(file).Length) <= 32_000_000);
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void Evaluation_gives_what_the_card_states(string name)
    {
        bool drawn = Description(name).At("provenance").At("experiment").GetString()!.Contains("name: signs", StringComparison.Ordinal);
        string? data = Environment.GetEnvironmentVariable("HELIOGRAPH_DATA");
        Skip.If(!drawn && string.IsNullOrEmpty(data), "HELIOGRAPH_DATA is not set: the folder that holds cifar-100-binary.tar.gz.");
        using var place = new Place();
        var result = place.Run(["evaluate", Path.Combine(Folder, name), "--snr", "0,10", "--json",
            .. drawn ? Array.Empty<string>() : ["--data", Path.GetFullPath(data!)]]).Succeeded().Json();
        var card = Card(name);
        var measured = result.At("points").EnumerateArray().ToArray();
        Assert.Equal(2, measured.Length);
        Assert.All(measured, point =>
        {
            var stated = card.Points.Single(stated => stated.SnrDb == point.Number("snrDb"));
            Assert.Equal(stated.Top1, point.Number("top1"), stated.Ci95);
        });
    }

    static JsonElement Description(string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, name, "pair.json"))).RootElement;

    static (string Text, (double SnrDb, double Top1, double Ci95)[] Points, double NoiselessTop1) Card(string name)
    {
        string text = File.ReadAllText(Path.Combine(Folder, "README.md")).Split("\n## ").Single(section => section.StartsWith($"{name}\n", StringComparison.Ordinal));
        string[] snr = Row("SNR (dB)"), top1 = Row("top-1 (%)"), half = Row("± 95 %");
        Assert.Equal("no noise", snr[^1]);
        return (text, [.. Enumerable.Range(0, snr.Length - 1).Select(i => (Number(snr[i]), Number(top1[i]), Number(half[i])))], Number(top1[^1]));

        string[] Row(string title) =>
            [.. text.Split('\n').Single(line => line.StartsWith($"| {title} |", StringComparison.Ordinal)).Trim('|').Split('|').Skip(1).Select(cell => cell.Trim())];
    }

    static double Number(string text) => double.Parse(text.Replace('−', '-'), CultureInfo.InvariantCulture);
}
