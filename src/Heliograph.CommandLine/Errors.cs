using System.CommandLine;
using System.CommandLine.Parsing;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Heliograph.Wording;

namespace Heliograph.CommandLine;

/// <summary>One clear line on standard error and the right exit code: 2 for usage, 1 for failure, 128 + signal when interrupted.</summary>
public static class Errors
{
    /// <summary>Tells what is wrong with a command line that could not be parsed; returns the exit code.</summary>
    public static int Usage(ParseResult parsed)
    {
        var command = parsed.CommandResult;
        string path = string.Join(' ', command.Path().Reverse());
        return Usage($"{Message(parsed, path)} (see {path} --help)");
    }

    static int Usage(string message)
    {
        Write(message);
        return 2;
    }

    static string Message(ParseResult parsed, string path)
    {
        var command = parsed.CommandResult.Command;
        // For a command that has subcommands and can also run by itself, report what is wrong with its options.
        if (command.Subcommands.Count > 0 && command.Action is null)
        {
            string[] known = [.. command.Subcommands.Select(sub => sub.Name)];
            if (parsed.UnmatchedTokens is not [var word, ..])
                return $"{path} needs a command: {string.Join(", ", known)}";
            string what = word.StartsWith('-') ? "option" : "command";
            return $"{path}: there is no {what} '{word}'; "
                + (Nearest.To(word, known) is { } near ? $"did you mean {near}?" : $"the commands are {string.Join(", ", known)}");
        }
        if (parsed.UnmatchedTokens.FirstOrDefault(token => token.StartsWith('-')) is { } unknown)
            return $"there is no option '{unknown}'" + (Nearest.To(unknown, command.Options.Select(option => option.Name)) is { } meant ? $"; did you mean {meant}?" : "");
        var error = parsed.Errors[0];
        // The library's own words would name a .NET type.
        return error.SymbolResult is OptionResult { Tokens: [var token], Option: { Arity.MaximumNumberOfValues: 1 } option } && Wanted(option.ValueType) is { } wanted
            ? $"{option.Name} must be {wanted}, not '{token.Value}'"
            : error.Message;
    }

    static string? Wanted(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is var plain && plain == typeof(int) ? "a whole number"
        : plain == typeof(double) ? "a number"
        : null;

    static IEnumerable<string> Path(this CommandResult command)
    {
        for (SymbolResult? at = command; at is not null; at = at.Parent)
        {
            if (at is CommandResult result)
                yield return result.Command.Name;
        }
    }

    /// <summary>Tells an exception that ended the program; returns the exit code.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="interrupt">Whether the user asked the program to end.</param>
    /// <param name="verbose">True to show where the exception came from.</param>
    public static int Report(Exception error, Interrupt interrupt, bool verbose)
    {
        // Whatever the result, nobody is left to read it.
        if (interrupt.IsPipeClosed)
            return interrupt.ExitCode;
        if (error is OperationCanceledException && interrupt.Token.IsCancellationRequested)
        {
            Console.Error.WriteLine("interrupted; completed work is kept");
            return interrupt.ExitCode;
        }
        if (verbose)
            Console.Error.WriteLine(error);
        if (error is AggregateException { InnerException: { } inner })
            error = inner;
        switch (error)
        {
            case UsageException:
                return Usage(error.Message);
            // What the outside world does wrong tells itself; anything else is a mistake of this program. The system's own errors (Win32Exception,
            // a socket's among them) are ExternalExceptions as libtorch's are.
            case IOException or InvalidDataException or UnauthorizedAccessException or HttpRequestException or NotSupportedException or Win32Exception:
                Write(error.Message);
                return 1;
            case ExternalException:
                Write($"libtorch: {error.Message}");
                return 1;
            default:
                Write($"unexpected {error.GetType().Name}: {error.Message} (--verbose shows where; please report it)");
                return 1;
        }
    }

    static void Write(string message) => Console.Error.WriteLine("error: " + Printable.Line(message).Trim());
}
