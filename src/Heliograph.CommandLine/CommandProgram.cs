using System.CommandLine;
using System.CommandLine.Help;

namespace Heliograph.CommandLine;

/// <summary>What every program does with its command line.</summary>
public static class CommandProgram
{
    /// <summary>Adds <c>--verbose</c>, <c>--help</c> and <c>--version</c>, does what the words say, and gives the exit code.</summary>
    /// <param name="root">The program's command. Not a RootCommand: that is named after the assembly.</param>
    /// <param name="words">The command line.</param>
    /// <param name="interrupt">Knows which commands it may stop; asked when the work ends with a cancellation.</param>
    /// <param name="examples">For the help.</param>
    public static int Run(Command root, string[] words, Interrupt interrupt, params string[] examples)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(interrupt);
        var verbose = new Option<bool>("--verbose") { Description = "Show where an error came from.", Recursive = true };
        root.Options.Add(verbose);
        root.Options.Add(new HelpOption { Recursive = true });
        root.Options.Add(new VersionOption());
        ExamplesHelp.AddTo(root, examples);
        OutputPipe.Install(interrupt.PipeClosed);

        var parsed = root.Parse(words);
        // Help is given whatever else is wrong.
        if (parsed.Errors.Count > 0 && parsed.Action is not ExamplesHelp)
            return Errors.Usage(parsed);
        interrupt.ListenFor(parsed.CommandResult.Command);
        try
        {
            int code = parsed.Invoke(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
            return interrupt.IsPipeClosed ? interrupt.ExitCode : code;
        }
        catch (Exception error)
        {
            return Errors.Report(error, interrupt, parsed.GetValue(verbose));
        }
    }
}
