using Heliograph.Evaluation.OverSnr;
using Heliograph.Experiments.Records;

namespace Heliograph.Evaluation.Tests.OverSnr;

public sealed class RunEvaluationTests
{
    [Fact]
    public void An_evaluation_is_drawn_as_png_and_as_svg_beside_its_records()
    {
        using var folder = new TemporaryFolder();
        var result = new EvaluationResult("garden", "pool2", 64, 24_514_816, 74.2, 72.1, [new(-6, 20.5, 0.25, 50), new(14.5, 71.9, null, 91)]);
        RunEvaluation.Write(folder.Path, result, new Hits("test", "", 1, [new(null, [[true]])]));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(Path.Combine(folder.Path, "evaluation.png"))[..4]);
        Assert.Contains("<svg", File.ReadAllText(Path.Combine(folder.Path, "evaluation.svg")), StringComparison.Ordinal);
        Assert.Equal(["evaluation.csv", "evaluation.hits", "evaluation.json", "evaluation.png", "evaluation.svg"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
    }
}
