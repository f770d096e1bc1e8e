using Heliograph.Experiments.Runs;

namespace Heliograph.Experiments.Tests.Runs;

public sealed class HeldOutTests : IDisposable
{
    static readonly Experiment Holding = new() { Seed = 2, Data = new() { Name = "signs", Validation = 100, Seed = 1 } };

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_backbone_that_may_have_seen_the_held_out_images_is_named()
    {
        string same = Run("same", Holding with { Seed = 1, Data = Holding.Data with { Seed = null, Path = "elsewhere" } });
        string all = Run("all", new Experiment { Data = new() { Name = "signs" } });
        string handedOn = Run("handed-on", From(all)), itself = Path.Combine(folder.Path, "itself");
        Assert.Null(HeldOut.Doubt(Holding));
        Assert.Null(HeldOut.Doubt(From(same)));
        Assert.Null(HeldOut.Doubt(From(all) with { Data = new() { Name = "signs" } }));
        Assert.Null(HeldOut.Doubt(From(Run("itself", From(itself)))));
        Assert.Equal($"pretrain.from: the backbone of {all} was trained on images that this run holds out for validation (100); accuracy on them will be too high", HeldOut.Doubt(From(all)));
        Assert.Contains($"of {all} was trained", HeldOut.Doubt(From(handedOn)), StringComparison.Ordinal);
        Assert.Contains("was trained", HeldOut.Doubt(From(Run("other-seed", Holding with { Data = Holding.Data with { Seed = 3 } }))), StringComparison.Ordinal);
        Assert.Contains("of vgg16.safetensors may have been trained", HeldOut.Doubt(From("vgg16.safetensors")), StringComparison.Ordinal);
    }

    static Experiment From(string from) => Holding with { Pretrain = new() { From = from } };

    string Run(string name, Experiment experiment)
    {
        string path = Path.Combine(folder.Path, name);
        using var run = RunFolder.OpenForWork(path);
        run.Write(experiment);
        return path;
    }
}
