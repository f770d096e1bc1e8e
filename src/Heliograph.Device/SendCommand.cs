using System.Diagnostics;
using Heliograph.Channels;
using Heliograph.Images;
using Heliograph.Links;
using Heliograph.Pairs;
using Heliograph.Runtime;

namespace Heliograph.Device;

/// <summary>Encodes images and sends their symbols.</summary>
static class SendCommand
{
    public static Command Command { get; } = new("send", "--pair FOLDER --to udp://HOST:PORT [options] IMAGE|FOLDER|-",
        "Encodes images and sends their symbols to the edge.",
        [
            new("--pair", "FOLDER", "The pair; only pair.json and the device half's file are read."),
            new("--to", "ADDRESS", $"Where the edge listens, udp://HOST:PORT (default port {UdpAddress.DefaultPort})."),
            ModeOptions.Width,
            new("--symbols", "N|auto:A-B", "Elastic pairs: symbols of an image that are sent; auto sends A at first, and up to B if the edge asks for more. Default: all."),
            new("--confidence", "P", "With --symbols auto: more symbols are wanted while the edge's best class has a probability below this (default 0.8)."),
            new("--wait", "MS", "With --symbols auto: how long to wait for the edge's answer, in milliseconds (default 100)."),
            new("--snr", "DB", "Elastic pairs whose encoder knows the SNR: what it expects until the edge reports one. Default: unknown."),
            new("--rgb", "SIZE", "Standard input holds raw RGB images of this size, N or HEIGHTxWIDTH, 3 bytes a pixel, one after another."),
            new("--channel", "awgn:SNR", "Simulate a channel, for links without noise; SNR in dB per real symbol. Also rayleigh:snr=SNR and others (docs/snr.md)."),
            new("--seed", "N", "Seed for that channel and for --shuffle, to repeat a run exactly. Default: a new one at every start."),
            new("--rate", "N", "Maximum number of frames a second. Default: as fast as possible."),
            new("--repeat", "N", "Send everything N times; 0 means forever."),
            new("--shuffle", null, "Send a folder's images in a new order each time, drawn with --seed."),
            new("--format", "cf32|ci16", "Sample format on the link: 32-bit floats (default), or 16-bit integers in half the bytes."),
            new("--device", "ID", "Number of this device, decimal or 0x…. Default: derived from the host's name."),
            new("--key", "FILE", "Send frames with a MAC: this device's key, 64 hexadecimal digits in a file that only its owner may read."),
            new("--labels", "folders|FILE", "True classes, so that the edge can count right answers: the name of each image's folder, or a file with one class a line."),
            new("--label-indices", null, "Read the labels as positions in the pair's list of classes, from 0. Detected automatically unless a class has a number for a name."),
            new("--strict", null, "End at the first picture in a folder that cannot be read. By default it is left out and reported at the end."),
            new("--thumbnail", null, "Attach a thumbnail of the picture, for demonstrations."),
            new("--record", "FILE", "Also record what is sent as SigMF; FILE must end with .sigmf-meta."),
            new("--dry-run", null, "Encode and print, but send nothing."),
            new("--json", null, "Print one JSON object for each frame; with --dry-run it includes the symbols."),
            new("--raw", "WIDTHxHEIGHT", null),
        ],
        [
            "heliograph-device send --pair pairs/garden --to udp://edge:7355 photos/",
            "heliograph-device send --pair pairs/garden --dry-run cat.png",
            "heliograph-device send --pair pairs/elastic --to udp://edge:7355 --width 50 --symbols auto:16-64 --confidence 0.8 photos/",
            "ffmpeg -i /dev/video0 -f rawvideo -pix_fmt rgb24 -s 640x480 - | heliograph-device send --pair pairs/garden --to udp://edge:7355 --rgb 480x640 -",
        ], Run);

