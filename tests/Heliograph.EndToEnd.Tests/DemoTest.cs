using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Heliograph.EndToEnd.Tests;

/// <summary>The demonstration as the real program: server, page and a sending device.</summary>
public sealed class DemoTest : IDisposable
{
    readonly Place place = new();

    public DemoTest() => place.CopyPair();

    public void Dispose() => place.Dispose();

    [Fact]
    public async Task One_command_serves_the_page_and_sends_over_a_channel_that_can_be_set()
    {
        using var program = place.Start("demo", "--pair", "pair", "--http", "0", "--rate", "50", "--snr", "0", "--json");
        var start = JsonDocument.Parse(await program.FirstLine()).RootElement;
        Assert.Equal("page udp pair id channel snrDb rate images", start.Fields());
        Assert.Equal(64, start.At("images").GetInt32());
        using var http = new HttpClient { BaseAddress = new(start.At("page").GetString()!) };
        string page = await http.GetStringAsync("/");
        Assert.Contains("<title>Heliograph</title>", page, StringComparison.Ordinal);
        foreach (string file in (string[])["page.js", "page.css", "feed.js", "icon.svg"])
            Assert.NotEmpty(await http.GetStringAsync(file));
        string[] classes = [.. JsonDocument.Parse(File.ReadAllText(place.In("pair", "pair.json"))).RootElement.At("classes").EnumerateArray().Select(name => name.GetString()!)];

        using var results = new StreamReader(await http.GetStreamAsync("api/results"));
        var seen = new HashSet<string>();
        for (int i = 0; i < 40; i++)
        {
            var result = await Next(results);
            Assert.Equal(0, result.Number("snrDb"));
            Assert.Equal("sender", result.At("snr").At("source").GetString());
            Assert.Equal(32 * 32 * 3, result.At("thumbnail").At("rgb").GetBytesFromBase64().Length);
            seen.Add(result.At("label").GetString()!);
        }
        Assert.Subset(classes.ToHashSet(), seen);
        Assert.True(seen.Count > 10, $"images are not mixed: {string.Join(", ", seen)}");
        // 60 frames of 64 symbols: one standard deviation is 0.17 dB at 0 dB, 0.14 dB at −3 dB.
        Assert.InRange(await Measured(results), -1, 1);

        (await http.PutAsJsonAsync("api/demo", new { snrDb = -3 })).EnsureSuccessStatusCode();
        while ((await Next(results)).Number("snrDb") != -3)
        {
        }
        Assert.InRange(await Measured(results), -4, -2);

        program.SendInterrupt();
        var ended = program.Wait();
        Assert.Equal(0, ended.ExitCode);
        Assert.Single(ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Images_of_a_folder_are_of_the_class_whose_name_it_has()
    {
        string name = JsonDocument.Parse(File.ReadAllText(place.In("pair", "pair.json"))).RootElement.At("classes")[3].GetString()!;
        byte[] image = [.. Encoding.ASCII.GetBytes("P6 40 40 255\n"), .. Enumerable.Repeat<byte>(99, 40 * 40 * 3)];
        place.Write(Path.Combine("photos", name, "a.ppm"), image);
        place.Write(Path.Combine("photos", "holidays", "b.ppm"), image);
        using var program = place.Start("demo", "--pair", "pair", "--http", "0", "--rate", "50", "--images", "photos", "--json");
        var start = JsonDocument.Parse(await program.FirstLine()).RootElement;
        Assert.Equal(2, start.At("images").GetInt32());
        using var http = new HttpClient { BaseAddress = new(start.At("page").GetString()!) };
        using var results = new StreamReader(await http.GetStreamAsync("api/results"));
        var labels = new List<string?>();
        for (int i = 0; i < 20; i++)
            labels.Add((await Next(results)).At("label").GetString());
        Assert.Equal([null, name], labels.Distinct().Order());
        program.SendTerminate();
        Assert.Equal(0, program.Wait().ExitCode);
    }

    [Theory]
    [InlineData("--pair pair --rate 0", "--rate must be 0.1 to 1000")]
    [InlineData("--pair pair --snr 100", "--snr must be -30 to 60 dB")]
    [InlineData("--pair pair --channel ether", "--channel: there is no channel 'ether'; known are awgn")]
    [InlineData("--pair pair --images nowhere", "--images: there is no folder nowhere")]
    [InlineData("--pair pair --images cache", "holds no images")]
    [InlineData("--pair nowhere", "there is no folder nowhere")]
    [InlineData("--pair pair --http x", "--http must be a whole number, not 'x'")]
    public void What_is_wrong_is_told_in_one_line(string options, string message)
    {
        Directory.CreateDirectory(place.In("cache"));
        var result = place.Run(["demo", .. options.Split(' ')]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("path: null")]
    [InlineData("path: elsewhere")]
    public void A_pair_whose_folder_of_images_is_not_there_says_how_to_give_others(string path)
    {
        place.Replace("pair/pair.json", @"name: signs\n  path: null", @"name: folder\n  " + path);
        var result = place.Run("demo", "--pair", "pair", "--http", "0");
        Assert.Equal(2, result.ExitCode);
        Assert.EndsWith("give images with --images FOLDER", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    /// <summary>The next result that is heard.</summary>
    static async Task<JsonElement> Next(StreamReader results)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await results.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                return JsonDocument.Parse(line["data: ".Length..]).RootElement;
        }
        throw new EndOfStreamException("the event stream ended");
    }

    /// <summary>The blind estimate over 60 frames or more of the present channel.</summary>
    static async Task<double> Measured(StreamReader results)
    {
        for (; ; )
        {
            var snr = (await Next(results)).At("snr");
            if (snr.Number("frames") >= 60)
                return snr.Number("measuredDb");
        }
    }
}
