using System.Diagnostics;
using System.Globalization;
using Heliograph.Channels;
using Heliograph.Tests.Shared;
using Heliograph.Zmq;

namespace Heliograph.Tests;

/// <summary>A radio channel in the real GNU Radio (gnuradio/channel.py), in a process of its own.</summary>
sealed class GnuRadioChannel : IDisposable
{
    static readonly Lazy<string?> InstalledPython = new(() => GnuRadioPython.With("blocks, channels, zeromq"));

    readonly Process process;

    GnuRadioChannel(Process process, string output) => (this.process, Output) = (process, output);

    /// <summary>Where the noisy samples come out: connect to it.</summary>
    public string Output { get; }

    /// <summary>Skips the test where GNU Radio is not installed.</summary>
    public static void SkipWithout() => Skip.If(
        InstalledPython.Value is null, "GNU Radio is not installed (Debian: apt install gnuradio): nothing was sent through it.");

    /// <summary>Starts a channel.</summary>
    /// <param name="input">Where the sender is bound.</param>
    /// <param name="snr">The SNR of docs/snr.md, for symbols of power 1.</param>
    /// <param name="pattern">How samples come in and go out.</param>
    /// <param name="vector">Samples of a frame, so that each message holds whole frames; 1 lets them be of any length.</param>
    public static GnuRadioChannel Start(string input, Snr snr, ZmqPattern pattern = ZmqPattern.PushPull, int vector = 1)
    {
        double noiseVoltage = Math.Sqrt(2) * snr.NoiseDeviation;
        var process = Process.Start(new ProcessStartInfo(InstalledPython.Value!)
        {
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "gnuradio", "channel.py"),
                "--input", input, "--output", "tcp://127.0.0.1:*",
                "--noise-voltage", noiseVoltage.ToString("R", CultureInfo.InvariantCulture),
                "--pattern", pattern == ZmqPattern.PushPull ? "pushpull" : "pubsub",
                "--vector", vector.ToString(CultureInfo.InvariantCulture),
            },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        while (process.StandardOutput.ReadLine() is { } line)
            if (line.StartsWith("ready ", StringComparison.Ordinal))
                return new(process, line["ready ".Length..].Trim('\0'));
        process.Dispose();
        throw new InvalidOperationException("GNU Radio ended before its flow graph ran; its standard error says why.");
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(5000))
            process.Kill();
        process.Dispose();
    }
}
