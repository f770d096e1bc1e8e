namespace Heliograph.Device;

/// <summary>One thing that the program does.</summary>
/// <param name="Name">The word for it.</param>
/// <param name="Arguments">What follows it in the help.</param>
/// <param name="Description">What it does.</param>
/// <param name="Options">Its options.</param>
/// <param name="Examples">For the help.</param>
/// <param name="Run">Does it; gives the exit code.</param>
sealed record Command(
    string Name, string Arguments, string Description, IReadOnlyList<Option> Options, IReadOnlyList<string> Examples, Func<CommandLine, int> Run);