    static int Run(CommandLine line)
    {
        bool dry = line.Has("--dry-run");
        string folder = line.Required("--pair", "FOLDER");
        string? to = dry ? line.Text("--to") : line.Required("--to", "udp://HOST:PORT (or --dry-run)");
        if (line.Arguments is not [var source])
            throw new UsageException(line.Arguments.Count == 0 ? "an image, a folder or - is missing" : "give only one image, folder or -");
        var noise = SenderChannel.Parse(line.Text("--channel"));
        var raw = RawSize(line);
        double rate = line.Number("--rate", 0, 1e-3, 1e6);
        ulong repeat = line.Whole("--repeat") ?? 1;
        var format = line.Text("--format") switch
        {
            null or "cf32" => SampleFormat.Cf32,
            "ci16" => SampleFormat.Ci16,
            var other => throw new UsageException($"--format must be cf32 or ci16, not '{other}'"),
        };
        if (repeat != 1 && source == "-")
            throw new UsageException("--repeat: standard input cannot be read twice");

        bool shuffle = line.Has("--shuffle");
        if (shuffle && source == "-")
            throw new UsageException("--shuffle: standard input cannot be reordered");

        var pair = Pair.Open(folder);
        var mode = ModeOptions.Parse(line, pair);
        double confidence = line.Number("--confidence", 0.8, 0, 1), wait = line.Number("--wait", 100, 1, 60_000);
        if (!mode.IsAuto && (line.Has("--confidence") || line.Has("--wait")))
            throw new UsageException("--confidence and --wait are about the edge's answers: give --symbols auto");
        if (mode.IsAuto && dry)
            throw new UsageException("--symbols auto needs an edge that answers, which --dry-run does not ask");
        Snr? expected = line.Has("--snr") ? Snr.FromDecibels(line.Number("--snr", 0, -FrameFormat.MaxSnrDb, FrameFormat.MaxSnrDb)) : null;
        var pictures = Pictures.From(source, raw);
        var labels = Labels.From(line.Text("--labels"), pair.Description.Classes, line.Has("--label-indices"), pictures);
        var stamper = new FrameStamper(line.Whole("--device") ?? DeviceId.OfThisHost());
        var key = line.Text("--key") is { } keyFile ? DeviceKey.Read(keyFile) : null;
        using var senders = new Senders(dry ? null : to, line.Text("--record"), format, key);
        var encoder = new Encoder(pair.DeviceOf(mode.Mode));
        if (expected is not null && !encoder.KnowsSnr)
            throw new UsageException($"--snr: the encoder of pair {pair.Description.Name} knows no SNR (elastic.encoderSnr)");
        using var interrupt = new Interrupt();

        ulong seed = line.Whole("--seed") ?? stamper.Stream;
        var feedback = mode.IsAuto ? new Feedback(senders.Link!, mode.Steps, confidence, TimeSpan.FromMilliseconds(wait), interrupt) : null;
        var sending = new Sending(pair, encoder, stamper, senders, noise, seed, line.Has("--thumbnail"), mode.Width, feedback, expected);
        if (pictures.LeftOut.Kinds.Count > 0)
            Output.Note($"left out: {pictures.LeftOut}; only {ImageFile.Extensions} are read");
        bool skip = pictures.IsFolder && !line.Has("--strict");
        var unreadable = new Unreadable();
        var report = new Report(encoder, pair.Description, mode, json: line.Has("--json"), dryRun: dry);
        long started = Stopwatch.GetTimestamp();
        bool toldRefused = false, toldFailed = false, toldUnheard = false;
        var (due, interval) = (TimeSpan.Zero, rate > 0 ? TimeSpan.FromSeconds(1 / rate) : TimeSpan.Zero);
        // Once all pictures of a round have failed, another round sends nothing either.
        for (ulong round = 0; (repeat == 0 || round < repeat) && unreadable.Count < (pictures.Files?.Count ?? int.MaxValue); round++)
        {
            foreach (var picture in pictures.All(shuffle ? new(seed, "order", (long)round) : null))
            {
                if (interrupt.Requested)
                    break;
                if (Read(picture, skip, unreadable) is not { } image)
                    continue;
                interrupt.Wait(due - Stopwatch.GetElapsedTime(started));
                if (interrupt.Requested)
                    break;
                // A late frame moves all after it: the rate is never exceeded.
                var now = Stopwatch.GetElapsedTime(started);
                due = (now > due ? now : due) + interval;
                report.Add(sending.Send(picture.Source, image, labels.Of(picture)), sending.Symbols);
                if (senders.Refused && !toldRefused)
                {
                    toldRefused = true;
                    Output.Note($"nobody is listening at {to}: the system reports refused datagrams; sending continues");
                }
                else if (senders.Failure is { } why && !toldFailed)
                {
                    toldFailed = true;
                    Output.Note($"nothing can be sent to {to}: {why}; sending continues");
                }
                else if (feedback is { IsUnheard: true } && !toldUnheard)
                {
                    toldUnheard = true;
                    Output.Note($"the edge has not answered {Feedback.MostMissed} questions in a row: until it does, each frame has {mode.Steps[0]} symbols and waits for no answer");
                }
            }
            if (interrupt.Requested)
                break;
        }
        bool refused = senders.FinallyRefused();
        report.Finish(Stopwatch.GetElapsedTime(started));
        if (unreadable.Count > 0)
            Output.Error(unreadable.Say(pictures.Files!.Count));
        if (senders.Failure is { } failure && !interrupt.Requested)
            throw new IOException($"cannot send to {to}: {failure}; {senders.FailedDatagrams} of {senders.Datagrams + senders.FailedDatagrams} datagrams could not be sent, including the last");
        if (refused && !interrupt.Requested)
            throw new IOException($"nobody is listening at {to}: the system reports that {senders.RefusedDatagrams} of {senders.Datagrams} datagrams were refused, including the last");
        return interrupt.Requested ? interrupt.ExitCode : unreadable.Count > 0 ? 1 : 0;
    }

    /// <summary>The pixels, or null if they cannot be read and that is no reason to end.</summary>
    static RgbImage? Read(Picture picture, bool skip, Unreadable unreadable)
    {
        try
        {
            return picture.Read();
        }
        catch (Exception e) when (skip && e is (IOException or InvalidDataException or UnauthorizedAccessException))
        {
            unreadable.Add(picture, e);
            return null;
        }
    }

    static ImageSize? RawSize(CommandLine line)
    {
        const int longest = 16384;
        if (line.Text("--rgb") is { } text)
            return ImageSize.OfOption("--rgb", text, 1, longest);
        if (line.Text("--raw") is not { } old)
            return null;
        // Its name until sizes had one order. Nothing in the bytes would tell that the sides are swapped.
        var size = ImageSize.OfOption("--raw", old, 1, longest);
        return size.Height == size.Width ? size
            : throw new UsageException($"--raw {old} is width first; sizes are now height first: --rgb {size.Width}x{size.Height}");
    }
}
