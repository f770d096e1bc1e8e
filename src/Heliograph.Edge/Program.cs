using System.CommandLine;
using System.CommandLine.Help;
using Heliograph.CommandLine;
using Heliograph.Edge;

using var interrupt = new Interrupt();
var verbose = new Option<bool>("--verbose") { Description = "Show where an error came from.", Recursive = true };
var root = new Command("heliograph-edge", "The server at the edge: received symbols in, recognised classes out.")
{
    EdgeCommand.NewKey("heliograph-edge"),
    verbose,
    new HelpOption { Recursive = true },
    new VersionOption(),
};
EdgeCommand.AddTo(root, interrupt.Token);
ExamplesHelp.AddTo(root, "heliograph-edge --pairs pairs --udp 7355", "heliograph-edge --pairs pairs/garden --http 8080 --grpc 8081 --bind 0.0.0.0 --api-keys keys.txt");

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0 && !parsed.Tokens.Any(token => token.Value is "--help" or "-h" or "-?" or "--version"))
    return Errors.Usage(parsed);
try
{
    return parsed.Invoke(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (Exception error)
{
    return Errors.Report(error, interrupt, parsed.GetValue(verbose));
}
