using System.CommandLine;
using Heliograph.CommandLine;
using Heliograph.Edge;

using var interrupt = new Interrupt();
var root = interrupt.WatchedBy(token =>
{
    var command = new Command("heliograph-edge", "The server at the edge: received symbols in, recognised classes out.") { EdgeCommand.NewKey("heliograph-edge") };
    EdgeCommand.AddTo(command, token);
    return command;
});
return CommandProgram.Run(root, args, interrupt,
    "heliograph-edge --pairs pairs --udp 7355", "heliograph-edge --pairs pairs/garden --http 8080 --grpc 8081 --bind 0.0.0.0 --api-keys keys.txt");
