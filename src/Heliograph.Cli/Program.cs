using System.CommandLine;
using Heliograph.Cli.Commands;

using var interrupt = new Interrupt();
var root = new Command("heliograph", "Device–edge recognition over a radio link: train, measure and run pairs of a device half and an edge half.")
{
    interrupt.WatchedBy(TrainCommand.Create),
    interrupt.WatchedBy(SweepCommand.Create),
    interrupt.WatchedBy(EvaluateCommand.Create),
    ExportCommand.Create(),
    PairCommand.Create(interrupt),
    CostsCommand.Create(),
    DataCommand.Create(interrupt),
    CompareCommand.Create(),
    RunsCommand.Create(),
    interrupt.WatchedBy(ChooseCommand.Create),
    PlotCommand.Create(),
    ReportCommand.Create(),
    interrupt.WatchedBy(ServeCommand.Create),
    interrupt.WatchedBy(WatchCommand.Create),
    interrupt.WatchedBy(RelayCommand.Create),
    interrupt.WatchedBy(ReplayCommand.Create),
    interrupt.WatchedBy(DemoCommand.Create),
};
return CommandProgram.Run(root, args, interrupt,
    "heliograph demo", "heliograph train quickstart", "heliograph costs vgg16 --classes 100 --split pool2 --ratio 0.5", "heliograph train --help");
