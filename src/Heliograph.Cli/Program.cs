using System.CommandLine;
using System.CommandLine.Help;
using Heliograph.Cli;
using Heliograph.Cli.Commands;

using var interrupt = new Interrupt();
var verbose = new Option<bool>("--verbose") { Description = "Show where an error came from.", Recursive = true };
// Not a RootCommand: that is named after the assembly, and people type heliograph.
var root = new Command("heliograph", "Device–edge recognition over a radio link: train, measure and run pairs of a device half and an edge half.")
{
    TrainCommand.Create(interrupt.Token),
    EvaluateCommand.Create(interrupt.Token),
    ExportCommand.Create(),
    PairCommand.Create(),
    CostsCommand.Create(),
    DataCommand.Create(interrupt.Token),
    RunsCommand.Create(),
    ServeCommand.Create(interrupt.Token),
    RelayCommand.Create(interrupt.Token),
    ReplayCommand.Create(interrupt.Token),
    DemoCommand.Create(interrupt.Token),
    verbose,
    new HelpOption { Recursive = true },
    new VersionOption(),
};
ExamplesHelp.AddTo(root, "heliograph demo", "heliograph train quickstart", "heliograph costs vgg16 --classes 100 --split pool2 --ratio 0.5", "heliograph train --help");

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
