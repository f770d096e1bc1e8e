namespace Heliograph.EndToEnd.Tests;

/// <summary>Evaluations that were written elsewhere, as curves beside runs.</summary>
public sealed class EvaluationCurvesTest
{
    [Fact]
    public void An_evaluation_of_a_pair_is_a_curve_beside_runs()
    {
        using var place = new Place();
        place.CopyRun(TrainedRun.Finished);
        place.CopyPair();
        place.Run("evaluate", "pair", "--channel", "rayleigh:block=1,csi=receiver", "--to", "elsewhere/faded").Succeeded();
        place.Run("evaluate", "pair", "--snr", "5,10", "--to", "elsewhere/again").Succeeded();
        place.Run("plot", "run", "elsewhere", "--to", "a.csv").Succeeded();
        string[] lines = [.. File.ReadLines(place.In("a.csv")).Skip(1)];
        Assert.Equal(2, lines.Count(line => line.Contains("rayleigh", StringComparison.Ordinal)));
        Assert.Equal(2, lines.Count(line => line.Contains("again", StringComparison.Ordinal)));
        // The pair is the run's: at 10 dB through the same channel, it has the same accuracy.
        Assert.Equal(Top1(lines, "awgn, run,10,"), Top1(lines, "awgn, again,10,"));

        place.Run("report", "elsewhere", "run", "--to", "page").Succeeded();
        Assert.Contains("3 of 3 runs are measured", File.ReadAllText(place.In("page", "index.html")), StringComparison.Ordinal);
        place.Run("report", "elsewhere/faded", "--to", "one").Succeeded();
        // A list of runs has none of them.
        Assert.Equal("no runs in elsewhere", place.Run("runs", "elsewhere").Succeeded().Output.Trim());
        place.Write("elsewhere/again/evaluation.yaml", "split: [");
        Assert.Contains("evaluation.yaml", Assert.Single(place.Run("plot", "run", "elsewhere", "--to", "a.csv").Succeeded().ErrorLines), StringComparison.Ordinal);
    }

    static string Top1(string[] lines, string beginning) => lines.Single(line => line.Replace("\"", "", StringComparison.Ordinal).StartsWith(beginning, StringComparison.Ordinal)).Split(',')[^2];
}
