using System.CommandLine;
using Heliograph.Edge;

namespace Heliograph.Cli.Commands;

static class ServeCommand
{
    /// <summary>The server of <c>heliograph-edge</c>, with the same options.</summary>
    public static Command Create(CancellationToken interrupt)
    {
        var command = new ExampleCommand("serve", "Serve pairs at the edge: received symbols in, recognised classes out. The same as heliograph-edge.",
            "heliograph serve --pairs pairs --udp 7355",
            "heliograph serve --pairs pairs/garden --http 8080 --grpc 8081 --bind 0.0.0.0 --api-keys keys.txt")
        { EdgeCommand.NewKey("heliograph serve") };
        EdgeCommand.AddTo(command, interrupt);
        return command;
    }
}
