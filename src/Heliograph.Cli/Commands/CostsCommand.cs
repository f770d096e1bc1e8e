using System.CommandLine;
using Heliograph.Images;
using Heliograph.Networks;

namespace Heliograph.Cli.Commands;

static class CostsCommand
{
    public static Command Create()
    {
        var network = new Argument<string>("NETWORK") { Description = $"One of {string.Join(", ", Backbones.Names)}." };
        var classes = new Option<int>("--classes") { Description = "Number of classes.", DefaultValueFactory = _ => 100, HelpName = "N" };
        var size = new Option<string>("--size") { Description = "Image size in pixels, N or HEIGHTxWIDTH.", DefaultValueFactory = _ => "32", HelpName = "SIZE" };
        var width = new Option<double>("--width") { Description = "Factor for the number of filters.", DefaultValueFactory = _ => 1, HelpName = "FACTOR" };
        var split = new Option<string?>("--split") { Description = "Split point, such as pool2 or block3: shows the device half.", HelpName = "POINT" };
        var ratio = new Option<double>("--ratio") { Description = "Fraction of the filters removed from every layer up to the split point, in [0, 1). At least one of each layer stays; a training keeps at least prune.floor.", HelpName = "RATIO" };
        var channels = new Option<int?>("--channels") { Description = "C, the number of the encoder's filters: adds the encoder to the device half.", HelpName = "C" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExampleCommand("costs", "Show MACs, parameters and memory of a network and its device half. What the paper calls FLOPs are MACs.",
            "heliograph costs vgg16 --classes 100",
            "heliograph costs vgg16 --classes 100 --split pool2 --ratio 0.5 --channels 4",
            "heliograph costs vgg11 --classes 20 --size 64 --width 0.25 --json")
        { network, classes, size, width, split, ratio, channels, json };
        command.SetAction(parsed =>
        {
            var (height, breadth) = ImageSize.OfOption("--size", parsed.GetValue(size)!, 1, 4096);
            var built = Backbones.Build(parsed.GetValue(network)!, parsed.GetValue(classes), new Shape(3, height, breadth), parsed.GetValue(width));
            if (parsed.GetValue(split) is null && (parsed.GetValue(channels) is not null || parsed.GetValue(ratio) != 0))
                throw new UsageException("--ratio and --channels need a --split point");
            var device = parsed.GetValue(split) is { } point ? DeviceCosts.Of(built, point, parsed.GetValue(ratio), parsed.GetValue(channels)) : null;
            if (parsed.GetValue(json))
                PrintJson(parsed.GetValue(network)!, built, device);
            else
                Print(parsed.GetValue(network)!, built, device);
            return 0;
        });
        return command;
    }

    static IEnumerable<(string Name, Network Front)> Fronts(Network network) => network.SplitPoints.Select(point => (point, network.SplitAt(point).Device));

    static void PrintJson(string name, Network network, DeviceCosts? device) => Output.PrintJson(new
    {
        network = name,
        parameters = network.Cost().Parameters,
        macs = network.Cost().Macs,
        splits = Fronts(network).Select(split => new
        {
            name = split.Name,
            macs = split.Front.Cost().Macs,
            map = new[] { split.Front.Output.Channels, split.Front.Output.Height, split.Front.Output.Width },
            filters = split.Front.Filters(),
        }),
        device,
    });

    static void Print(string name, Network network, DeviceCosts? device)
    {
        var cost = network.Cost();
        Output.Line(FormattableString.Invariant($"{name}: {cost.Macs:N0} MACs, {cost.Parameters:N0} parameters, image {network.Input}"));
        var table = new TextTable("split", "MACs before it", "map", "elements", "filters");
        foreach (var (point, front) in Fronts(network))
        {
            table.AddRow(point, FormattableString.Invariant($"{front.Cost().Macs:N0}"), front.Output.ToString(),
                FormattableString.Invariant($"{front.Output.Elements:N0}"), FormattableString.Invariant($"{front.Filters():N0}"));
        }
        table.Print();
        if (device is null)
            return;
        Output.Line(FormattableString.Invariant($"device half: {device.Macs:N0} MACs, of which the encoder {device.EncoderMacs:N0}; {device.Parameters:N0} parameters;"));
        Output.Line(FormattableString.Invariant($"peak activation memory {device.PeakActivationBytes:N0} bytes (32-bit)")
            + (device.Symbols is { } symbols ? FormattableString.Invariant($"; {symbols:N0} symbols an image") : "; --channels adds the encoder"));
    }
}

/// <summary>What a device half costs; the JSON contract's names.</summary>
/// <param name="Macs">Of pruned front and encoder.</param>
/// <param name="EncoderMacs">Of the encoder alone, its GDN included.</param>
/// <param name="Parameters">Trained values of pruned front and encoder.</param>
/// <param name="PeakActivationBytes">Largest sum of live 32-bit maps.</param>
/// <param name="Symbols">B; null without an encoder.</param>
sealed record DeviceCosts(long Macs, long EncoderMacs, long Parameters, long PeakActivationBytes, int? Symbols)
{
    public static DeviceCosts Of(Network network, string splitPoint, double ratio, int? channels)
    {
        var half = UniformPruning.Prune(network, splitPoint, ratio).SplitAt(splitPoint).Device;
        if (channels is { } c)
            half = half.Then(JointCode.Encoder(half.Output, c));
        var cost = half.Cost();
        return new(cost.Macs, cost.MacsOf("encoder."), cost.Parameters, cost.PeakActivationBytes, channels is null ? null : half.Output.Elements);
    }
}
