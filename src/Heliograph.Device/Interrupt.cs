using System.Runtime.InteropServices;

namespace Heliograph.Device;

/// <summary>Ctrl-C and a request to end stop the program between two frames, and end what it waits for.</summary>
sealed class Interrupt : IDisposable
{
    readonly ManualResetEventSlim requested = new();
    readonly PosixSignalRegistration[] registrations;

    public Interrupt() => registrations =
        [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];

    public bool Requested => requested.IsSet;

    /// <summary>128 + the number of the signal, as shells have it.</summary>
    public int ExitCode { get; private set; } = 130;

    /// <summary>Waits, but no longer once the program is asked to stop.</summary>
    public void Wait(TimeSpan time)
    {
        if (time > TimeSpan.Zero)
            requested.Wait(time);
    }

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        requested.Dispose();
    }

    void Handle(PosixSignalContext context)
    {
        ExitCode = context.Signal == PosixSignal.SIGTERM ? 143 : 130;
        context.Cancel = !requested.IsSet;
        requested.Set();
    }
}
