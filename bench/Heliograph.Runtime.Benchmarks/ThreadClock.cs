using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Heliograph.Runtime.Benchmarks;

/// <summary>
/// The processor time of this thread, on which both sides compute: what other programs take on a shared machine does not count. Where the
/// system does not tell it, the time that passes.
/// </summary>
static partial class ThreadClock
{
    const int ThreadProcessorTime = 3;

    public static double Microseconds()
    {
        if (!OperatingSystem.IsLinux())
            return Stopwatch.GetTimestamp() * (1e6 / Stopwatch.Frequency);
        if (ClockGetTime(ThreadProcessorTime, out var time) != 0)
            throw new InvalidOperationException("the system does not tell a thread's processor time");
        return time.Seconds * 1e6 + time.Nanoseconds / 1e3;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
