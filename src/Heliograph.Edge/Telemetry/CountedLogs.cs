using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Heliograph.Edge.Telemetry;

/// <summary>
/// Counts repeated log lines instead of writing all of them, so that nobody can fill a disk by sending nonsense: of each kind
/// (category and event) some are written, and after a while one line says how many more there were.
/// </summary>
/// <param name="inner">Writes them.</param>
/// <param name="clock">The clock for the window.</param>
sealed class CountedLogs(ILoggerProvider inner, TimeProvider clock) : ILoggerProvider
{
    /// <summary>Lines of a kind that are written within <see cref="Window"/>.</summary>
    public const int Written = 5;

    /// <summary>For how long further ones are counted.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    readonly TimeProvider clock = clock;
    readonly ConcurrentDictionary<(string Category, int Event), Kind> kinds = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName, inner.CreateLogger(categoryName));

    public void Dispose()
    {
        foreach (var kind in kinds.Values)
            kind.Dispose();
        inner.Dispose();
    }

    sealed class Logger(CountedLogs logs, string category, ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logs.kinds.GetOrAdd((category, eventId.Id), static (_, at) => new(at.inner, at.clock), (inner, logs.clock)).MayWrite(logLevel, eventId))
                inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }

    sealed class Kind : IDisposable
    {
        readonly Lock changing = new();
        readonly ILogger log;
        readonly ITimer timer;
        int seen;
        (LogLevel Level, EventId Event) last;

        public Kind(ILogger log, TimeProvider clock)
        {
            this.log = log;
            timer = clock.CreateTimer(_ => End(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool MayWrite(LogLevel level, EventId @event)
        {
            lock (changing)
            {
                last = (level, @event);
                if (seen++ == 0)
                    timer.Change(Window, Timeout.InfiniteTimeSpan);
                return seen <= Written;
            }
        }

        void End()
        {
            int more;
            lock (changing)
                (more, seen) = (seen - Written, 0);
            if (more > 0)
                log.Log(last.Level, last.Event, more, null, static (count, _) => FormattableString.Invariant($"… and {count} more such lines within {Window.TotalSeconds:0} s"));
        }

        public void Dispose()
        {
            timer.Dispose();
            End();
        }
    }
}
