using System.CommandLine;
using System.Globalization;
using Heliograph.Channels;
using Heliograph.Experiments.Runs;
using Heliograph.Training.Data;
using Heliograph.Wording;

namespace Heliograph.Cli.Commands;

static class DataCommand
{
    public static Command Create(Interrupt interrupt) => new ExampleCommand("data", "Inspect and download data sets.",
        "heliograph data info signs",
        "heliograph data get cifar100",
        "heliograph data images signs --to photos",
        "heliograph data png cifar100 --snr 14.5")
    { Info(), interrupt.WatchedBy(Get), Images(), Png() };

    static ExampleCommand Info()
    {
        var source = new DataSource();
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExampleCommand("info", "Show counts, classes, picture sizes, mean and standard deviation of a data set.",
            "heliograph data info cifar100",
            "heliograph data info folder --path my-images --size 64 --json")
        { source.Name, source.Path, source.Size, source.Skip, source.Data, json };
        command.SetAction(parsed =>
        {
            var info = DataInfo.Of(source.Load(parsed));
            if (parsed.GetValue(json))
            {
                Output.PrintJson(info);
                return 0;
            }
            Output.Line(FormattableString.Invariant($"{info.Name}: {info.Classes} classes, {info.Train:N0} training and {info.Test:N0} test images of {string.Join("×", info.Size)}"));
            Output.Line(FormattableString.Invariant($"pictures of {info.PictureSize[0]:0.#}×{info.PictureSize[1]:0.#} pixels on average (height × width)"));
            Output.Line($"mean {Numbers(info.Mean)}, standard deviation {Numbers(info.Std)} (channels on the scale 0 to 1)");
            PrintClasses(info.Counts);
            return 0;
        });
        return command;
    }

    static void PrintClasses(IReadOnlyList<ClassCount> counts)
    {
        if (counts.DistinctBy(c => (c.Train, c.Test)).Count() == 1)
        {
            Output.Line($"each class has {counts[0].Train} training and {counts[0].Test} test images: {string.Join(", ", counts.Select(c => c.Name))}");
            return;
        }
        var table = new TextTable("class", "training", "test");
        foreach (var (name, train, test) in counts)
            table.AddRow(name, $"{train}", $"{test}");
        table.Print();
    }

    static ExampleCommand Images()
    {
        var source = new DataSource();
        var to = new Option<string>("--to") { Description = "A new folder; each class gets a folder in it.", HelpName = "DIR", Required = true };
        var train = new Option<bool>("--train") { Description = "Training images instead of test images." };
        var count = new Option<int>("--count") { Description = "Number of images, from the beginning of the set.", HelpName = "N", DefaultValueFactory = _ => 1000 };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExampleCommand("images", "Write images from a data set as PNG files for a device to send.",
            "heliograph data images signs --to photos --count 200",
            "heliograph data images cifar100 --train --to photos")
        { source.Name, to, train, count, source.Path, source.Size, source.Skip, source.Data, json };
        command.SetAction(parsed =>
        {
            string folder = parsed.GetValue(to)!;
            if (parsed.GetValue(count) < 1)
                throw new UsageException($"--count must be at least 1, not {parsed.GetValue(count)}");
            var set = source.Load(parsed);
            int written = ImageFolder.Write(parsed.GetValue(train) ? set.Train : set.Test, set.Classes, folder, parsed.GetValue(count));
            if (parsed.GetValue(json))
                Output.PrintJson(new { data = set.Name, folder, images = written, classes = set.Classes.Count });
            else
                Output.Line($"{Plural.Of(written, "image")} of {set.Name} in {folder}");
            return 0;
        });
        return command;
    }

    static ExampleCommand Png()
    {
        var source = new DataSource();
        var snr = new Option<string>("--snr") { Description = "SNRs of the channel in dB: low:high:step, a list, or both.", HelpName = "GRID", DefaultValueFactory = _ => "14.5" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExampleCommand("png", "The paper's baseline: how many symbols the test images would take as PNG files at the channel's capacity.",
            "heliograph data png cifar100",
            "heliograph data png signs --snr 0:20:5 --json")
        { source.Name, snr, source.Path, source.Size, source.Skip, source.Data, json };
        command.SetAction(parsed =>
        {
            var snrs = SnrOption.Parse(parsed.GetValue(snr)!).Decibels;
            // Far outside, the capacity is no longer a number above 0.
            if (snrs.Where(db => !(Math.Abs(db) <= 100)).Select(db => (double?)db).FirstOrDefault() is { } outside)
                throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--snr must be between -100 and 100 dB, not {outside}"));
            var baseline = PngBaseline.Of(source.Load(parsed), snrs.Select(db => Snr.FromDecibels(db)));
            if (parsed.GetValue(json))
            {
                // For a single SNR its values are beside the rest, as they always were.
                var only = baseline.Points.Count == 1 ? baseline.Points[0] : null;
                Output.PrintJson(new { baseline.Data, baseline.Images, baseline.MeanBytes, only?.SnrDb, only?.BitsPerSymbol, only?.Symbols, baseline.Points });
                return 0;
            }
            Output.Line(string.Create(CultureInfo.InvariantCulture,
                $"{baseline.Data}: {baseline.Images:N0} test images, {baseline.MeanBytes:0.0} bytes as PNG on average"));
            foreach (var point in baseline.Points)
                Output.Line(string.Create(CultureInfo.InvariantCulture, $"at {point.SnrDb:0.##} dB, {point.BitsPerSymbol:0.0000} bits a symbol: {point.Symbols:0} symbols"));
            return 0;
        });
        return command;
    }

    static ExampleCommand Get(CancellationToken interrupt)
    {
        var name = new Argument<string>("NAME") { Description = $"One of {string.Join(", ", DataDownload.Names)}." };
        var to = new Option<string?>("--to") { Description = $"Folder for the archive. Default: {DataSets.CacheFolder}.", HelpName = "DIR" };
        var from = new Option<Uri?>("--from")
        {
            Description = "Another address of the same archive, such as a mirror.",
            HelpName = "URL",
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps))
                    return address;
                result.AddError($"--from must be an address such as https://example.org/archive.tar.gz, not '{text}'");
                return null;
            },
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON object; everything else goes to standard error." };
        var command = new ExampleCommand("get", "Download an official archive: continues a broken download and checks the MD5.",
            "heliograph data get cifar100",
            "heliograph data get cifar10 --to data --json")
        { name, to, from, json };
        command.SetAction(parsed =>
        {
            string data = parsed.GetValue(name)!;
            string path = Reporters.Run(toStandardError: parsed.GetValue(json), reporter =>
                DataDownload.GetAsync(data, parsed.GetValue(to) ?? DataSets.CacheFolder, parsed.GetValue(from), new DownloadReport(reporter, data), interrupt)
                    .GetAwaiter().GetResult());
            if (parsed.GetValue(json))
                Output.PrintJson(new { data, path });
            else
                Output.Line(path);
            return 0;
        });
        return command;
    }

    static string Numbers(IEnumerable<float> values) => "(" + string.Join(", ", values.Select(v => FormattableString.Invariant($"{v:0.0000}"))) + ")";

    // Called by the downloading thread, in order; Progress<T> would post to others.
    sealed class DownloadReport(IRunReporter reporter, string name) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            if (value.Note is not null)
                reporter.Warning(value.Note);
            reporter.Progress(new(name, FormattableString.Invariant($"{value.Bytes / 1e6:0.0} of {value.Total / 1e6:0.0} MB"),
                value.Total is > 0 and { } total ? (double)value.Bytes / total : 0, 0, 0, null, TimeSpan.Zero));
        }
    }
}
