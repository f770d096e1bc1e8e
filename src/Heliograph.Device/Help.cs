using System.Text;

namespace Heliograph.Device;

/// <summary>Help texts.</summary>
static class Help
{
    /// <summary>Of the program.</summary>
    public static string Of(string description, IReadOnlyList<Command> commands)
    {
        var text = new StringBuilder($"{description}\n\nUsage:\n  heliograph-device COMMAND [options]\n\nCommands:\n");
        foreach (var command in commands)
            text.Append($"  {command.Name,-8} {command.Description}\n");
        return text.Append("\nheliograph-device COMMAND --help shows a command's options. --version prints the version.\n").ToString();
    }

    /// <summary>Of a command.</summary>
    public static string Of(Command command)
    {
        var text = new StringBuilder($"{command.Description}\n\nUsage:\n  heliograph-device {command.Name} {command.Arguments}\n\nOptions:\n");
        Option[] named = [.. command.Options.Where(option => option.Description is not null)];
        int width = named.Max(option => Left(option).Length) + 2;
        foreach (var option in named)
            text.Append($"  {Left(option).PadRight(width)}{option.Description}\n");
        text.Append("\nExamples:\n");
        foreach (string example in command.Examples)
            text.Append($"  {example}\n");
        return text.ToString();
    }

    static string Left(Option option) => option.Value is null ? option.Name : $"{option.Name} {option.Value}";
}
