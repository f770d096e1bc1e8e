using System.Diagnostics;

namespace Heliograph.Tests.Shared;

/// <summary>The Python that has GNU Radio.</summary>
public static class GnuRadioPython
{
    /// <summary>The first Python that can import these modules of GNU Radio, for instance <c>fec</c>; null without one.</summary>
    public static string? With(string modules) => new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(python => Has(python, modules));

    static bool Has(string python, string modules)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python)
            {
                ArgumentList = { "-c", $"from gnuradio import {modules}" },
                RedirectStandardError = true,
            })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;   // no such program
        }
    }
}
