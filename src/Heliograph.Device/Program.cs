using Heliograph;
using Heliograph.Device;
using Heliograph.Files;

const string Description = "heliograph-device runs the device half of a pair: it encodes images as analog symbols and sends them to the edge.";
Command[] commands = [SendCommand.Command, BenchCommand.Command];
try
{
    switch (args)
    {
        case [] or ["--help" or "-h", ..]:
            Output.Write(Help.Of(Description, commands));
            return args.Length == 0 ? 2 : 0;
        case ["--version", ..]:
            Output.Write(typeof(Command).Assembly.GetName().Version!.ToString(3) + "\n");
            return 0;
        case [var name, .. var rest]:
            var command = commands.FirstOrDefault(command => command.Name == name)
                ?? throw new UsageException($"there is no command '{name}'; the commands are {string.Join(", ", commands.Select(command => command.Name))}");
            if (rest.TakeWhile(word => word != "--").Any(word => word is "--help" or "-h"))
            {
                Output.Write(Help.Of(command));
                return 0;
            }
            return command.Run(CommandLine.Parse(command.Name, command.Options, rest));
        default:
            return 2;
    }
}
catch (ClosedPipeException)
{
    return ClosedPipe.ExitCode;
}
catch (UsageException e)
{
    Output.Error($"{e.Message} (see heliograph-device {(args.Length > 0 && commands.Any(command => command.Name == args[0]) ? args[0] + " " : "")}--help)");
    return 2;
}
catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
{
    Output.Error(e.Message);
    return 1;
}
