using System.CommandLine;
using System.Net;
using Heliograph.Channels;
using Heliograph.Cli.Demo;
using Heliograph.Edge;
using Heliograph.Edge.Options;
using Heliograph.Pairs;
using Heliograph.Wording;

namespace Heliograph.Cli.Commands;

static class DemoCommand
{
    public static Command Create(CancellationToken interrupt)
    {
        var pair = new Option<string?>("--pair") { Description = "A pair folder. Default: a pair that ships with the program.", HelpName = "FOLDER" };
        var snr = new Option<double?>("--snr") { Description = "Initial SNR of the channel in dB, which the page can change. Default: the one that the pair was trained for.", HelpName = "DB" };
        var channel = new Option<string?>("--channel") { Description = $"The simulated channel: {string.Join(", ", ChannelCatalogue.Forms)}. Default: the one in training.", HelpName = "CHANNEL" };
        var http = new Option<int?>("--http") { Description = $"Port of the page; 0 takes a free one. Default: {EdgeServer.DefaultHttpPort}.", HelpName = "PORT" };
        var rate = new Option<double>("--rate") { Description = "Frames a second.", HelpName = "N", DefaultValueFactory = _ => 4 };
        var images = new Option<string?>("--images") { Description = "Send the images in and below this folder; a folder with a class's name holds images of that class. Default: the data set's test images.", HelpName = "FOLDER" };
        var data = new Option<string?>("--data") { Description = "Folder to search for data first.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "Print one line of JSON when the page is ready." };
        var command = new ExampleCommand("demo", "Run server, page and a sending device together: see a pair at work over a noisy channel, in a browser.",
            "heliograph demo",
            "heliograph demo --snr 0 --rate 10",
            "heliograph demo --pair pairs/garden --images photos")
        { pair, snr, channel, http, rate, images, data, json };
        command.SetAction(parsed =>
        {
            double framesPerSecond = parsed.GetValue(rate);
            if (!(framesPerSecond is >= 0.1 and <= 1000))
                throw new UsageException(FormattableString.Invariant($"--rate must be 0.1 to 1000 frames a second, not {framesPerSecond}"));
            var opened = Pair.Open(parsed.GetValue(pair) ?? ShippedPairs.Default());
            string name = parsed.GetValue(channel) ?? opened.Description.Channel.Name;
            var simulated = new DemoChannel(name, parsed.GetValue(snr) ?? opened.Description.Channel.SnrDb);
            var shown = DemoImages.For(opened, parsed.GetValue(images), parsed.GetValue(data));
            Run(opened, simulated, shown, parsed.GetValue(http), framesPerSecond, server => Say(server, opened, name, simulated, shown, framesPerSecond, parsed.GetValue(json)), interrupt)
                .GetAwaiter().GetResult();
            return 0;
        });
        return command;
    }

    static async Task Run(Pair pair, DemoChannel channel, DemoImages images, int? http, double rate, Action<EdgeServer> started, CancellationToken interrupt)
    {
        ulong seed = (ulong)Random.Shared.NextInt64();
        var controller = new DemoController(pair, channel, seed);
        var sender = new DemoSender(pair, images, channel, controller, seed);
        var options = new EdgeOptions { Pairs = pair.Folder, Http = http, Udp = new(IPAddress.Loopback, 0), Demo = controller };
        await using var server = await EdgeServer.StartAsync(options, interrupt);
        started(server);
        await sender.Run(server.Udp!, rate, interrupt);
        await server.StopAsync();
    }

    static void Say(EdgeServer server, Pair pair, string channel, DemoChannel simulated, DemoImages images, double rate, bool json)
    {
        if (json)
        {
            Output.PrintJsonLine(new
            {
                Page = server.Http,
                Udp = server.Udp!.ToString(),
                Pair = pair.Description.Name,
                Id = pair.Id.ToString(),
                Channel = channel,
                simulated.SnrDb,
                Rate = rate,
                Images = images.Count,
            });
            return;
        }
        var about = pair.Description;
        Output.Line($"pair {about.Name}: split at {about.Split}, {Plural.Of(about.Symbols, "symbol")}, {Plural.Of(about.Classes.Count, "class", "classes")}");
        Output.Line(FormattableString.Invariant($"a device sends {images.Count:N0} {images.About}, {rate:0.##} a second, over {channel} at {simulated.SnrDb:0.##} dB"));
        Output.Line($"open {server.Http} in a browser; Ctrl-C ends it");
    }
}
