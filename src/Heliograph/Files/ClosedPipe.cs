using System.Runtime.InteropServices;

namespace Heliograph.Files;

/// <summary>
/// Standard output whose reader has gone, as of <c>PROGRAM | head</c>. Other programs are ended by the signal SIGPIPE then; .NET ignores it and lets
/// writes to such a pipe succeed, so that a program would write to nobody for ever.
/// </summary>
static partial class ClosedPipe
{
    /// <summary>What shells show of a program that ended for this: 128 + SIGPIPE.</summary>
    public const int ExitCode = 141;

    const int StandardOutput = 1;
    const short Error = 8, HangUp = 16;

    /// <summary>Whether nobody reads standard output any more; always false on Windows, which does not tell.</summary>
    public static bool IsAtOutput
    {
        get
        {
            if (OperatingSystem.IsWindows())
                return false;
            var descriptor = new Descriptor { File = StandardOutput };
            return Poll(ref descriptor, 1, 0) > 0 && (descriptor.Happened & (Error | HangUp)) != 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref Descriptor descriptors, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    struct Descriptor
    {
        public int File;
        public short Awaited, Happened;
    }
}

/// <summary>Nobody reads standard output any more: the program ends, without a word.</summary>
sealed class ClosedPipeException() : Exception("nobody reads standard output any more");
