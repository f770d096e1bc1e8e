using System.Diagnostics;
using System.Globalization;
using Heliograph.Fuzz.Tests;
using Heliograph.Wording;

// usage: Heliograph.Fuzz.Tests [READER ...] [--inputs N] [--seed N]     the long form, every reader where none is named
//        Heliograph.Fuzz.Tests READER --replay FILE                     an input that did harm, once more
string? Text(string name)
{
    int at = Array.IndexOf(args, name);
    return at < 0 || at + 1 == args.Length ? null : args[at + 1];
}
long inputs = long.Parse(Text("--inputs") ?? "1000000", CultureInfo.InvariantCulture);
ulong seed = ulong.Parse(Text("--seed") ?? "1", CultureInfo.InvariantCulture);
string[] names = [.. args.TakeWhile(arg => !arg.StartsWith("--", StringComparison.Ordinal))];
if (names.Except(Readers.Names).FirstOrDefault() is { } unknown)
{
    Console.Error.WriteLine($"error: there is no reader '{unknown}'; they are {string.Join(", ", Readers.Names)}");
    return 2;
}
int faults = 0;
foreach (string name in names.Length > 0 ? names : [.. Readers.Names])
{
    long start = Stopwatch.GetTimestamp();
    try
    {
        using Target target = Readers.Open(name);
        var fuzzer = new Fuzzer(target, seed);
        if (Text("--replay") is { } file)
        {
            fuzzer.Replay(File.ReadAllBytes(file));
            Console.Out.WriteLine($"{name}: {file} does no harm");
            continue;
        }
        FuzzResult result = fuzzer.Run(inputs);
        Console.Out.WriteLine(FormattableString.Invariant($"{name}: {result}; {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s"));
    }
    catch (Exception e) when (e is FuzzFault or Xunit.Sdk.XunitException)
    {
        faults++;
        Console.Out.WriteLine($"{name}: FAULT: {Printable.Line(e.Message)}");
        if (e.InnerException is { } inner)
            Console.Out.WriteLine(inner);
    }
}
return faults == 0 ? 0 : 1;
