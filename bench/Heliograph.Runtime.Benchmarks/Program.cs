using Heliograph.Runtime;
using Heliograph.Runtime.Benchmarks;

// usage: Heliograph.Runtime.Benchmarks [--rounds N] [--milliseconds N a side and round] [--path Vector256] [--only TEXT in the row's name]
//        Heliograph.Runtime.Benchmarks --steps [--rounds N] [--path Vector256] [--only TEXT]: the encoder's steps one by one
//        Heliograph.Runtime.Benchmarks --start PROGRAM [--rounds N]: from the start of the published device program to its first datagram
string? Option(string name)
{
    int at = Array.IndexOf(args, name);
    return at < 0 ? null : args[at + 1];
}
int Number(string name, int otherwise) => Option(name) is { } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : otherwise;
var options = new EncoderOptions { Path = Option("--path") is { } path ? Enum.Parse<EncoderPath>(path) : null };
if (Option("--start") is { } program)
    ProgramStart.Run(program, Number("--rounds", 41));
else if (args.Contains("--steps"))
    new StepProfile(Number("--rounds", 200), options).Run(Option("--only") ?? "");
else
    new Comparison(Number("--rounds", 15), Number("--milliseconds", 60), options).Run(Option("--only") ?? "");
