using Heliograph.Benchmarks;

// usage: Heliograph.Benchmarks [--rounds N] [--steps N] [--threads N] [--python PATH]
int Option(string name, int otherwise)
{
    int at = Array.IndexOf(args, name);
    return at < 0 ? otherwise : int.Parse(args[at + 1], System.Globalization.CultureInfo.InvariantCulture);
}
int python = Array.IndexOf(args, "--python");
new TrainingBenchmark(Option("--rounds", 3), Option("--steps", 12), Option("--threads", Environment.ProcessorCount),
    python < 0 ? "/usr/bin/python3" : args[python + 1]).Run();
