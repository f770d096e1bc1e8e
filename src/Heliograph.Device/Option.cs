namespace Heliograph.Device;

/// <summary>An option of a command.</summary>
/// <param name="Name">With its two dashes.</param>
/// <param name="Value">What stands behind it in the help, or null for a switch.</param>
/// <param name="Description">One line for the help.</param>
sealed record Option(string Name, string? Value, string Description);
