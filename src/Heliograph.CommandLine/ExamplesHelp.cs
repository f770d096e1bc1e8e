using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Diagnostics.CodeAnalysis;

namespace Heliograph.CommandLine;

/// <summary>A command whose help ends with examples.</summary>
/// <param name="name">What is typed.</param>
/// <param name="description">What it does.</param>
/// <param name="examples">Command lines to learn from.</param>
[SuppressMessage("Design", "CA1010", Justification = "A command, not a collection.")]
public sealed class ExampleCommand(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Command lines to learn from.</summary>
    public IReadOnlyList<string> Examples => examples;
}

/// <summary>The standard help, followed by the command's examples.</summary>
public sealed class ExamplesHelp : SynchronousCommandLineAction
{
    readonly HelpAction standard;
    readonly string[] rootExamples;

    ExamplesHelp(HelpAction standard, string[] rootExamples) => (this.standard, this.rootExamples) = (standard, rootExamples);

    /// <summary>Gives a program's help its examples.</summary>
    /// <param name="root">The program; it has a <see cref="HelpOption"/>.</param>
    /// <param name="rootExamples">Examples of the program itself and of commands that have none.</param>
    public static void AddTo(Command root, params string[] rootExamples)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ExamplesHelp((HelpAction)help.Action!, rootExamples);
    }

    /// <inheritdoc/>
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
