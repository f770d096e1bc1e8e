using System.Text.RegularExpressions;
using Heliograph.Experiments.Binding;
using Heliograph.Files;

namespace Heliograph.Training.Torch;

/// <summary>Which libtorch a folder holds.</summary>
static partial class LibtorchVersion
{
    const int MostBytes = 1 << 16;

    /// <summary>The version that an installed PyTorch (<c>torch/version.py</c>) or a libtorch (<c>build-version</c>) says it has; null where neither says it.</summary>
    /// <param name="libraries">The folder of its libraries, <c>lib</c>.</param>
    public static string? Of(string libraries)
    {
        string above = Path.Combine(libraries, "..");
        string said = Read(Path.Combine(above, "version.py")) is { } python ? Assignment().Match(python).Groups[1].Value : Read(Path.Combine(above, "build-version"))?.Trim() ?? "";
        return said.Length == 0 ? null : OneLine.Of(said);
    }

    static string? Read(string path)
    {
        try
        {
            return File.Exists(path) ? BoundedFile.ReadAllText(path, MostBytes) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }

    [GeneratedRegex("""^__version__\s*=\s*['"]([^'"]+)['"]""", RegexOptions.Multiline)]
    private static partial Regex Assignment();
}
