namespace Heliograph.Device;

/// <summary>An option of a command.</summary>
/// <param name="Name">With its two dashes.</param>
/// <param name="Value">What follows it in the help, or null for a switch.</param>
/// <param name="Description">One line for the help; null for an old name, which is read and not named.</param>
sealed record Option(string Name, string? Value, string? Description);
