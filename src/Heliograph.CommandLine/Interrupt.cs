using System.CommandLine;
using System.Runtime.InteropServices;
using Heliograph.Files;

namespace Heliograph.CommandLine;

/// <summary>
/// Ctrl-C and a request to end ask the work to stop cleanly, with a checkpoint; asked a second time, the program ends at once. A command that
/// does not watch the token ends at the first, as programs do. So it is when nobody is reading standard output any more.
/// </summary>
public sealed class Interrupt : IDisposable
{
    readonly CancellationTokenSource source = new();
    readonly HashSet<Command> watchers = [];
    PosixSignalRegistration[] registrations = [];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>128 + the number of the signal, as shells have it: 130 after Ctrl-C, 143 after a request to end.</summary>
    public int ExitCode { get; private set; } = 130;

    /// <summary>Whether nobody is reading standard output any more.</summary>
    internal bool IsPipeClosed { get; private set; }

    /// <summary>Makes a command whose work watches the token.</summary>
    /// <param name="create">Makes it with the token.</param>
    public Command WatchedBy(Func<CancellationToken, Command> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        var command = create(Token);
        watchers.Add(command);
        return command;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        source.Dispose();
    }

    /// <summary>Listens for the signals where a command watches the token.</summary>
    /// <param name="command">The one that is about to run.</param>
    internal void ListenFor(Command command)
    {
        if (watchers.Contains(command))
            registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];
    }

    /// <summary>Nobody reads what is written: asks the work to stop where it listens, else ends it.</summary>
    /// <exception cref="ClosedPipeException">The command does not listen.</exception>
    internal void PipeClosed()
    {
        IsPipeClosed = true;
        ExitCode = ClosedPipe.ExitCode;
        if (registrations.Length == 0)
            throw new ClosedPipeException();
        // Elsewhere: what is cancelled may write, too.
        _ = source.CancelAsync();
    }

    void Handle(PosixSignalContext context)
    {
        ExitCode = context.Signal == PosixSignal.SIGTERM ? 143 : 130;
        if (source.IsCancellationRequested)
            return;
        context.Cancel = true;
        source.Cancel();
    }
}
