using System.Text.Json;
using System.Text.Json.Nodes;

namespace Heliograph.EndToEnd.Tests;

/// <summary>Honest confidence by <c>pair calibrate</c>, and points instead of symbols by <c>evaluate --constellation</c>: both of the pair on signs.</summary>
public sealed class CalibrateTest : IDisposable
{
    readonly Place place = new();

    public CalibrateTest() => place.Copy(Path.Combine(Repository.Root, "pairs", "signs"), "signs");

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_pair_without_temperatures_is_given_those_that_it_ships_with()
    {
        var shipped = JsonNode.Parse(File.ReadAllText(place.In("signs", "pair.json")))!.AsObject();
        var bare = shipped.DeepClone().AsObject();
        Assert.True(bare.Remove("calibration"));
        place.Write("signs/pair.json", bare.ToJsonString());
        string id = place.Run("pair", "info", "signs", "--json").Succeeded().Json().At("id").GetString()!;

        var said = place.Run("pair", "calibrate", "signs", "--snr", "-6,10", "--json").Succeeded().Json();
        Assert.Equal("pair folder id calibration", said.Fields());
        Assert.Equal(id, said.At("id").GetString());
        var points = said.At("calibration").At("points").EnumerateArray().ToArray();
        Assert.Equal([-6, 10], points.Select(point => point.Number("snrDb")));
        Assert.Equal(2000, said.At("calibration").At("images").GetInt32());
        // As the card in pairs/README.md says.
        Assert.InRange(points[0].Number("ece"), 38, 46);
        Assert.InRange(points[0].Number("calibratedEce"), 0, 6);
        foreach (var point in points)
        {
            var known = shipped["calibration"]!["points"]!.AsArray().Single(other => (double)other!["snrDb"]! == point.Number("snrDb"))!;
            Assert.Equal((double)known["temperature"]!, point.Number("temperature"), 0.02);
        }
        var now = JsonNode.Parse(File.ReadAllText(place.In("signs", "pair.json")))!.AsObject();
        Assert.True(now.Remove("calibration"));
        Assert.True(JsonNode.DeepEquals(bare, now));
        var info = place.Run("pair", "info", "signs").Succeeded().Output;
        Assert.Contains("calibrated on 2,000 test images", info, StringComparison.Ordinal);
    }

    [Fact]
    public void Points_of_a_constellation_are_measured_beside_symbols_as_they_are()
    {
        string[] before = place.Snapshot();
        var result = place.Run("evaluate", "signs", "--constellation", "qpsk", "--snr", "10", "--draws", "1", "--to", "points", "--json").Succeeded().Json();
        Assert.Equal("qpsk", result.At("constellation").GetString());
        double points = result.At("points")[0].Number("top1"), asTheyAre = result.At("asTheyAre")[0].Number("top1");
        // 88.66 % in the card; a bit of each symbol is less than the symbol.
        Assert.InRange(asTheyAre, 87, 90.5);
        Assert.InRange(points, 15, asTheyAre - 3);
        double finer = place.Run("evaluate", "signs", "--constellation", "4096-qam", "--snr", "10", "--draws", "1", "--json").Succeeded().Json().At("points")[0].Number("top1");
        Assert.InRange(finer, points + 3, 90.5);
        Assert.Contains("constellation: qpsk", File.ReadAllText(place.In("points", "evaluation.yaml")), StringComparison.Ordinal);
        Assert.Equal(before, place.Snapshot().Where(line => !line.StartsWith("points", StringComparison.Ordinal)));
        string table = place.Run("evaluate", "signs", "--constellation", "qpsk", "--snr", "10", "--draws", "1").Succeeded().Output;
        Assert.Contains("as they are (%)", table, StringComparison.Ordinal);
    }

    [Fact]
    public void A_runs_own_evaluation_stays_when_points_are_measured()
    {
        place.CopyRun(TrainedRun.Finished);
        string[] before = place.Snapshot();
        var result = place.Run("evaluate", "run", "--constellation", "16-qam", "--json").Succeeded().Json();
        Assert.Equal(JsonValueKind.Array, result.At("asTheyAre").ValueKind);
        Assert.Equal(before, place.Snapshot());
    }

    [Theory]
    [InlineData("evaluate signs --constellation 16qam", "--constellation: there is no constellation '16qam'; did you mean 16-qam? known are bpsk, qpsk, 16-qam, 64-qam, 256-qam, 1024-qam, 4096-qam")]
    [InlineData("evaluate vgg16-cifar100 --constellation qpsk", "--snr, --channel, --constellation and --draws are for pairs: a backbone is measured without a channel")]
    [InlineData("train quickstart evaluation.constellation=8-psk --run new", "evaluation.constellation: there is no constellation '8-psk'")]
    [InlineData("train quickstart recipe=png evaluation.constellation=qpsk --run new", "evaluation.constellation has no effect: recipe png does not use it")]
    [InlineData("pair calibrate nowhere", "there is no folder nowhere")]
    [InlineData("pair calibrate signs --snr x", "evaluation.snr")]
    public void What_is_wrong_is_told_in_one_line(string command, string message)
    {
        var result = place.Run(command.Split(' '));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.False(Directory.Exists(place.In("new")));
    }

    [Fact]
    public void A_run_and_too_few_images_are_not_calibrated()
    {
        place.CopyRun(TrainedRun.Finished);
        place.CopyPair();
        Assert.Contains("run is a run, whose own evaluation calibrates it", Assert.Single(place.Run("pair", "calibrate", "run").ErrorLines), StringComparison.Ordinal);
        var few = place.Run("pair", "calibrate", "pair");
        Assert.Equal(2, few.ExitCode);
        Assert.Contains("pair: 64 images are too few to calibrate on: at least 100", few.Error, StringComparison.Ordinal);
    }
}
