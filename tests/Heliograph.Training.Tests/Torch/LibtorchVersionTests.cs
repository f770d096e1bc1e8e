using Heliograph.Training.Torch;

namespace Heliograph.Training.Tests.Torch;

public sealed class LibtorchVersionTests
{
    [Theory]
    [InlineData("version.py", "from typing import Optional\n__all__ = ['__version__']\n__version__ = '2.11.0+cu130'\ndebug = False\n", "2.11.0+cu130")]
    [InlineData("build-version", "2.10.0+cpu\n", "2.10.0+cpu")]
    [InlineData("version.py", "import os\n", null)]
    [InlineData("README", "2.10", null)]
    public void It_is_what_stands_above_the_libraries(string file, string text, string? version)
    {
        using var folder = new TemporaryFolder();
        folder.Write($"torch/{file}", System.Text.Encoding.UTF8.GetBytes(text));
        string libraries = Directory.CreateDirectory(Path.Combine(folder.Path, "torch", "lib")).FullName;
        Assert.Equal(version, LibtorchVersion.Of(libraries));
    }
}
