namespace Heliograph.Experiments.Runs;

/// <summary>Another program works in a folder that only one may work in.</summary>
/// <param name="folder">The folder.</param>
/// <param name="inner">How the system said it.</param>
public sealed class FolderInUseException(string folder, Exception inner) : IOException($"another program is working in {folder}", inner);
