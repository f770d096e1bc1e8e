using System.Diagnostics;
using Heliograph.Pairs;
using Heliograph.Runtime;

namespace Heliograph.Device;

/// <summary>Times the device half on this machine.</summary>
static class BenchCommand
{
    public static Command Command { get; } = new("bench", "--pair FOLDER [options]", "Times the device half of a pair on this machine.",
        [
            new("--pair", "FOLDER", "The pair; only pair.json and the device half's file are read."),
            ModeOptions.Width,
            new("--symbols", "N", "Elastic pairs: number of symbols. Default: all."),
            new("--rounds", "N", "Number of frames to time (default 1000)."),
            new("--path", "WIDTH", "scalar, vector128, vector256 or vector512. Default: the widest that the processor has."),
            new("--json", null, "One JSON object."),
        ],
        ["heliograph-device bench --pair pairs/garden", "heliograph-device bench --pair pairs/garden --path vector128 --json"], Run);

    static int Run(CommandLine line)
    {
        if (line.Arguments.Count > 0)
            throw new UsageException($"bench takes no arguments, not '{line.Arguments[0]}'");
        int rounds = (int)(line.Whole("--rounds", 1_000_000) ?? 1000);
        if (rounds < 1)
            throw new UsageException("--rounds must be at least 1");
        var path = Path(line.Text("--path"));
        var pair = Pair.Open(line.Required("--pair", "FOLDER"));
        var encoder = new Encoder(pair.DeviceOf(ModeOptions.Parse(line, pair).Mode), new() { Path = path });

        byte[] image = new byte[encoder.Input.Elements];
        new Random(1).NextBytes(image);
        float[] symbols = new float[encoder.SymbolCount];
        double[] microseconds = new double[rounds];
        for (int i = -Math.Min(rounds, 20); i < rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            encoder.Encode(image, symbols);
            if (i >= 0)
                microseconds[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }
        Array.Sort(microseconds);
        double median = microseconds[rounds / 2], p99 = microseconds[(int)Math.Min(rounds - 1, Math.Ceiling(rounds * 0.99) - 1)];
        double gflops = 2 * encoder.Macs / median / 1e3;
        string name = encoder.Path.ToString().ToLowerInvariant();
        long resident = Memory.PeakResidentBytes();
        if (line.Has("--json"))
        {
            Output.WriteJson(json =>
            {
                json.WriteString("pair", pair.Description.Name);
                json.WriteString("path", name);
                json.WriteNumber("medianMicroseconds", Math.Round(median, 2));
                json.WriteNumber("p99Microseconds", Math.Round(p99, 2));
                json.WriteNumber("residentBytes", resident);
                json.WriteNumber("gflops", Math.Round(gflops, 2));
            });
        }
        else
        {
            Output.Write(FormattableString.Invariant(
                $"{pair.Description.Name} ({name}): {median:0.0} µs a frame (median of {rounds}), 99 % below {p99:0.0} µs; {gflops:0.0} GFLOP/s, {resident / 1e6:0.0} MB resident at most\n"));
        }
        return 0;
    }

    static EncoderPath? Path(string? text)
    {
        if (text is null)
            return null;
        foreach (var path in Enum.GetValues<EncoderPath>())
        {
            if (path.ToString().Equals(text, StringComparison.OrdinalIgnoreCase))
                return path;
        }
        throw new UsageException($"--path must be scalar, vector128, vector256 or vector512, not '{text}'");
    }
}
