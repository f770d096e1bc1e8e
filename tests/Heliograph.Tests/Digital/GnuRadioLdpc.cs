using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Heliograph.Digital;

namespace Heliograph.Tests.Shared;

/// <summary>GNU Radio's LDPC decoder (gr-fec, sum-product) with one of our parity matrices, in a process of its own.</summary>
static class GnuRadioLdpc
{
    static readonly Lazy<string?> Python = new(() => GnuRadioPython.With("blocks, fec"));

    /// <summary>Whether it can run here.</summary>
    public static bool IsInstalled => Python.Value is not null;

    /// <summary>Decodes words.</summary>
    /// <param name="code">The code.</param>
    /// <param name="iterations">At most so many.</param>
    /// <param name="words">What was sent, a bit a byte.</param>
    /// <param name="llrs">ln P(0)/P(1) of each bit.</param>
    /// <returns>How many words came out wrong, and how long the decoding took.</returns>
    public static (int Failed, double Seconds) Decode(LdpcCode code, int iterations, byte[] words, float[] llrs)
    {
        string folder = Directory.CreateTempSubdirectory("heliograph-ldpc-").FullName;
        try
        {
            string[] files = [.. new[] { "matrix.alist", "words", "llrs" }.Select(name => Path.Combine(folder, name))];
            File.WriteAllText(files[0], Alist(code.Checks(), code.Length));
            File.WriteAllBytes(files[1], words);
            File.WriteAllBytes(files[2], MemoryMarshal.AsBytes(llrs.AsSpan()).ToArray());
            using var process = Process.Start(new ProcessStartInfo(Python.Value!)
            {
                ArgumentList = { Path.Combine(AppContext.BaseDirectory, "gnuradio", "ldpc.py"), files[0], iterations.ToString(CultureInfo.InvariantCulture), files[1], files[2] },
                RedirectStandardOutput = true,
            })!;
            string[] printed = process.StandardOutput.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException("GNU Radio's decoder ended with an error; its standard error says why.");
            return (int.Parse(printed[^3], CultureInfo.InvariantCulture), double.Parse(printed[^1], CultureInfo.InvariantCulture));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>MacKay's format for sparse matrices: sizes, largest weights, weights, then for each column its rows and for each row its columns, from 1, filled up with zeros.</summary>
    static string Alist(int[][] checks, int length)
    {
        List<int>[] columns = [.. Enumerable.Range(0, length).Select(_ => new List<int>())];
        foreach (var (row, check) in checks.Index())
            foreach (int bit in check)
                columns[bit].Add(row + 1);
        static string Line(IEnumerable<int> numbers) => string.Join(' ', numbers) + "\n";
        static string Filled(int[] numbers, int most) => Line(numbers.Concat(Enumerable.Repeat(0, most - numbers.Length)));
        int widest = columns.Max(column => column.Count), longest = checks.Max(check => check.Length);
        return Line([length, checks.Length]) + Line([widest, longest]) + Line(columns.Select(column => column.Count)) + Line(checks.Select(check => check.Length))
            + string.Concat(columns.Select(column => Filled([.. column], widest)))
            + string.Concat(checks.Select(check => Filled([.. check.Select(bit => bit + 1)], longest)));
    }
}
