using System.Text.Json.Nodes;
using Heliograph.Pairs;

namespace Heliograph.Tests.Pairs;

public sealed class CalibrationTests : IDisposable
{
    static readonly Calibration Three = new(2000, [new(-6, 3, 40, 4), new(0, 1.5, 12, 3), new(10, 1, 2, 1)]);

    readonly string root = Directory.CreateTempSubdirectory("heliograph-").FullName;

    string Folder => Path.Combine(root, "tiny");

    string Json => Path.Combine(Folder, Pair.DescriptionFile);

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData(double.NegativeInfinity, 3)]
    [InlineData(-20, 3)]
    [InlineData(-6, 3)]
    [InlineData(-4, 2.5)]
    [InlineData(0, 1.5)]
    [InlineData(5, 1.25)]
    [InlineData(10, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    public void Between_two_SNRs_the_temperature_lies_on_a_line_and_beyond_them_it_stays(double snrDb, double expected) =>
        Assert.Equal(expected, Three.TemperatureAt(snrDb), 12);

    [Fact]
    public void A_mode_of_an_elastic_pair_has_temperatures_of_its_own()
    {
        var elastic = Three with { Modes = [new(0.5, 16, [new(0, 2, 20, 3), new(10, 4, 9, 2)])] };
        Assert.Equal(3, elastic.TemperatureAt(5, 0.5, 16), 12);
        Assert.Equal(4, elastic.TemperatureAt(30, 0.5, 16), 12);
        // Those of the largest, and of a pair calibrated by an earlier version, are those of the pair.
        Assert.Equal(1.25, elastic.TemperatureAt(5, 0.5, 32), 12);
        Assert.Equal(1.25, elastic.TemperatureAt(5, 0, 16), 12);
        Assert.Equal(1.25, Three.TemperatureAt(5, 0.5, 16), 12);
    }

    /// <summary>At 5 dB 60 % are right with 16 symbols and 85 % with all: 25 of 40 wrong answers are put right.</summary>
    [Fact]
    public void What_more_symbols_put_right_follows_from_the_accuracies()
    {
        static CalibrationPoint Point(double snr, double top1) => new(snr, 1, 1, 1) { Top1 = top1 };
        var known = new Calibration(2000, [Point(0, 80), Point(10, 90)]) { Modes = [new(0, 16, [Point(0, 40), Point(10, 80)]), new(0.5, 16, [new(0, 1, 1, 1)]), new(0.5, 64, [Point(0, 50)])] };
        Assert.Equal(0.625, known.CorrectableAt(5, 0, 16, 64), 12);
        Assert.Equal(0.5, known.CorrectableAt(double.PositiveInfinity, 0, 16, 64), 12);
        // All are sent; not known, as in pairs of earlier versions.
        Assert.Equal(0, known.CorrectableAt(5, 0, 64, 64));
        Assert.Equal(1, known.CorrectableAt(5, 0.5, 16, 64));
        Assert.Equal(1, known.CorrectableAt(5, 0, 32, 64));
        Assert.Equal(1, (known with { Modes = null }).CorrectableAt(5, 0, 16, 64));
        Assert.Equal((0, 0, 1), (Calibration.Correctable(100, 100), Calibration.Correctable(60, 50), Calibration.Correctable(60, 100)));
        // What is expected, half of what is missing, against what the device asks for.
        Assert.True(Calibration.WantsMore(0.7, 0.9, 0.5));
        Assert.False(Calibration.WantsMore(0.85, 0.9, 0.5));
        Assert.True(Calibration.WantsMore(0.85, 0.9, 1));
        Assert.False(Calibration.WantsMore(0, 0, 1));
        Assert.False(Calibration.WantsMore(1, 1, 1));
    }

    [Fact]
    public void A_pair_is_calibrated_where_it_lies_and_nothing_else_in_it_changes()
    {
        var before = TinyPair.Write(Folder);
        Assert.Null(before.Description.Calibration);
        Assert.DoesNotContain("calibration", File.ReadAllText(Json), StringComparison.Ordinal);
        var json = JsonNode.Parse(File.ReadAllText(Json))!;
        json["remark"] = "of mine, with é and 1.50";
        File.WriteAllText(Json, json.ToJsonString());
        json = JsonNode.Parse(File.ReadAllText(Json))!;

        foreach (var calibration in (Calibration[])[Three, Three with { Points = [new(3, 2, 1, 1)], MeasuredOn = "validation" }, Three with { Modes = [new(0.5, 16, [new(0, 2, 20, 3) { Top1 = 61.25 }])] }])
        {
            var after = PairFolder.Calibrate(Pair.Open(Folder), calibration);
            Assert.Equal(calibration, after.Description.Calibration);
            Assert.Equal(before.Id, after.Id);
            after.Verify();
            var written = JsonNode.Parse(File.ReadAllText(Json))!.AsObject();
            Assert.True(written.Remove("calibration"));
            Assert.True(JsonNode.DeepEquals(json, written));
            Assert.Equal(json.AsObject().Select(member => member.Key), written.Select(member => member.Key));
        }
        Assert.Equal(["device.safetensors", "edge.safetensors", "pair.json"], Directory.GetFileSystemEntries(Folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void What_makes_no_sense_is_refused_and_the_pair_stays_as_it_was()
    {
        var pair = TinyPair.Write(Folder);
        byte[] before = File.ReadAllBytes(Json);
        foreach (var (points, message) in ((CalibrationPoint[], string)[])
        [
            ([], "\"calibration\" has no points"),
            ([new(0, 0, 1, 1)], "the temperatures of \"calibration\" must be finite and above 0"),
            ([new(0, -1, 1, 1)], "the temperatures of \"calibration\" must be finite and above 0"),
            ([new(0, 1e-50, 1, 1)], "the temperatures of \"calibration\" must be finite and above 0"),
            ([new(0, 1e50, 1, 1)], "the temperatures of \"calibration\" must be finite and above 0"),
            ([new(0, 1, 1, 1) { Top1 = 101 }], "the accuracies of \"calibration\" must be from 0 to 100"),
            ([new(5, 1, 1, 1), new(0, 1, 1, 1)], "the points of \"calibration\" are not by ascending SNR"),
            ([new(5, 1, 1, 1), new(5, 2, 1, 1)], "the points of \"calibration\" are not by ascending SNR"),
        ])
        {
            Assert.Equal(message, Assert.Throws<InvalidDataException>(() => PairFolder.Calibrate(pair, new(100, [.. points]))).Message);
            Assert.Equal(before, File.ReadAllBytes(Json));
            Assert.Equal(message, Assert.Throws<InvalidDataException>(() => PairFolder.Calibrate(pair, Three with { Modes = [new(0.5, 16, [.. points])] })).Message);
        }
        var json = JsonNode.Parse(File.ReadAllText(Json))!;
        json["calibration"] = new JsonObject { ["images"] = 10, ["points"] = new JsonArray(new JsonObject { ["snrDb"] = 0, ["ece"] = 1, ["calibratedEce"] = 1 }) };
        File.WriteAllText(Json, json.ToJsonString());
        Assert.Equal($"{Json}: \"temperature\" is missing", Assert.Throws<InvalidDataException>(() => Pair.Open(Folder)).Message);
    }
}
