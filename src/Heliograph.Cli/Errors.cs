using System.Runtime.InteropServices;

namespace Heliograph.Cli;

/// <summary>One clear line on standard error and the right exit code: 2 for usage, 1 for failure, 128 + signal when interrupted.</summary>
static class Errors
{
    public static int Usage(string message, string? hint = null)
    {
        Write(message + (hint is null ? "" : $" ({hint})"));
        return 2;
    }

    public static int Report(Exception error, Interrupt interrupt, bool verbose)
    {
        if (error is OperationCanceledException && interrupt.Token.IsCancellationRequested)
        {
            Console.Error.WriteLine("interrupted; what is done is kept");
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
            // What the outside world does wrong tells itself; anything else is a mistake of this program.
            case IOException or InvalidDataException or UnauthorizedAccessException or HttpRequestException or NotSupportedException:
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

    static void Write(string message) => Console.Error.WriteLine("error: " + message.ReplaceLineEndings(" ").Trim());
}
