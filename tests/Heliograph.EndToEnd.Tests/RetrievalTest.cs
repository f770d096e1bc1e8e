using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Heliograph.Networks;

namespace Heliograph.EndToEnd.Tests;

/// <summary>A pair that retrieves from the run to the answers of its server, against what its files give by plain loops.</summary>
public sealed class RetrievalTest : IDisposable
{
    const int Photos = 20, Neighbours = 7;

    readonly Place place = new();

    public RetrievalTest() => place.Run("train", "tiny.yaml", "recipe=retrieval", "split=pool5", "retrieval.epochs=1", "retrieval.gallery=2", $"pretrain.from={TrainedRun.Finished}", "--run", "run").Succeeded();

    public void Dispose() => place.Dispose();

    [Fact]
    public async Task A_run_is_exported_measured_and_served()
    {
        place.Run("export", "run", "--to", "pair", "--neighbours", $"{Neighbours}").Succeeded();
        var info = place.Run("pair", "info", "pair", "--json").Succeeded().Json();
        Assert.Equal(("retrieval", "cosine", 56, Neighbours), (info.At("task").GetString(), info.At("metric").GetString(), info.At("gallery").At("images").GetInt32(), info.At("gallery").At("neighbours").GetInt32()));
        Assert.Contains($"the nearest {Neighbours} of a gallery of 56 images, by the cosine of 64 values", place.Run("pair", "info", "pair").Succeeded().Output, StringComparison.Ordinal);

        // What the run measured is what the folder's own gallery gives.
        var (run, pair) = (Evaluation("run"), place.Run("evaluate", "pair", "--json").Succeeded().Json());
        Assert.Equal(run.At("gallery").GetInt32(), pair.At("gallery").GetInt32());
        Assert.All(run.At("points").EnumerateArray().Zip(pair.At("points").EnumerateArray()), points => Assert.Equal(points.First.Number("top1"), points.Second.Number("top1"), 1e-6));
        Assert.All(run.At("meanAveragePrecision").EnumerateArray().Zip(pair.At("meanAveragePrecision").EnumerateArray()), values => Assert.Equal(values.First.GetDouble(), values.Second.GetDouble(), 0.01));
        Assert.Equal(run.At("meanAveragePrecision").EnumerateArray().Select(value => value.GetDouble()), info.At("accuracy").At("meanAveragePrecision").EnumerateArray().Select(value => value.GetDouble()));

        // Symbols of pictures, as the device's program sends them.
        place.Run("data", "images", "signs", "--to", "photos", "--count", $"{Photos}").Succeeded();
        string[] device = [.. Programs.Built("Heliograph.Device", "heliograph-device", "heliograph-device"), "send", "--pair", "pair", "--labels", "folders"];
        float[][] symbols = [.. Programs.Run(place.Path, [.. device, "--dry-run", "--json", "photos"]).Succeeded().Output.Split('\n').Where(line => line.Contains("\"symbols\":[", StringComparison.Ordinal))
            .Select(line => JsonDocument.Parse(line).RootElement.At("symbols").EnumerateArray().Select(value => value.GetSingle()).ToArray())];
        Assert.Equal(Photos, symbols.Length);
        var known = Pairs.Pair.Open(place.In("pair"));
        var nearest = symbols.Select(one => Nearest(known, one)).ToList();

        using var server = place.Start("serve", "--pairs", "pair", "--http", "0", "--udp", "0", "--json");
        var started = JsonDocument.Parse(await server.FirstLine()).RootElement;
        using var http = new HttpClient { BaseAddress = new(started.At("http").GetString()!) };
        using var watching = place.Start("watch", started.At("http").GetString()!, "--count", "1");
        await Until(http, status => status.At("resultClients").GetInt32() == 1);
        using var asked = await http.PostAsJsonAsync("v2/models/pair/infer", new JsonObject
        {
            ["inputs"] = new JsonArray(new JsonObject { ["name"] = "symbols", ["datatype"] = "FP32", ["shape"] = new JsonArray(Photos, symbols[0].Length), ["data"] = JsonSerializer.SerializeToNode(symbols) }),
        });
        var outputs = JsonDocument.Parse(await asked.Content.ReadAsStringAsync()).RootElement.At("outputs").EnumerateArray().ToDictionary(output => output.At("name").GetString()!, output => output.At("data").EnumerateArray().Select(value => value.GetDouble()).ToArray());
        for (int i = 0; i < Photos; i++)
        {
            var expected = nearest[i];
            double[] similarities = outputs["similarities"][(i * Neighbours)..((i + 1) * Neighbours)], places = outputs["neighbours"][(i * Neighbours)..((i + 1) * Neighbours)];
            for (int n = 0; n < Neighbours; n++)
            {
                Assert.Equal(expected.Order().Reverse().ElementAt(n), similarities[n], 1e-4);
                // The very image, or one as near within the tolerance.
                Assert.Equal(expected[(int)places[n]], similarities[n], 1e-4);
                Assert.Equal(known.Gallery!.Classes[(int)places[n]], (int)outputs["labels"][(i * Neighbours) + n]);
            }
        }

        // The same over the link: whoever counts labels counts those of the nearest.
        Programs.Run(place.Path, [.. device, "--to", $"udp://{started.At("udp").GetString()}", "--rate", "200", "photos"]).Succeeded();
        var counted = (await Until(http, status => status.At("devices").EnumerateArray().ToArray() is [var one] && one.At("labelled").GetInt32() == Photos)).At("devices")[0];
        string[] labels = [.. Directory.GetFiles(place.In("photos"), "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => Path.GetFileName(Path.GetDirectoryName(file))!)];
        int[] first = [.. Enumerable.Range(0, Photos).Select(i => (int)outputs["labels"][i * Neighbours])];
        Assert.Equal(labels.Zip(first).Count(pair => known.Description.Classes[pair.Second] == pair.First), counted.At("correct").GetInt32());
        string line = watching.Wait().Output;
        Assert.Matches(@"[a-z].* [01]\.\d{3} ", line);
        Assert.DoesNotContain(" % ", line[..60], StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_pair_that_retrieves_has_not_is_refused_in_one_line()
    {
        Refused(2, "an answer names 1 to 56 neighbours from a gallery of 56 images, not 57", "export", "run", "--to", "pair", "--neighbours", "57");
        Refused(2, "an answer names 1 to 56 neighbours from a gallery of 56 images, not 0", "export", "run", "--to", "pair", "--neighbours", "0");
        Refused(2, "a gallery has at least 1 image of each class, not 0", "export", "run", "--to", "pair", "--gallery", "0");
        Assert.False(Directory.Exists(place.In("pair")));
        // Another gallery than the run's has not been measured; it is when it is asked for.
        place.Run("export", "run", "--to", "pair", "--gallery", "1", "--no-onnx").Succeeded();
        Assert.Equal(JsonValueKind.Null, place.Run("pair", "info", "pair", "--json").Succeeded().Json().At("accuracy").ValueKind);
        Assert.Equal(28, place.Run("evaluate", "pair", "--snr", "10", "--draws", "1", "--json").Succeeded().Json().At("gallery").GetInt32());
        Refused(2, "pair: a pair that retrieves says how near an image is, not how sure it is: there is nothing to calibrate", "pair", "calibrate", "pair");
        place.Cut(Path.Combine("pair", "gallery.safetensors"), 500);
        Refused(1, "pair/gallery.safetensors: 500 bytes, but pair.json says", "pair", "info", "pair");
        Refused(1, "pair/gallery.safetensors: 500 bytes, but pair.json says", "evaluate", "pair");
    }

    void Refused(int exitCode, string said, params string[] arguments)
    {
        var result = place.Run(arguments);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(said, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    /// <summary>The cosine with each image of the gallery, in double precision.</summary>
    static double[] Nearest(Pairs.Pair pair, float[] symbols)
    {
        double[] embedding = Drawn.Output(pair.Description.Edge, pair.Edge.Weights, symbols);
        float[] gallery = Safetensors.Read(Path.Combine(pair.Folder, "gallery.safetensors")).Weights["embeddings"].Values;
        return [.. gallery.Chunk(embedding.Length).Select(known => known.Zip(embedding, (a, b) => a * b).Sum() / Math.Sqrt(known.Sum(a => (double)a * a) * embedding.Sum(b => b * b)))];
    }

    JsonElement Evaluation(string folder) => JsonDocument.Parse(File.ReadAllText(place.In(folder, "evaluation.json"))).RootElement;

    static async Task<JsonElement> Until(HttpClient http, Func<JsonElement, bool> holds)
    {
        var deadline = DateTime.UtcNow + Programs.Patience;
        while (true)
        {
            var status = JsonDocument.Parse(await http.GetStringAsync("api/status")).RootElement;
            if (holds(status))
                return status;
            Assert.True(DateTime.UtcNow < deadline, $"waited in vain: {status}");
            await Task.Delay(50);
        }
    }
}
