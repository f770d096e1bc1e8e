namespace Heliograph.EndToEnd.Tests;

/// <summary>Backbones with branches and depthwise convolutions go through all four steps, are exported, measured and sent from a device.</summary>
public sealed class BackbonesTest : IDisposable
{
    readonly Place place = new();

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("resnet8", "block2")]
    [InlineData("mobilenetv2", "block4")]
    public void All_steps_and_a_device(string backbone, string split)
    {
        place.Run("train", "tiny.yaml", "--run", "run", $"network.name={backbone}", $"split={split}", "network.width=0.5", "pretrain.epochs=1", "autoencoder.epochs=1", "data.train=128").Succeeded();
        place.Run("export", "run", "--to", "pair").Succeeded();
        var run = place.Run("evaluate", "run", "--json").Succeeded().Json();
        var pair = place.Run("evaluate", "pair", "--json").Succeeded().Json();
        Assert.Equal(run.Number("noiselessTop1"), pair.Number("noiselessTop1"));
        Assert.InRange(run.Number("deviceMacs"), 10_000, 5_000_000);

        place.Run("data", "images", "signs", "--to", "photos", "--count", "5").Succeeded();
        string[] device = Programs.Built("Heliograph.Device", "heliograph-device", "heliograph-device");
        Programs.Run(place.Path, [.. device, "send", "--pair", "pair", "--dry-run", "photos"]).Succeeded();
    }

    [Fact]
    public void A_split_within_a_block_is_refused_with_those_that_there_are() => Assert.Equal(
        (2, "error: split: the network cannot be cut after 'relu1_1': layers after it read more than its map; this network has block1, block2, block3"),
        place.Run("train", "tiny.yaml", "--run", "run", "network.name=resnet8", "split=relu1_1") is var refused ? (refused.ExitCode, refused.ErrorLines[^1]) : default);
}
