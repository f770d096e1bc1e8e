using System.Runtime.InteropServices;

namespace Heliograph.Files;

/// <summary>
/// Standard output whose reader is gone, as in <c>PROGRAM | head</c>. The signal SIGPIPE then ends other programs; .NET ignores it and lets
/// writes to such a pipe succeed, so a program would write to nobody forever.
/// </summary>
static partial class ClosedPipe
{
    /// <summary>The exit code that shells show for this: 128 + SIGPIPE.</summary>
    public const int ExitCode = 141;

    const int StandardOutput = 1;
    const short Error = 8, HangUp = 16;

    /// <summary>Whether nobody is reading standard output any more; always false on Windows, which cannot tell.</summary>
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
sealed class ClosedPipeException() : Exception("nobody is reading standard output any more");
