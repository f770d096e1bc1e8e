using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Data;
using Heliograph.Experiments.Trainings;
using Heliograph.Images;
using Heliograph.Networks;

namespace Heliograph.Experiments.Tests;

/// <summary>Values that may be given in more than one way.</summary>
public sealed class CodeOptionsTests
{
    [Theory]
    [InlineData("pool2", 32, 64, 4)]
    [InlineData("pool1", 32, 64, 1)]
    [InlineData("pool5", 32, 7, 7)]
    [InlineData("pool4", 64, 12, 3)]
    public void Symbols_give_the_channels(string split, int side, int symbols, int channels)
    {
        var backbone = Backbones.Build("vgg11", 10, (3, side, side), 0.25);
        var experiment = new Experiment { Split = split, Code = new() { Channels = 99, Symbols = symbols } }.Resolved(backbone);
        var code = experiment.Code;
        Assert.Equal(new CodeOptions { Channels = channels }, code);
        Assert.Equal(symbols, JointCode.Encoder(backbone.SplitAt(split).Device.Output, code.Channels).Output.Elements);
        // What is resolved stays, as for runs that go on.
        Assert.Equal(experiment, experiment.Resolved(backbone));
    }

    [Theory]
    [InlineData("pool2", 50, "48 and 64 are the nearest")]
    [InlineData("pool1", 63, "64 is the least")]
    public void Symbols_that_no_number_of_channels_gives_are_refused_with_those_that_can_be(string split, int symbols, string said) =>
        Assert.EndsWith(said, Assert.Throws<UsageException>(() => new Experiment { Split = split, Code = new() { Symbols = symbols } }.Resolved(Backbones.Build("vgg11", 10, (3, 32, 32), 0.25))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("bottlenet++", "pool4", 12, null, 12)]
    [InlineData("bottlenet++", "pool4", 12, 1, 3)]
    [InlineData("bottlenet", "pool5", 6, null, 6)]
    public void What_a_channel_gives_depends_on_the_code(string recipe, string split, int symbols, int? stride, int channels)
    {
        var backbone = Backbones.Build("vgg16", 10, (3, 32, 32), 0.25);
        var resolved = new Experiment { Recipe = recipe, Split = split, Code = new() { Symbols = symbols, Stride = stride } }.Resolved(backbone);
        Assert.Equal((channels, stride), (resolved.Code.Channels, resolved.Code.Stride));
        var map = backbone.ShapeOf(split);
        Assert.Equal(symbols, resolved.Encoder(map).Output.Elements);
        Assert.Equal(map, resolved.Decoder(map).Output);
        // Both works minimise cross-entropy; the run records it.
        Assert.Equal("crossEntropy", resolved.Autoencoder.Loss!.ToString());
        Assert.Equal("l1", (resolved with { Recipe = "paper", Autoencoder = new() }).Resolved(backbone).Autoencoder.Loss!.ToString());
        Assert.Equal("l2", (resolved with { Autoencoder = new() { Loss = AutoencoderLoss.Parse("l2", null) } }).Resolved(backbone).Autoencoder.Loss!.ToString());
    }

    [Theory]
    [InlineData("prune:\n  ratio: 0.5\ncode:\n  channels: 4\n", "prune.macs=9", 0.0, 9L, 4, null)]
    [InlineData("prune:\n  macs: 5\ncode:\n  symbols: 64\n", "prune.ratio=0.5", 0.5, null, 8, 64)]
    [InlineData("prune:\n  macs: 5\n", "prune.ratio=0", 0.0, null, 8, null)]
    [InlineData("prune:\n  macs: 5\n", "prune.macs=null", 0.0, null, 8, null)]
    [InlineData("prune:\n  ratio: 0.5\n", "prune.macs=null", 0.5, null, 8, null)]
    [InlineData("code:\n  channels: 4\n", "code.symbols=64", 0.0, null, 8, 64)]
    [InlineData("code:\n  symbols: 64\n", "code.channels=8", 0.0, null, 8, null)]
    [InlineData("code:\n  symbols: 64\n", "code.channels=8 code.symbols=32", 0.0, null, 8, 32)]
    public void What_the_command_line_gives_takes_the_place_of_what_the_file_gives(string yaml, string overrides, double ratio, long? macs, int channels, int? symbols)
    {
        var bound = OptionsBinder.Bind<Experiment>(yaml, "x.yaml", overrides.Split(' '));
        Assert.Equal((ratio, macs, channels, symbols), (bound.Prune.Ratio, bound.Prune.Macs, bound.Code.Channels, bound.Code.Symbols));
    }

    [Theory]
    [InlineData("64", 64, 64)]
    [InlineData("48x64", 48, 64)]
    [InlineData("48,64", 48, 64)]
    [InlineData("[48, 64]", 48, 64)]
    public void A_size_is_written_alike_in_experiments_and_as_an_override(string text, int height, int width)
    {
        var bound = OptionsBinder.Bind<Experiment>("", "x.yaml", [$"data.size={text}"]);
        Assert.Equal(new ImageSize(height, width), bound.Data.Size);
        Assert.Equal(bound.Data, OptionsBinder.Bind<Experiment>($"data:\n  name: cifar100\n  size: {text}\n", "x.yaml").Data);
        Assert.Equal(bound.Data, OptionsBinder.Bind<Experiment>(OptionsBinder.ToYaml(bound), "x.yaml").Data);
    }
}
