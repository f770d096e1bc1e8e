namespace Heliograph.Experiments.Records;

/// <summary>A line of <c>environment.jsonl</c>: with what a call worked on a run.</summary>
/// <param name="Heliograph">Version of this program.</param>
/// <param name="Commit">Of its code, with <c>-dirty</c> where that had uncommitted changes; null if it was built outside of a repository.</param>
/// <param name="TorchSharp">Version.</param>
/// <param name="Libtorch">Version.</param>
/// <param name="Dotnet">The runtime.</param>
/// <param name="System">The operating system.</param>
/// <param name="Processor">Its name.</param>
/// <param name="Processors">How many the program saw.</param>
/// <param name="Threads">Of one operation.</param>
/// <param name="Device"><c>cpu</c> or <c>cuda:N</c>.</param>
/// <param name="Precision">Number format of convolutions and linear layers.</param>
/// <param name="Started">In UTC.</param>
/// <param name="Arguments">The arguments of the program.</param>
public sealed record RunCall(
    string Heliograph, string? Commit, string? TorchSharp, string Libtorch, string Dotnet, string System, string Processor, int Processors, int Threads,
    string Device, string Precision, DateTimeOffset Started, ValueList<string>? Arguments)
{
    /// <summary>Names of the graphics processors, where one computed and the system tells them.</summary>
    public string? Gpu { get; init; }
}
