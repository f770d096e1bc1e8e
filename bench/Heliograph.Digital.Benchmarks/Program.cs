using Heliograph.Digital.Benchmarks;

// usage: Heliograph.Digital.Benchmarks [--rounds N]: throughput on one core, beside GNU Radio's decoder where it is installed
//        Heliograph.Digital.Benchmarks --compare [--blocks N]: the SNRs at which 1 % of the blocks fail, here and with GNU Radio's decoder
//        Heliograph.Digital.Benchmarks --block-errors FILE [--only TEXT in the mode's name]: measures the rates that ship with the project
//        Heliograph.Digital.Benchmarks --thresholds: the table of docs/digital-link.md, from the rates that ship
//        Heliograph.Digital.Benchmarks --demapping: what the max-log approximation costs
string? Option(string name)
{
    int at = Array.IndexOf(args, name);
    return at < 0 ? null : args[at + 1];
}
int Number(string name, int otherwise) => Option(name) is { } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : otherwise;
if (Option("--block-errors") is { } path)
    BlockErrorTable.Write(path, Option("--only") ?? "");
else if (args.Contains("--thresholds"))
    Thresholds.Print();
else if (args.Contains("--demapping"))
    Demapping.Print();
else if (args.Contains("--compare"))
    Comparison.Print(Number("--blocks", 4000));
else
    Throughput.Print(Number("--rounds", 5));
