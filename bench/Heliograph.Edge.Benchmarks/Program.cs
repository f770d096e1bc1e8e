using System.Globalization;
using Heliograph.Edge.Benchmarks;

// usage: Heliograph.Edge.Benchmarks [--batch N] [--seconds N] [--rounds N] [--threads N] [--split pool4] [--width W]
//        Heliograph.Edge.Benchmarks --minutes N [--clients N]     the long load: failures, and the server's memory over time
//        Heliograph.Edge.Benchmarks --flood N                     floods of every link for N minutes (10): peak memory, and what others lose
string? Text(string name)
{
    int at = Array.IndexOf(args, name);
    return at < 0 || at + 1 == args.Length ? null : args[at + 1];
}
double Number(string name, double otherwise) => Text(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;

if (args.Contains("--flood"))
{
    using var small = BenchmarkPair.Make(Text("--split") ?? "pool4", Number("--width", 0.25));
    return await Flood.Run(small, Number("--flood", 10));
}
using var pair = BenchmarkPair.Make(Text("--split") ?? "pool4", Number("--width", 1));
if (Text("--minutes") is not null)
    return await LongLoad.Run(pair, Number("--minutes", 10), (int)Number("--clients", 200));
await Throughput.Run(pair, (int)Number("--batch", 32), (int)Number("--threads", 0), Number("--seconds", 5), (int)Number("--rounds", 3));
return 0;
