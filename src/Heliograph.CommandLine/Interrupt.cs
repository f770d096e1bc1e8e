using System.Runtime.InteropServices;

namespace Heliograph.CommandLine;

/// <summary>Ctrl-C and a request to end ask the work to stop cleanly, with a checkpoint; asked a second time, the program ends at once.</summary>
public sealed class Interrupt : IDisposable
{
    readonly CancellationTokenSource source = new();
    readonly PosixSignalRegistration[] registrations;

    /// <summary>Listens for the signals.</summary>
    public Interrupt() => registrations =
        [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>128 + the number of the signal, as shells have it: 130 after Ctrl-C, 143 after a request to end.</summary>
    public int ExitCode { get; private set; } = 130;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        source.Dispose();
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
