using System.CommandLine;
using Heliograph.Cli.Commands;
using Heliograph.CommandLine;

using var interrupt = new Interrupt();
var root = new Command("heliograph", "Device–edge recognition over a radio link: train, measure and run pairs of a device half and an edge half.")
{
    TrainCommand.Create(interrupt.Token),
    EvaluateCommand.Create(interrupt.Token),
    ExportCommand.Create(),
    PairCommand.Create(),
    CostsCommand.Create(),
    DataCommand.Create(interrupt.Token),
    RunsCommand.Create(),
    ReportCommand.Create(),
    ServeCommand.Create(interrupt.Token),
    RelayCommand.Create(interrupt.Token),
    ReplayCommand.Create(interrupt.Token),
    DemoCommand.Create(interrupt.Token),
};
return CommandProgram.Run(root, args, interrupt,
    "heliograph demo", "heliograph train quickstart", "heliograph costs vgg16 --classes 100 --split pool2 --ratio 0.5", "heliograph train --help");
