using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Heliograph.Cli;

/// <summary>A command whose help ends with examples.</summary>
sealed class ExampleCommand(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples => examples;
}

/// <summary>The standard help, followed by the command's examples.</summary>
sealed class ExamplesHelp(HelpAction standard, string[] rootExamples) : SynchronousCommandLineAction
{
    public static void AddTo(Command root, params string[] rootExamples)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ExamplesHelp((HelpAction)help.Action!, rootExamples);
    }

    public override int Invoke(ParseResult parseResult)
    {
        int code = standard.Invoke(parseResult);
        var examples = parseResult.CommandResult.Command is ExampleCommand command ? command.Examples : rootExamples;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (string example in examples)
            output.WriteLine("  " + example);
        return code;
    }
}
