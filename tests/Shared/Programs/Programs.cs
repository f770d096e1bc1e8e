using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Heliograph.Tests.Shared;

/// <summary>Starts programs as a user would.</summary>
public static partial class Programs
{
    /// <summary>How long tests wait for a program, on a machine that does much else.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(3);

    /// <summary>Debug or Release: as the tests themselves were built.</summary>
    public static string Configuration => Output.Parent!.Name;

    // tests/NAME/bin/<Configuration>/net10.0
    static DirectoryInfo Output => new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    /// <summary>File name and first arguments of a built program: its own executable, or dotnet with its assembly where there is none.</summary>
    public static string[] Built(string project, string name, string assembly)
    {
        string folder = Path.Combine(Repository.Root, "src", project, "bin", Configuration, Output.Name);
        string program = Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name);
        return File.Exists(program) ? [program] : ["dotnet", Path.Combine(folder, $"{assembly}.dll")];
    }

    /// <summary>Runs a program to its end.</summary>
    public static ProgramResult Run(string folder, IReadOnlyList<string> command, byte[]? input = null, TimeSpan? patience = null)
    {
        using var running = Start(folder, command, input);
        return running.Wait(patience ?? Patience);
    }

    /// <summary>Starts a program and returns at once; its standard input is closed after <paramref name="input"/>.</summary>
    public static RunningProgram Start(string folder, IReadOnlyList<string> command, byte[]? input = null)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = folder,
            RedirectStandardInput = input is not null,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        // Nothing of this machine's user shall be found.
        start.Environment.Remove("HELIOGRAPH_DATA");
        start.Environment["XDG_CACHE_HOME"] = Path.Combine(folder, "cache");
        var process = Process.Start(start)!;
        if (input is not null)
        {
            try
            {
                process.StandardInput.BaseStream.Write(input);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // The program ended without reading all of it; what it says of that is the test's business.
            }
        }
        return new(process);
    }

    /// <summary>The full path of a program on the PATH, or null.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    [LibraryImport("libc", EntryPoint = "kill")]
    internal static partial int SendSignal(int process, int signal);
}
