namespace Heliograph.EndToEnd.Tests;

/// <summary>The built program, as a user starts it.</summary>
public static class HeliographProgram
{
    /// <summary>File name and first arguments.</summary>
    public static string[] Command { get; } = Programs.Built("Heliograph.Cli", "heliograph", "Heliograph.Cli");

    /// <summary>Runs it to its end.</summary>
    public static ProgramResult Run(string folder, params string[] arguments) => RunAny(folder, [.. Command, .. arguments]);

    /// <summary>Runs some other program to its end.</summary>
    public static ProgramResult RunAny(string folder, params string[] command) => Programs.Run(folder, command);

    /// <summary>Starts it and returns at once.</summary>
    public static RunningProgram StartIn(string folder, params string[] arguments) => Programs.Start(folder, [.. Command, .. arguments]);
}
